"""Streaks against a walk over the set of days."""

from collections.abc import Set
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import CORRECTED, DAY_OFF, REVERSED, Activity
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.achievements import add_days_off, is_unbroken, match_streak, week_start
from ladder.domain.points.ledger import State, StreakState
from ladder.domain.points.rulebook import Milestone, Rulebook, Streak
from tests.builders.capped_academy import POSTED, academy, event, ours
from tests.builders.rewards import RewardRunner

MONDAY = date(2026, 3, 2)
DAYS = Streak(key="DAYS", name="days", match=POSTED)


def length(
    days: set[int], off: Set[int] = frozenset(), *, grace: int = 0, workdays: tuple[int, ...] = tuple(range(1, 8))
) -> int:
    """By the rule as a person would say it: walk from the first day, and break where too many in a row were missed."""
    run, missed = 0, 0
    for day in range(min(days), max(days) + 1):
        expected = (MONDAY + timedelta(days=day)).isoweekday() in workdays and day not in off
        if day in days:
            run, missed = (run + 1 if missed <= grace else 1), 0
        elif expected:
            missed += 1
    return run


def state_after(days: set[int], off: set[int], streak: Streak, book: Rulebook) -> State:
    state = State()
    for day in sorted(off):
        add_days_off(state, *2 * ((MONDAY + timedelta(days=day)).isoformat(),), book)
    for day in sorted(days):
        state.day = MONDAY.toordinal() + day
        state.week = week_start(state.day, book)
        match_streak(streak, state, book)
    return state


@settings(deadline=None)
@given(
    st.sets(st.integers(0, 20), min_size=1),
    st.sets(st.integers(0, 20)),
    st.integers(0, 2),
    st.sampled_from([(1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7), (2, 4)]),
)
def test_a_streak_is_what_a_walk_over_the_days_says(
    days: set[int], off: set[int], grace: int, workdays: tuple[int, ...]
) -> None:
    book = Rulebook(work_days=workdays)
    run = state_after(days, off, replace(DAYS, grace=grace), book).streaks["DAYS"]
    assert run.length == length(days, off, grace=grace, workdays=workdays)
    assert run.best >= run.length


def test_several_matches_in_a_day_count_once_and_only_enough_of_them() -> None:
    state, streak = State(day=MONDAY.toordinal(), week=MONDAY.toordinal()), replace(DAYS, at_least=2)
    lengths = []
    for _ in range(4):
        match_streak(streak, state, Rulebook())
        lengths.append(state.streaks["DAYS"].length)
    assert lengths == [0, 1, 1, 1]


def weekly(*weeks: int, **changed: object) -> int:
    streak = replace(DAYS, every="week", **changed)  # type: ignore[arg-type]
    return state_after({7 * week + 2 for week in weeks}, set(), streak, Rulebook()).streaks["DAYS"].length


def test_a_weekly_streak_goes_from_monday_to_monday_where_no_other_day_begins_the_week() -> None:
    assert (weekly(0, 1, 2), weekly(0, 2), weekly(0, 2, grace=1), weekly(0, 3, grace=1)) == (3, 1, 2, 1)
    sunday_and_monday = state_after({6, 7}, set(), replace(DAYS, every="week"), Rulebook())
    assert sunday_and_monday.streaks["DAYS"].length == 2


def test_a_week_with_one_day_of_work_in_it_is_missed_and_one_with_none_is_not() -> None:
    streak, book = replace(DAYS, every="week"), Rulebook(work_days=(1, 2, 3, 4, 5))
    off = set(range(7, 12))
    assert state_after({2, 16}, off, streak, book).streaks["DAYS"].length == 2
    assert state_after({2, 16}, off - {9}, streak, book).streaks["DAYS"].length == 1


def test_a_milestone_pays_at_its_length_once_and_not_again_after_a_break() -> None:
    milestones = (Milestone(length=2, points=10), Milestone(length=4, points=40))
    streak, state, found = replace(DAYS, milestones=milestones), State(), list[int]()
    for day in (0, 1, 1, 2, 5, 6, 7, 8, 11, 12):
        state.day = MONDAY.toordinal() + day
        milestone = match_streak(streak, state, Rulebook())
        found.append(milestone.points if milestone else 0)
    assert found == [0, 10, 0, 0, 0, 0, 0, 40, 0, 0]


def test_a_streak_is_shown_while_today_can_still_go_on_with_it() -> None:
    run, today = StreakState(length=3, last=MONDAY.toordinal()), MONDAY.toordinal()
    assert [is_unbroken(DAYS, run, today + day, (), Rulebook()) for day in (1, 2)] == [True, False]
    assert is_unbroken(DAYS, run, today + 2, ((today + 1, today + 1),), Rulebook())
    assert not is_unbroken(DAYS, StreakState(), today, (), Rulebook())


