"""What an edit gives members or takes from them at once, by their states: who gains, loses or is stuck."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.message import Message
from ladder.domain.points.compiled import key_mark
from ladder.domain.points.edit_effects import Effect, edit_effects, summarise
from ladder.domain.points.ledger import FINISHED, State, StreakState
from ladder.domain.points.rulebook import BadgeTier, Level, Milestone, Requirement, Step
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from tests.builders.academy import BADGE, ITEM, PASSED, PATH, RULE, STREAK, UNLOCK, academy, book

TODAY = date(2026, 11, 27)  # a Friday
NOON = TODAY.toordinal()


def between(live: Program, draft: Program, **state: Any) -> list[str]:
    effects = edit_effects(compile_program(live), compile_program(draft), State(day=NOON, **state), TODAY)
    return [
        f"{effect.kind} {effect.what.code} {' '.join(map(str, effect.what.parameters.values()))}" for effect in effects
    ]


LEVELS = (Level(name="Newcomer", points=0), Level(name="Regular", points=100), Level(name="Expert", points=300))


def levelled(*levels: Level) -> Program:
    return book(levels=levels, unlocks=())


def test_a_level_that_is_raised_or_removed_is_lost_by_whoever_has_it() -> None:
    newcomer, regular, expert = LEVELS
    raised = levelled(newcomer, replace(regular, points=200), expert)
    assert between(levelled(*LEVELS), raised, earned=150) == ["loses edits.level Regular"]
    assert between(levelled(*LEVELS), raised, earned=250) == []
    assert between(levelled(*LEVELS), levelled(newcomer, expert), earned=150) == ["loses edits.level Regular"]
    assert between(levelled(*LEVELS), levelled(newcomer, expert), earned=350) == []
    assert between(levelled(*LEVELS), levelled(newcomer, regular), earned=350) == ["loses edits.level Expert"]


def test_a_level_under_another_name_or_number_is_the_same_and_an_easier_one_is_gained() -> None:
    newcomer, regular, expert = LEVELS
    assert between(levelled(*LEVELS), levelled(newcomer, replace(regular, name="Steady"), expert), earned=150) == []
    early = Level(name="Early", points=50)
    assert between(levelled(*LEVELS), levelled(newcomer, early, regular, expert), earned=150) == []
    assert between(levelled(*LEVELS), levelled(newcomer, early, regular, expert), earned=60) == [
        "gains edits.level Early"
    ]
    easier = levelled(newcomer, regular, replace(expert, points=140))
    assert between(levelled(*LEVELS), easier, earned=150) == ["gains edits.level Expert"]


def medal(*tiers: tuple[str, int]) -> Program:
    wanted = tuple(BadgeTier(name=name, requires=(Requirement(points=points),)) for name, points in tiers)
    return book(badges=(replace(BADGE, tiers=wanted),))


def held(*tiers: str) -> dict[str, Any]:
    return {"SHARER": (frozenset(map(key_mark, tiers)), NOON)}


BRONZE, SILVER = ("bronze", 50), ("silver", 100)


def test_a_tier_that_is_removed_is_lost_and_one_that_is_eased_is_gained() -> None:
    both = medal(BRONZE, SILVER)
    assert between(both, medal(SILVER), badges=held("bronze"), earned=60) == ["loses edits.badge sharer bronze"]
    assert between(both, medal(SILVER), badges=held("bronze", "silver"), earned=100) == []
    assert between(both, medal(BRONZE), badges=held("bronze", "silver"), earned=100) == [
        "loses edits.badge sharer silver"
    ]
    assert between(both, book(badges=()), badges=held("bronze"), earned=60) == ["loses edits.badge sharer bronze"]
    easier = medal(BRONZE, ("silver", 55))
    assert between(both, easier, badges=held("bronze"), earned=60) == ["gains edits.badge sharer silver"]
    assert between(both, easier, badges=held("bronze"), earned=54) == []


def test_what_the_live_version_gives_anyway_is_not_gained_by_the_edit() -> None:
    both = medal(BRONZE, SILVER)
    assert between(both, replace(both, name="other"), earned=100) == []


def test_an_eased_unlock_is_gained_and_a_rule_that_waits_for_one_now_is_stuck() -> None:
    live, locked = book(rules=(RULE,)), book(rules=(replace(RULE, requires=UNLOCK.key),))
    assert between(live, locked, earned=0) == ["stuck edits.rule_locked an assessment passed mentoring"]
    assert between(live, locked, earned=0, unlocks=frozenset({UNLOCK.key})) == []
    assert between(locked, locked, earned=0) == []
    eased = book(unlocks=(replace(UNLOCK, requires=(Requirement(points=10),)),))
    assert between(book(), eased, earned=10) == ["gains edits.unlock mentoring"]


A, B, C = (Step(key=key, name=key, match=PASSED) for key in "ABC")


def path(*steps: Step) -> Program:
    return book(paths=(replace(PATH, steps=steps),))


def done(*steps: str, finished: bool = False) -> dict[str, Any]:
    marks = {*map(key_mark, steps), *([FINISHED] if finished else [])}
    return {"FIRST": frozenset(marks)}


def test_who_is_on_a_path_finishes_it_loses_steps_or_has_more_to_do() -> None:
    assert between(path(A, B), path(A), paths=done("A")) == ["gains edits.path_finished the first month 100"]
    assert between(path(A, B), path(C, B), paths=done("A")) == ["loses edits.steps the first month"]
    assert between(path(A, B), path(A, B, C), paths=done("A")) == ["stuck edits.more_steps the first month"]
    assert between(path(A, B), book(paths=()), paths=done("A")) == ["loses edits.steps the first month"]
    assert between(path(A, B), path(B, A), paths=done("A")) == []


def test_who_has_finished_a_path_or_not_begun_it_is_not_concerned() -> None:
    for draft in (path(A), path(A, B, C), path(C)):
        assert between(path(A, B), draft, paths=done("A", "B", finished=True)) == []
        assert between(path(A, B), draft) == []


def test_a_running_streak_that_other_days_or_less_grace_break_is_lost() -> None:
    thursday = StreakState(length=4, last=NOON - 1, period=NOON - 1, matches=1, best=4)
    wednesday = replace(thursday, last=NOON - 2)
    live = book(streaks=(replace(STREAK, grace=1),))
    strict, none = book(streaks=(replace(STREAK, grace=0),)), book(streaks=())
    lost = ["loses edits.streak days in a row"]
    assert between(live, strict, streaks={"DAYS": wednesday}) == lost
    assert between(live, strict, streaks={"DAYS": thursday}) == []
    assert between(live, none, streaks={"DAYS": thursday}) == lost
    assert between(live, none, streaks={"DAYS": replace(thursday, last=NOON - 20)}) == []


def test_a_milestone_that_is_moved_below_the_longest_run_is_told_to_be_out_of_reach() -> None:
    run = StreakState(length=7, last=NOON - 1, period=NOON - 1, matches=1, best=7)
    live, lower, higher = (
        book(streaks=(replace(STREAK, milestones=(Milestone(length=length, points=25),)),)) for length in (10, 5, 12)
    )
    stuck = ["stuck edits.milestone days in a row 10"]
    assert between(live, lower, streaks={"DAYS": run}) == between(live, higher, streaks={"DAYS": run}) == stuck
    assert between(higher, live, streaks={"DAYS": run}) == []
    assert between(live, lower, streaks={"DAYS": replace(run, last=NOON - 20)}) == []


def test_who_could_order_something_and_can_no_longer_is_told_of() -> None:
    live, lost = book(catalogue=(ITEM,)), ["loses edits.item an hour early"]
    dearer, gone = book(catalogue=(replace(ITEM, price=ITEM.price + 1),)), book(catalogue=())
    for draft in (dearer, gone):
        assert between(live, draft, earned=ITEM.price) == lost
        assert between(live, draft, earned=ITEM.price - 1) == []
    assert between(live, dearer, earned=ITEM.price + 1) == between(dearer, live, earned=ITEM.price) == []


@given(
    st.integers(0, 400),
    st.sets(st.sampled_from(["bronze", "silver"])),
    st.sets(st.sampled_from("ABC")),
    st.sets(st.just("MENTORING")),
)
def test_the_same_program_takes_nothing_from_anybody_and_gives_nothing(
    earned: int, tiers: set[str], steps: set[str], unlocks: set[str]
) -> None:
    badges = held(*tiers) if tiers else {}
    state = {"earned": earned, "badges": badges, "paths": done(*steps), "unlocks": frozenset(unlocks)}
    for program in (academy(), medal(BRONZE, SILVER), path(A, B, C), levelled(*LEVELS)):
        assert between(program, replace(program, version=9), **state) == []


def test_losses_come_first_and_what_most_members_have_and_examples_are_few() -> None:
    lost, gained, rare = (Effect(kind, Message("edits.level", {"name": name})) for kind, name in LISTED)
    members = [(f"m{number:02}", [gained, lost] if number < 9 else [gained, rare]) for number in range(12)]
    first, second, third = summarise(members)
    assert (first.what, first.members, first.examples) == (lost.what, 9, ("m00", "m01", "m02", "m03", "m04"))
    assert ((second.what, second.members), (third.kind, third.members)) == ((rare.what, 3), ("gains", 12))
    assert summarise([]) == summarise([("m", [])]) == ()


LISTED: tuple[tuple[Any, str], ...] = (("loses", "a"), ("gains", "b"), ("loses", "c"))
