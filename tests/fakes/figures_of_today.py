"""Figures of a day that is not over, in memory."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ladder.domain.challenges.so_far import FiguresSoFar, OwnFigureSoFar

EARLY = timedelta(minutes=5)


@dataclass(slots=True)
class MemoryFiguresOfToday:
    known: dict[tuple[str, str], FiguresSoFar] = field(default_factory=dict)
    begun: dict[str, tuple[date, datetime]] = field(default_factory=dict)

    def begin(self, program: str, day: date, *, at: datetime, every: timedelta) -> bool:
        begun_on, begun_at = self.begun.get(program, (date.min, at))
        if begun_on == day and at - begun_at < every - EARLY:
            return False
        self.begun[program] = day, at
        return True

    def save(self, program: str, metric: str, figures: FiguresSoFar) -> None:
        self.known[program, metric] = figures

    def of_slot(self, program: str, slot: int) -> dict[str, OwnFigureSoFar]:
        return {
            metric: OwnFigureSoFar(
                day=figures.day,
                measured_at=figures.measured_at,
                given=figures.given,
                value=_at(figures.values, slot),
                contacts=_at(figures.contacts, slot),
            )
            for (of_program, metric), figures in self.known.items()
            if of_program == program
        }


def _at(column: Collection[float], slot: int) -> float | None:
    figures = list(column)
    return None if slot >= len(figures) or math.isnan(figures[slot]) else figures[slot]