def test_leave_is_kept_until_so_much_work_has_followed_it_that_it_saves_no_streak() -> None:
    state, book = State(), Rulebook(work_days=(1, 2, 3, 4, 5))

    def known(day: str, *leave: tuple[str, str]) -> list[tuple[str, str]]:
        """After leave that is reported on a day."""
        state.day = date.fromisoformat(day).toordinal()
        for first, last in leave:
            add_days_off(state, first, last, book)
        spans = [tuple(map(date.fromordinal, span)) for span in state.days_off]
        return [(first.isoformat(), last.isoformat()) for first, last in spans]

    assert known("2026-03-02", ("2020-01-01", "2024-12-31")) == [], "a year of work days has followed it"
    leave = ("2026-03-03", "2030-01-03")
    assert known("2026-03-02", ("2026-03-03", "2030-01-01"), ("2030-01-02", "2030-01-03")) == [leave]
    one_day = ("2030-07-01", "2030-07-01")
    assert known("2030-06-24", one_day) == [leave, one_day]  # 121 work days after it
    assert known("2030-07-02", ("2030-07-03", "2030-07-03")) == [one_day, ("2030-07-03", "2030-07-03")]


def posts(*moments: datetime) -> list[Activity]:
    return [event("forum.posted", at, f"{at.isoformat()}") for at in moments]


def played(zone: str, *moments: datetime, starts: time = time()) -> tuple[int, int]:
    program = academy(
        caps=Caps(),
        schedule=Schedule(time_zone=zone, rotation_time=time(), day_starts_at=starts),
        rulebook=Rulebook(streaks=(DAYS,)),
    )
    runner = RewardRunner(program=program)
    runner.give(*posts(*moments))
    assert runner.has() == runner.should_be()
    return runner.has().streaks["DAYS"]


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "moments", "expected"),
    [
        ("Europe/Paris", [utc(3, 28, 22, 59), utc(3, 28, 23), utc(3, 29, 22)], 3),  # 23 hours
        ("Europe/Paris", [utc(10, 24, 21), utc(10, 25, 22, 59), utc(10, 25, 23)], 3),  # 25 hours
        ("Europe/Paris", [utc(3, 29, 0, 30), utc(3, 29, 1, 30)], 1),  # around the gap
        ("Pacific/Kiritimati", [utc(3, 1, 9, 59), utc(3, 1, 10), utc(3, 2, 10)], 3),  # UTC+14
        ("Etc/GMT+12", [utc(3, 1, 11, 59), utc(3, 1, 12), utc(3, 2, 12)], 3),  # UTC-12
        ("Africa/Cairo", [utc(4, 23, 21, 59), utc(4, 23, 22), utc(4, 24, 21)], 3),  # midnight is removed
    ],
)
def test_days_are_local_whatever_the_clocks_do(zone: str, moments: list[datetime], expected: int) -> None:
    assert played(zone, *moments) == (expected, expected)


def test_a_night_shift_that_begins_before_its_day_ends_counts_for_one_day() -> None:
    shift = [utc(3, 2, 21), utc(3, 3, 2)]  # 22:00 and 03:00
    assert played("Europe/Paris", *shift) == (2, 2)
    assert played("Europe/Paris", *shift, starts=time(4)) == (1, 1)


MOVES = {
    "later": {"first": "2026-03-09", "last": "2026-03-10"},
    "earlier": {"first": "2026-03-03", "last": "2026-03-04"},
    "shorter": {"last": "2026-03-05"},
    "longer": {"first": "2026-03-02", "last": "2026-03-10"},
    "into the past": {"first": "2026-02-09", "last": "2026-02-10"},
}


@pytest.mark.slow
@pytest.mark.parametrize("move", [*MOVES, "withdrawn"])
@pytest.mark.parametrize("told", [utc(3, 1, 9), utc(3, 4, 20), utc(3, 9, 9)])
def test_days_off_that_are_moved_come_to_the_same_in_every_order(move: str, told: datetime) -> None:
    """Whether they were told before the days that they excuse, or after: 720 orders, each against the reference."""
    off = event(DAY_OFF, told, "off", first="2026-03-05", last="2026-03-06")
    change = event(CORRECTED, utc(3, 8, 12), "c", id="off", **MOVES.get(move, {}))
    if move == "withdrawn":
        change = ours(REVERSED, utc(3, 8, 12), "c", source="lms", id="off")
    streak = replace(DAYS, milestones=(Milestone(length=2, points=10), Milestone(length=3, points=100)))
    program = academy(caps=Caps(), rulebook=Rulebook(streaks=(streak,)))
    everything = [off, change, *posts(utc(3, 2, 9), utc(3, 4, 9), utc(3, 7, 9), utc(3, 9, 12))]
    found = set()
    for order in permutations(everything):
        runner = RewardRunner(program=program)
        for each in order:
            runner.give(each)
        found.add((runner.summed(), str(runner.has())))
        assert runner.has() == runner.should_be(), [each.id for each in order]
    assert len(found) == 1


def test_days_off_that_are_told_late_mend_what_they_had_broken() -> None:
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(streaks=(DAYS,))))
    runner.give(*posts(utc(3, 2, 9), utc(3, 5, 9), utc(3, 6, 9)))
    assert runner.has().streaks["DAYS"] == (2, 2)
    runner.give(event(DAY_OFF, utc(3, 6, 12), "off", first="2026-03-03", last="2026-03-04"))
    assert runner.has().streaks["DAYS"] == (3, 3)
    assert runner.has() == runner.should_be()
