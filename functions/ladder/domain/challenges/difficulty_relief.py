"""Difficulty relief: after a person reviewed three missed challenges of the hardest tier, the member plays one tier
easier for a few days.

It begins with the next night and ends by itself. It changes neither the tier of record nor what moves it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ladder.domain.calendar.schedule import ONE_DAY, Schedule, due

RELIEF_DAYS = 5
LOOKBACK = timedelta(days=RELIEF_DAYS + 1)  # a decision older than this covers no date whose night falls now


@dataclass(frozen=True, slots=True, kw_only=True)
class DifficultyRelief:
    """`since`: when it was decided. Its dates follow from that, so a night that is planned again finds the same."""

    member: str
    category: str
    since: datetime

    def last(self, schedule: Schedule) -> date:
        return due(schedule, self.since) + RELIEF_DAYS * ONE_DAY

    def covers(self, schedule: Schedule, day: date) -> bool:
        """Return whether it covers a date: the next night's date after the decision is the first one."""
        return due(schedule, self.since) < day <= self.last(schedule)


def relieved_until(reliefs: Iterable[DifficultyRelief], schedule: Schedule, day: date) -> dict[str, date]:
    """Return, by category, the last date of one member's relief, where `day` is among its dates."""
    covering = [relief for relief in reliefs if relief.covers(schedule, day)]
    return {relief.category: relief.last(schedule) for relief in sorted(covering, key=lambda relief: relief.since)}
