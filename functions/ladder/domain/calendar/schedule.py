"""Local work days and nights: when they begin, and which one an instant belongs to."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from ladder.domain.activities.activity import EARLIEST, LATEST
from ladder.domain.validation.constraints import Clock, Says, TimeZone, Within

ONE_DAY = timedelta(days=1)
REMEMBERED_DAYS = 1000
USUAL_PROPAGATION_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The section of a program on time: its zone, when a work day begins, and when the night's rotation runs."""

    time_zone: Annotated[TimeZone, Says("Write an IANA name such as Asia/Jerusalem.")]
    rotation_time: Annotated[Clock, Says('Write hours and minutes: "00:15".', nights="needed")] = time(0)
    day_starts_at: Annotated[Clock, Says('Write hours and minutes: "06:00" for a night shift.')] = time(0)
    propagation_seconds: Annotated[
        int, Within(0, 3600), Says("Write how long the platform takes to move members: 300, in whole seconds.")
    ] = USUAL_PROPAGATION_SECONDS
    playable_hours: Annotated[  # a night that begins with less of the day left launches nothing
        float,
        Within(0, 12),
        Says("Write the hours of the day that a late night needs to launch anything: 6.", nights="allowed"),
    ] = 6.0


def night_falls_at(schedule: Schedule, day: date) -> datetime:
    return _instant(schedule, day, schedule.rotation_time)


def day_bounds(schedule: Schedule, day: date) -> tuple[datetime, datetime]:
    """Return the first and last second of a local work day, in UTC; a day may have 23 or 25 hours."""
    start = _instant(schedule, day, schedule.day_starts_at)
    following = _instant(schedule, day + timedelta(days=1), schedule.day_starts_at)
    return start, following - timedelta(seconds=1)


def hours_left(schedule: Schedule, day: date, moment: datetime) -> float:
    """Return the hours of a local work day after a moment; 0.0 once it is over."""
    return max(0.0, (day_bounds(schedule, day)[1] - moment) / timedelta(hours=1))


def hours_needed(schedule: Schedule, day: date) -> float:
    """Return the hours of the day that challenges need: `playable_hours`, or half of what a night in time leaves."""
    return min(schedule.playable_hours, hours_left(schedule, day, night_falls_at(schedule, day)) / 2)


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The local work days that instants belong to, as `day_bounds` has it: later instants have no earlier day.

    It remembers when days begin, because that is asked for every activity.
    """

    schedule: Schedule
    _starts: dict[date, datetime] = field(default_factory=dict, repr=False, compare=False)

    def day(self, moment: datetime) -> date:
        """Return the day of a moment; moments outside the calendar belong to its first day and its last."""
        moment = min(max(moment, EARLIEST), LATEST)
        guess = moment.astimezone(ZoneInfo(self.schedule.time_zone)).date()
        if moment < self._start(guess):
            return guess - ONE_DAY
        following = guess + ONE_DAY
        return following if moment >= self._start(following) else guess

    def _start(self, day: date) -> datetime:
        start = self._starts.get(day)
        if start is None:
            if len(self._starts) >= REMEMBERED_DAYS:
                self._starts.clear()
            start = self._starts.setdefault(day, _instant(self.schedule, day, self.schedule.day_starts_at))
        return start


def local_day(schedule: Schedule, moment: datetime) -> date:
    return LocalDays(schedule).day(moment)


def due(schedule: Schedule, now: datetime) -> date:
    """Return the latest date whose night has fallen. However late the tick, older nights are not made up for."""
    tomorrow = now.astimezone(ZoneInfo(schedule.time_zone)).date() + timedelta(days=1)
    days = (tomorrow - timedelta(days=back) for back in range(4))
    return next(day for day in days if night_falls_at(schedule, day) <= now)


def _instant(schedule: Schedule, day: date, at: time) -> datetime:
    local = datetime.combine(day, at, tzinfo=ZoneInfo(schedule.time_zone))
    return local.astimezone(UTC)
