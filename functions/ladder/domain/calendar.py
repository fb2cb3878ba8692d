"""Local dates of a program: when its night is due, and when its day begins and ends.

A wall-clock time that a spring gap removes is taken just after the gap, one that an autumn repeat gives twice is
taken the first time, so every date has exactly one night.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ladder.domain.program import Schedule


def night_falls_at(schedule: Schedule, day: date) -> datetime:
    return _instant(schedule, day, schedule.rotation_time)


def day_bounds(schedule: Schedule, day: date) -> tuple[datetime, datetime]:
    """First and last second of a local work day, in UTC; a day may have 23 or 25 hours."""
    start = _instant(schedule, day, schedule.day_starts_at)
    following = _instant(schedule, day + timedelta(days=1), schedule.day_starts_at)
    return start, following - timedelta(seconds=1)


def local_day(schedule: Schedule, moment: datetime) -> date:
    """The local work day that an instant belongs to, as `day_bounds` has it: later instants have no earlier day."""
    guess = moment.astimezone(ZoneInfo(schedule.time_zone)).date()
    if moment < _day_start(schedule, guess):
        return guess - timedelta(days=1)
    following = guess + timedelta(days=1)
    return following if moment >= _day_start(schedule, following) else guess


@lru_cache(maxsize=1024)
def _day_start(schedule: Schedule, day: date) -> datetime:
    return _instant(schedule, day, schedule.day_starts_at)


def due(schedule: Schedule, now: datetime) -> date:
    """The latest date whose night has fallen. However late the tick, older nights are not made up for."""
    tomorrow = now.astimezone(ZoneInfo(schedule.time_zone)).date() + timedelta(days=1)
    days = (tomorrow - timedelta(days=back) for back in range(4))
    return next(day for day in days if night_falls_at(schedule, day) <= now)


def _instant(schedule: Schedule, day: date, at: time) -> datetime:
    local = datetime.combine(day, at, tzinfo=ZoneInfo(schedule.time_zone))
    return local.astimezone(UTC)
