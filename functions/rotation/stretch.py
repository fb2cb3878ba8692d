"""Stretch: who missed the hardest tier's challenge of a category three times in a row, so that a person may help.

Only dates that this night looks at count, and each miss is told in the night it becomes known. Who was absent, or
played an easier tier in between, goes on where he was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ladder.domain import settlement
from ladder.domain.calendar import day_bounds
from ladder.domain.reviews.opening import STRETCH_MISSED, of_stretch
from ladder.domain.reviews.review import Review
from ladder.domain.settlement import Codes
from rotation.played import Played, Ruling

HARDEST = 3
MISSED = [settlement.code("missed"), settlement.code("gate failed")]
ABSENT = settlement.code("absent")


@dataclass(slots=True)
class Stretch:
    """Of one program in one night. `runs`: misses in a row by category, (M,); dates come in their order."""

    runs: dict[str, Codes] = field(default_factory=dict)

    def reviews(self, played: Played, rulings: Sequence[Ruling]) -> list[Review]:
        """Of whoever has missed for the third time on this date, or the sixth, as is known since tonight."""
        _, ended = day_bounds(played.program.schedule, played.day)
        return [
            of_stretch(played.program.key, played.roster[slot].id, each.category, played.day, now=ended)
            for each in rulings
            for slot in self._thirds(each)
        ]

    def _thirds(self, found: Ruling) -> list[int]:
        after = settlement.merged(found.before, found.after)
        stretch, missed = found.question.played == HARDEST, np.isin(after, MISSED)
        before = self.runs.get(found.category, np.zeros(len(after), dtype=np.uint8))
        run = np.where(stretch & missed, before + 1, np.where(stretch & (after != ABSENT), 0, before))
        self.runs[found.category] = run.astype(np.uint8)
        new = stretch & missed & ~np.isin(found.before, MISSED)
        slots: list[int] = np.flatnonzero(new & (run % STRETCH_MISSED == 0)).tolist()
        return slots
