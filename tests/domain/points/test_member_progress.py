"""How far a member has come, in the numbers that their state has."""

from dataclasses import replace
from datetime import timedelta

from ladder.domain.message import Message
from ladder.domain.points.compiled import key_mark
from ladder.domain.points.ledger import State
from ladder.domain.points.member_progress import MemberProgress, member_progress
from ladder.domain.points.rulebook import ActivityCount, BadgeTier, Requirement
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from ladder.messages.render import render
from tests.builders.academy import BADGE, PASSED, academy, book
from tests.builders.academy_events import MONDAY, TUESDAY, done, passed


def seen(program: Program, state: State, days: int = 0) -> MemberProgress:
    return member_progress(compile_program(program), state, MONDAY + timedelta(days=days))


def test_who_has_done_nothing_is_at_the_first_level_and_everything_is_ahead() -> None:
    told = seen(academy(), State())
    assert told.level is not None
    assert told.level.next is not None
    assert (told.level.number, told.level.name, told.level.next.missing) == (1, "Newcomer", 500)
    assert [step.state for step in told.paths[0].steps] == ["open", "later"]
    assert (told.badges[0].tier, told.unlocks[0].open, told.streaks[0].current) == (None, False, 0)
    assert [render(message) for message in told.next] == [
        "500 points to level 2: Regular.",
        "days in a row: 5 more days for 25 points.",
        "Badge sharer, bronze: assessment submitted: 0 of 3.",
    ]
    assert [render(message, "de") for message in told.next] == [
        "Noch 500 Punkte bis Level 2: Regular.",
        "days in a row: noch 5 Tage bis 25 Punkte.",
        "Abzeichen sharer, bronze: assessment submitted (Anzahl): 0 von 3.",
    ]


def test_a_program_without_levels_tells_of_none() -> None:
    assert seen(book(levels=(), unlocks=()), State()).level is None


def test_at_the_last_level_nothing_is_missing() -> None:
    told = seen(academy(), State(earned=9_999)).level
    assert told is not None
    assert (told.number, told.next) == (2, None)


def test_a_streak_is_shown_as_long_as_it_can_go_on_and_its_best_for_good() -> None:
    state, _ = done(academy(), passed("a"), passed("b", day=TUESDAY))
    on_days = [seen(academy(), state, day).streaks[0] for day in (1, 2, 3)]
    assert [(each.current, each.best, each.counted) for each in on_days] == [(2, 2, True), (2, 2, False), (0, 2, False)]
    assert [each.next and each.next.missing for each in on_days] == [3, 3, 5]


def test_a_badge_has_its_tier_its_day_and_how_far_the_next_one_is() -> None:
    silver = BadgeTier(name="silver", requires=(Requirement(count=ActivityCount(match=PASSED), at_least=5),))
    program = book(badges=(replace(BADGE, tiers=(*BADGE.tiers, silver)),))
    state, _ = done(program, *(passed(f"m{n}", minute=n) for n in range(4)))
    (badge,) = seen(program, state).badges
    assert badge.next is not None
    assert (badge.tier, badge.reached_on, badge.next.name) == ("bronze", MONDAY, "silver")
    assert [(need.have, need.needed) for need in badge.next.needs] == [(4, 5)]


def test_a_badge_whose_tiers_were_taken_out_of_the_program_keeps_its_last() -> None:
    four = frozenset(map(key_mark, ("bronze", "silver", "gold", "platinum")))
    (badge,) = seen(academy(), State(badges={"SHARER": (four, MONDAY.toordinal())})).badges
    assert (badge.tier, badge.next) == ("bronze", None)


def test_what_is_met_is_never_more_than_what_is_needed() -> None:
    (unlock,) = seen(academy(), State(earned=9_999, unlocks=frozenset({"MENTORING"}))).unlocks
    assert (unlock.open, [(need.what, need.have, need.needed) for need in unlock.needs]) == (
        True,
        [(Message("points.need_level"), 2, 2)],
    )


def test_a_path_shows_what_is_done_and_what_is_open_now() -> None:
    steps = [{key_mark(step.key) for step in academy().rulebook.paths[0].steps[:number]} for number in (1, 2)]
    began, finished = (seen(academy(), State(paths={"FIRST": frozenset(each)})).paths[0] for each in steps)
    assert ([step.state for step in began.steps], began.done) == (["done", "open"], False)
    assert ([step.state for step in finished.steps], finished.done) == (["done", "done"], True)
