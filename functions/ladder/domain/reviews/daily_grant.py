"""What one person may give in a day, by grants and by reviews that change an entry, all together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from ladder.domain.errors import Conflict
from ladder.domain.programs.program import Program

AT_MOST_A_DAY = 10  # times what may be given at once


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyGrant:
    """Points that a decision gives; `most`: what its person may give on that day (UTC)."""

    program: str
    by: str
    day: date
    points: int
    most: int

    @classmethod
    def of(cls, program: Program, *, by: str, points: int, at: datetime) -> Self:
        most = AT_MOST_A_DAY * program.rulebook.most_granted
        return cls(program=program.key, by=by, day=at.astimezone(UTC).date(), points=points, most=most)

    def after(self, given: int) -> int:
        """What they have given with this. Raises InConflict where that is more than they may."""
        if given + self.points > self.most:
            raise Conflict(
                f"you have given {given:,} points today, and a person gives {self.most:,} a day at most: "
                "ask a colleague, or wait until tomorrow"
            )
        return given + self.points
