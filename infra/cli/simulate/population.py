"""Drawn members: each has a lasting mean of his own, chance from day to day, and perhaps a slump.

Everybody works on every simulated day, so days are worked days. Lower is better. Axes: D days, M members.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ladder.domain.challenges.history import Flags, Row, Values

LEVEL = 600.0  # seconds; high enough that hardly a day comes out below zero, and no rank depends on it
BETWEEN = 138.0  # seconds, standard deviation of the members' lasting means
WITHIN = 80.0  # seconds, standard deviation of one member's days
SETTLING_DAYS = 60  # at the start: first placements and what follows from them
SLUMP_DAYS, SLUMP_SDS = 40, 2.0
AFTERWARDS_DAYS = 60  # worked days after a slump by which everybody should be back
DAYS_NEEDED = SETTLING_DAYS + SLUMP_DAYS + AFTERWARDS_DAYS


@dataclass(frozen=True, slots=True)
class Drawn:
    means: Row  # (M,) what each member is really like
    values: Values  # (D, M)

    @classmethod
    def stationary(
        cls, rng: np.random.Generator, *, members: int, days: int, between: float = BETWEEN, within: float = WITHIN
    ) -> Self:
        means = LEVEL + between * rng.standard_normal(members, dtype=np.float32)
        noise = within * rng.standard_normal((days, members), dtype=np.float32)
        return cls(means, means + noise)

    def slumping(self, slump: "Slump") -> Self:
        """The same days with the same chance, only worse for some during the slump."""
        values = self.values.copy()
        values[slump.first : slump.end, slump.members] += SLUMP_SDS * WITHIN
        return replace(self, values=values)


@dataclass(frozen=True, slots=True)
class Slump:
    members: Flags  # (M,)
    first: int  # the row of its first day
    end: int  # the row of the first day after it

    @classmethod
    def in_the_middle(cls, *, members: int, days: int) -> Self:
        """A quarter of the members; as they are drawn alike, it may be the first ones."""
        first = (days - SLUMP_DAYS) // 2
        return cls(np.arange(members) < members // 4, first, first + SLUMP_DAYS)
