"""Streaks: periods in a row. They are a function of the set of local days; days off by schedule do not break them.

What is done on a day off counts for it like on any other.
"""

from collections.abc import Set
from datetime import date

from ladder.domain.calendar import MOST_DAYS_OFF
from ladder.domain.points.state import State, StreakState
from ladder.domain.programs.rulebook import Milestone, Rulebook, Streak

WEEK = 7
KEPT_DAYS_OFF = 120


def matched(streak: Streak, state: State, book: Rulebook) -> Milestone | None:
    """Notes a match on the state's day; the milestone that its period reaches, if any."""
    run = state.streaks.setdefault(streak.key, StreakState())
    period = state.day if streak.every == "day" else state.week
    if run.period != period:
        run.period, run.matches = period, 0
    run.matches += 1
    if run.matches != streak.at_least:
        return None
    run.length = run.length + 1 if unbroken(streak, run, period, state.days_off, book) else 1
    run.last, run.best = period, max(run.best, run.length)
    return next((each for each in streak.milestones if each.length == run.length), None)


def unbroken(streak: Streak, run: StreakState, period: int, days_off: tuple[int, ...], book: Rulebook) -> bool:
    """Whether a match in `period` would go on with the streak: no more periods missed than its grace allows."""
    if not run.last:
        return False
    length, missed, off = (1 if streak.every == "day" else WEEK), 0, frozenset(days_off)
    for start in range(run.last + length, period, length):
        missed += any(_scheduled(day, off, book) for day in range(start, start + length))
        if missed > streak.grace:
            return False
    return True


def take_off(state: State, first: str, last: str) -> None:
    """Days off from `first` to `last`, ISO dates; those of long ago are forgotten."""
    start = date.fromisoformat(first).toordinal()
    end = min(date.fromisoformat(last).toordinal(), start + MOST_DAYS_OFF - 1)
    days = {*state.days_off, *range(start, end + 1)}
    state.days_off = tuple(sorted(day for day in days if day > state.day - KEPT_DAYS_OFF))


def monday(day: int) -> int:
    return day - (day - 1) % WEEK  # ordinal 1 is a Monday


def _scheduled(day: int, days_off: Set[int], book: Rulebook) -> bool:
    """A day on which the member was expected."""
    weekday = (day - 1) % WEEK + 1
    return weekday in book.work_days and day not in days_off and date.fromordinal(day) not in book.holidays


def alive(streak: Streak, run: StreakState, today: int, days_off: tuple[int, ...], book: Rulebook) -> bool:
    """Whether it can still go on today: what a member is shown as current."""
    period = today if streak.every == "day" else monday(today)
    return run.last == period or unbroken(streak, run, period, days_off, book)
