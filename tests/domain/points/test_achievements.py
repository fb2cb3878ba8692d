"""Levels, unlocks, paths and badges, each reached by what came before it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import BADGE_GRANTED, REVERSED
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.message import Message
from ladder.domain.points.award_caps import Allotment, SettledBound, allowance_for, daily_bound, reserve
from ladder.domain.points.compiled import level_at
from ladder.domain.points.ledger import ReserveWithdrawal
from ladder.domain.points.member_progress import member_progress
from ladder.domain.points.rulebook import Badge, BadgeTier, Level, Path, Requirement, Rulebook, Step, Unlock
from ladder.domain.points.rules import Rule
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from tests.builders.bank import caps as capped
from tests.builders.capped_academy import LATER_BADGE, MODULE, PASSED, POSTED, RULEBOOK, academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
DAY = START.date()
LEVELS = (Level(name="new", points=0), Level(name="known", points=50), Level(name="old", points=51))
POST = Rule(key="POST", name="a post", match=POSTED, points=50)


def post(number: int) -> object:
    return event("forum.posted", NINE + timedelta(hours=number), f"{number}")


def least_reserve(program: Program) -> int:
    return reserve(program.caps, program.challenges)


def level(number: int, name: str) -> Message:
    return Message("points.level_reached", {"number": number, "name": name})


def reached(badge: str, tier: str) -> Message:
    return Message("points.badge_reached", {"badge": badge, "tier": tier})


def test_levels_are_reached_at_their_points() -> None:
    book = Rulebook(levels=LEVELS)
    assert [level_at(book, points) for points in (-5, 0, 49, 50, 51, 999)] == [1, 1, 1, 2, 3, 3]
    assert level_at(Rulebook(), 999) == 1


def need(kind: str, key: str | None = None, at_least: int = 1) -> Requirement:
    if kind in {"level", "points"}:
        return Requirement(**{kind: at_least})  # type: ignore[arg-type]
    return Requirement(**{kind: key, "tier" if kind == "badge" else "at_least": at_least})  # type: ignore[arg-type]


def test_one_event_opens_a_whole_chain_and_the_rule_behind_it_pays_from_the_next_event_on() -> None:
    unlocks = (
        Unlock(key="SECOND", name="second", requires=(need("unlock", "FIRST"),)),
        Unlock(key="FIRST", name="first", requires=(need("level", at_least=2),)),
    )
    behind = replace(POST, key="BEHIND", points=7, requires="SECOND")
    runner = RewardRunner(
        program=academy(caps=Caps(), rulebook=Rulebook(rules=(POST, behind), levels=LEVELS, unlocks=unlocks))
    )
    first, second = runner.give(post(1)).entries[0], runner.give(post(2)).entries[0]  # type: ignore[arg-type]
    assert (first.points, second.points) == (50, 57)
    unlocked = [Message("points.unlocked", {"name": name}) for name in ("first", "second")]
    assert first.reached == (level(2, "known"), *unlocked)
    assert said(runner.program, first).endswith(
        "50 points for a post. You are now at level 2: known. Unlocked: first. Unlocked: second."
    )
    assert runner.has() == runner.should_be()


def test_a_reversal_takes_level_unlock_and_what_they_had_brought() -> None:
    behind = replace(POST, key="BEHIND", name="the round", points=7, requires="FIRST")
    unlock = Unlock(key="FIRST", name="first", requires=(need("level", at_least=2),))
    runner = RewardRunner(
        program=academy(caps=Caps(), rulebook=Rulebook(rules=(POST, behind), levels=LEVELS, unlocks=(unlock,)))
    )
    runner.give(post(1), post(2))  # type: ignore[arg-type]
    taken = runner.give(
        ours(REVERSED, NINE + timedelta(days=1), "r", source="lms", id="1", reason="a mistake")
    ).entries[0]
    assert (taken.points, runner.summed()) == (-57, (50, 0, 0))
    assert taken.reached == (Message("points.level_lost", {"number": 2, "name": "known"}),)
    assert said(runner.program, taken) == (
        "This takes back an earlier entry. Reason: a mistake. "
        "That is 50 points less for a post and 7 points less for the round. You are back at level 2: known."
    )
    assert said(runner.program, taken, "de") == (
        "Das nimmt eine fr\u00fchere Buchung zur\u00fcck. Grund: a mistake. "
        "Das macht 50 Punkte weniger f\u00fcr a post und 7 Punkte weniger f\u00fcr the round. "
        "Du bist wieder auf Level 2: known."
    )
    assert runner.has() == runner.should_be()


def test_a_step_that_is_done_before_its_predecessor_counts_when_that_is_done() -> None:
    runner = RewardRunner(program=academy(caps=Caps()))
    passed = [event("assessment.submitted", NINE + timedelta(hours=n), f"{n}", passed=True) for n in (0, 2, 3)]
    read = event("learner.completed_module", NINE + timedelta(hours=1), "read", module="m")
    points = [runner.give(each).entries[0].points for each in (passed[0], read, *passed[1:])]
    assert points == [0, 45 + 33, 0, 0]
    assert runner.has() == runner.should_be()
    assert (MODULE.types, PASSED.types) == ((read.type,), (passed[0].type,))


def on(kind: str) -> EventFilter:
    return EventFilter(types=(kind,))


WALKED = {
    "A": on("learner.completed_module"),
    "B": on("forum.posted"),
    "C": on("peer.assisted"),
    "X": on("content.accessed"),
}


def walk(*steps: str, after: Mapping[str, str] = MappingProxyType({})) -> Rulebook:
    """A path of these steps, in this order."""
    wanted = (Step(key=key, name=key, match=WALKED[key], after=tuple(after.get(key, ""))) for key in steps)
    return Rulebook(paths=(Path(key="P", name="the walk", points=33, steps=tuple(wanted)),))


def walked(*days: Rulebook | str) -> RewardRunner:
    """Steps that are done, and edits of the path between them; the reference model, and a replay, say the same."""
    runner, at = RewardRunner(program=academy(caps=Caps(), rulebook=walk("A"))), NINE
    for each in days:
        at += timedelta(hours=1)
        if isinstance(each, Rulebook):
            runner.publish(rulebook=each)
            continue
        runner.give(event(WALKED[each].types[0], at, f"{each} {at:%H}"))
        assert runner.has() == runner.should_be()
    late = event("task.completed", NINE, "late")
    runner.give(late)
    assert runner.has() == runner.should_be()
    return runner


def test_a_step_that_is_put_before_the_others_moves_none_of_them() -> None:
    three, four = walk("A", "B", "C"), walk("X", "A", "B", "C")
    assert walked(three, "A", "B", four, "A", "B", "C").summed() == (0, 0, 0)
    runner = walked(three, "A", "B", four, "C", "X")
    assert runner.summed() == (33, 0, 0)
    assert runner.has().paths == {"P": frozenset("ABCX")}


def test_steps_in_another_order_are_the_same_steps_and_none_counts_twice() -> None:
    assert walked(walk("A", "B"), "A", walk("B", "A"), "A").summed() == (0, 0, 0)
    assert walked(walk("A", "B"), "A", walk("B", "A"), "A", "B").summed() == (33, 0, 0)


def test_a_path_pays_once_whatever_is_added_to_it_later() -> None:
    runner = walked(walk("A", "B"), "A", "B", walk("A", "B", "X"), "X", "A", "B")
    assert runner.summed() == (33, 0, 0)
    assert walked(walk("A"), "A", walk("B"), "B", walk("A", "B"), "A").summed() == (33, 0, 0)


def test_a_path_whose_last_open_step_is_taken_away_is_finished_by_whatever_comes_next() -> None:
    runner = walked(walk("A", "B"), "A", walk("A"), "X")
    assert runner.summed() == (33, 0, 0)
    assert said(runner.program, runner.ledger.entries("academy", "m")[-2]) == (
        "33 points for the walk. You finished the path the walk."
    )


def test_that_a_path_is_finished_is_said_once_also_where_a_late_event_finishes_it() -> None:
    finished = Message("points.path_finished", {"name": "the walk"})
    runner = walked(walk("A", "B"), "A", "B", "A")
    entries = runner.ledger.entries("academy", "m")
    assert [entry.activity.id[0] for entry in entries if finished in entry.reached] == ["B"]
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=walk("A", "B", after={"B": "A"})))
    runner.give(event(WALKED["B"].types[0], NINE + timedelta(hours=2), "second"))
    runner.give(event(WALKED["A"].types[0], NINE, "first, and late"))
    assert [finished in entry.reached for entry in runner.ledger.entries("academy", "m")] == [False, True]
    assert runner.summed() == (33, 0, 0)


def test_a_step_under_another_key_is_another_step() -> None:
    renamed = walk("A", "C")
    runner = walked(walk("A", "B"), "A", "B", renamed, "A")
    assert runner.summed() == (33, 0, 0)
    assert walked(walk("A", "B"), "B", renamed, "A").summed() == (0, 0, 0)


def test_a_step_that_was_done_stays_done_though_another_is_put_before_it() -> None:
    strict = walk("X", "A", "B", after={"A": "X", "B": "A"})
    assert walked(walk("A", "B"), "A", strict, "B", "X").summed() == (33, 0, 0)
    assert walked(walk("A", "B"), "B", strict, "A").has().paths == {"P": frozenset("B")}


def test_what_a_member_reads_of_a_path_follows_its_edits() -> None:
    runner = walked(walk("A", "B", "C"), "A", "B", walk("X", "A", "B", "C"))
    state, _ = runner.ledger.load("academy", "m", [])
    (path,) = member_progress(compile_program(runner.program), state, DAY).paths
    assert [(step.key, step.state) for step in path.steps] == [
        ("X", "open"),
        ("A", "done"),
        ("B", "done"),
        ("C", "open"),
    ]
    assert not path.done


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from("ABCX") | st.permutations("ABCX").map(lambda each: walk(*each[1:])), max_size=12))
def test_any_edits_of_a_path_pay_it_at_most_once_and_as_the_oracle_says(days: list[str | Rulebook]) -> None:
    assert walked(*days).summed()[0] in {0, 33}


def test_tiers_are_reached_in_their_order_also_several_at_once() -> None:
    tiers = (
        BadgeTier(name="one", requires=(need("points", at_least=50),)),
        BadgeTier(name="two", requires=(need("level", at_least=2),)),
    )
    badge = Badge(key="B", name="b", description="", tiers=tiers, owner="o", review_on=date(2027, 1, 1))
    runner = RewardRunner(
        program=academy(caps=Caps(), rulebook=Rulebook(rules=(POST,), levels=LEVELS, badges=(badge,)))
    )
    assert runner.give(post(1)).entries[0].reached == (  # type: ignore[arg-type]
        level(2, "known"),
        reached("b", "one"),
        reached("b", "two"),
    )


def test_a_new_badge_looks_back_over_the_ledger_and_pays_nobody_anew() -> None:
    runner = RewardRunner(program=academy(caps=Caps()))
    runner.give(post(1), post(2), post(3))  # type: ignore[arg-type]
    before = runner.summed()
    runner.publish(rulebook=replace(RULEBOOK, badges=(*RULEBOOK.badges, LATER_BADGE)))
    entry = runner.give(event("task.completed", NINE + timedelta(hours=9), "t")).entries[0]
    assert entry.reached == (reached("talker", "one"),)
    assert (runner.has().badges["TALKER"], runner.summed()) == (1, before)
    assert runner.has() == runner.should_be()


def test_an_edit_never_changes_what_was_paid_before_not_even_when_all_is_counted_anew() -> None:
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(rules=(POST,))))
    runner.give(post(2))  # type: ignore[arg-type]
    runner.publish(rulebook=Rulebook(rules=(replace(POST, points=7),)))
    assert [runner.give(post(number)).entries[0].points for number in (1, 3)] == [7, 7]  # type: ignore[arg-type]
    assert runner.summed() == (64, 0, 0)
    assert [entry.program_version for entry in runner.ledger.entries("academy", "m")] == [1, 2, 2]


def test_the_reserve_is_kept_back_where_nights_allot_the_rest() -> None:
    assert least_reserve(capped(program_daily_points=1_001)) == 51
    assert least_reserve(capped(program_daily_points=1_000, reserve_percent=20)) == 200
    assert least_reserve(academy(caps=Caps(program_daily_points=1_000))) == 1_000


def test_a_member_draws_what_their_awards_need_rounded_up_to_a_thousandth_of_the_reserve() -> None:
    program = academy(caps=Caps(program_daily_points=10_000))
    fresh = daily_bound(program.caps, program.challenges, earlier_allowance=None, withdrawn=9_000)
    assert fresh.points == 1_000
    assert allowance_for(program.caps, program.challenges, DAY, fresh, 0) == SettledBound(None)
    assert allowance_for(program.caps, program.challenges, DAY, fresh, 41) == SettledBound(
        50, ReserveWithdrawal(DAY, 9_000, 50)
    )
    further = daily_bound(program.caps, program.challenges, earlier_allowance=50, withdrawn=9_995)
    assert allowance_for(program.caps, program.challenges, DAY, further, 50) == SettledBound(50)
    assert allowance_for(program.caps, program.challenges, DAY, further, 55) == SettledBound(
        55, ReserveWithdrawal(DAY, 9_995, 5)
    )


def test_a_budget_is_the_members_whatever_they_drew_before_it_was_there() -> None:
    program = academy(caps=Caps(program_daily_points=10_000))
    assert (
        daily_bound(
            program.caps, program.challenges, earlier_allowance=60, allotment=Allotment(100, 9_900), withdrawn=60
        ).without_reserve
        == 100
    )
    assert (
        daily_bound(
            program.caps, program.challenges, earlier_allowance=60, allotment=Allotment(40, 9_900), withdrawn=60
        ).without_reserve
        == 60
    )
    unused = daily_bound(
        program.caps, program.challenges, earlier_allowance=None, allotment=Allotment(100, 9_900), withdrawn=0
    )
    assert allowance_for(program.caps, program.challenges, DAY, unused, 30) == SettledBound(100)


def test_what_budgets_leave_of_the_cap_is_drawn_by_whoever_earns_more() -> None:
    program = capped(program_daily_points=10_000)
    rich = daily_bound(
        program.caps, program.challenges, earlier_allowance=None, allotment=Allotment(100, 6_000), withdrawn=3_000
    )
    assert rich.points == 100 + 1_000
    assert allowance_for(program.caps, program.challenges, DAY, rich, 130) == SettledBound(
        130, ReserveWithdrawal(DAY, 3_000, 30)
    )
    assert allowance_for(program.caps, program.challenges, DAY, rich, 1_100) == SettledBound(
        1_100, ReserveWithdrawal(DAY, 3_000, 1_000)
    )
    assert (
        daily_bound(
            program.caps, program.challenges, earlier_allowance=None, allotment=Allotment(100, 6_000), withdrawn=4_000
        ).points
        == 100
    )


def test_a_program_that_lost_its_challenges_in_mid_day_owes_the_budgets_of_the_night_all_the_same() -> None:
    program = academy(caps=Caps(program_daily_points=10_000))
    assert (
        daily_bound(
            program.caps, program.challenges, earlier_allowance=None, allotment=Allotment(None, 9_500), withdrawn=0
        ).points
        == 500
    )


def medal(*tiers: tuple[str, int]) -> Rulebook:
    """A badge with these tiers, each at so many points."""
    wanted = tuple(BadgeTier(name=name, requires=(need("points", at_least=points),)) for name, points in tiers)
    badge = Badge(key="B", name="b", description="", tiers=wanted, owner="o", review_on=date(2027, 1, 1))
    return Rulebook(rules=(POST,), badges=(badge,))


def awarded(*given: Rulebook | int) -> RewardRunner:
    """Posts of 50 points each, by number, and edits of a badge between them."""
    first, *later = given
    assert isinstance(first, Rulebook)
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=first))
    for each in later:
        if isinstance(each, Rulebook):
            runner.publish(rulebook=each)
        else:
            runner.give(post(each))  # type: ignore[arg-type]
            assert runner.has() == runner.should_be()
    return runner


def shown_tier(runner: RewardRunner) -> str | None:
    state, _ = runner.ledger.load("academy", "m", [])
    return member_progress(compile_program(runner.program), state, DAY).badges[0].tier


BRONZE, SILVER, GOLD = ("bronze", 50), ("silver", 100), ("gold", 150)


def test_who_has_bronze_has_not_silver_because_bronze_is_taken_away() -> None:
    runner = awarded(medal(BRONZE, SILVER), 2, medal(SILVER))
    assert shown_tier(runner) is None
    entry = runner.give(post(3)).entries[0]  # type: ignore[arg-type]
    assert (entry.reached, shown_tier(runner)) == ((reached("b", "silver"),), "silver")


def test_a_tier_that_is_put_below_or_between_those_that_somebody_has_moves_none_of_them() -> None:
    iron, steel = ("iron", 1), ("steel", 60)
    runner = awarded(medal(BRONZE, SILVER, GOLD), 2, 3, medal(iron, BRONZE, steel, SILVER, GOLD))
    assert shown_tier(runner) == "silver"
    assert runner.give(post(4)).entries[0].reached == (reached("b", "gold"),)  # type: ignore[arg-type]


def test_a_tier_that_is_taken_away_and_comes_back_is_still_theirs() -> None:
    runner = awarded(medal(BRONZE, SILVER), 2, 3, medal(BRONZE))
    assert shown_tier(runner) == "bronze"
    runner.publish(rulebook=medal(BRONZE, SILVER))
    assert shown_tier(runner) == "silver"


def test_a_requirement_of_a_tier_is_met_by_whoever_has_that_tier_wherever_it_stands() -> None:
    def opens(*tiers: tuple[str, int], tier: int) -> Rulebook:
        unlock = Unlock(key="U", name="u", requires=(need("badge", "B", tier),))
        return replace(medal(*tiers), unlocks=(unlock,))

    assert awarded(opens(BRONZE, SILVER, tier=2), 2, opens(SILVER, tier=1), 3).has().unlocks == {"U"}
    assert awarded(opens(BRONZE, GOLD, tier=2), 2, opens(GOLD, tier=1), 3).has().unlocks == frozenset()


MEDALS = st.lists(st.sampled_from([("iron", 1), BRONZE, ("steel", 60), SILVER, GOLD]), min_size=1, unique=True).map(
    lambda tiers: medal(*tiers)
)


@settings(deadline=None, max_examples=80)
@given(MEDALS, st.lists(st.none() | MEDALS, max_size=10))
def test_nobody_ever_has_a_tier_whose_requirement_they_never_met_whatever_is_edited(
    first: Rulebook, given: list[Rulebook | None]
) -> None:
    runner = awarded(first, *(each or number for number, each in enumerate(given, start=1)))
    asked = {"iron": 1, "bronze": 50, "steel": 60, "silver": 100, "gold": 150, None: 0}
    assert asked[shown_tier(runner)] <= runner.has().earned


@settings(deadline=None, max_examples=80)
@given(MEDALS, st.lists(st.integers(1, 9) | MEDALS, max_size=10))
def test_any_edits_of_a_badge_and_any_late_events_give_the_tiers_that_the_oracle_says(
    first: Rulebook, given: list[Rulebook | int]
) -> None:
    awarded(first, *given)


def test_a_tier_that_is_granted_while_an_edit_moves_it_is_the_one_that_was_meant() -> None:
    for name, expected in (("silver", "silver"), ("bronze", None), ("", "silver")):
        runner = awarded(medal(SILVER))
        told: dict[str, Any] = {"badge": "B", "tier": 1, "by": "admin"} | ({"tier_name": name} if name else {})
        runner.give(ours(BADGE_GRANTED, NINE, "grant", **told))
        assert shown_tier(runner) == expected
