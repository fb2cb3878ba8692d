"""Ease: a person looked at three missed challenges of the hardest tier; the member plays one tier easier for a while.

It begins with the next night and is over by itself. The tier of record, and what moves it, know nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ladder.domain.calendar import ONE_DAY, due
from ladder.domain.programs.program import Schedule

RELIEF_DAYS = 5
LOOKBACK = timedelta(days=RELIEF_DAYS + 1)  # what was decided longer ago covers no date whose night falls now


@dataclass(frozen=True, slots=True, kw_only=True)
class DifficultyRelief:
    """`since`: when it was decided. Its dates follow from that, so a night that is planned again finds the same."""

    member: str
    category: str
    since: datetime

    def last(self, schedule: Schedule) -> date:
        return due(schedule, self.since) + RELIEF_DAYS * ONE_DAY

    def covers(self, schedule: Schedule, day: date) -> bool:
        """The next night's date after the decision is the first; what has fallen by then goes on as it was planned."""
        return due(schedule, self.since) < day <= self.last(schedule)


def relieved_until(eases: Iterable[DifficultyRelief], schedule: Schedule, day: date) -> dict[str, date]:
    """Category -> the last date that one member is eased on, where `day` is among them."""
    covering = [each for each in eases if each.covers(schedule, day)]
    return {each.category: each.last(schedule) for each in sorted(covering, key=lambda each: each.since)}
