"""The program's daily cap: what of it a member may earn on a date.

The night allots budgets. Who has none (he joined later, or learns in a program without nights) draws on the reserve:
what his awards need, rounded up a little, so that drawing is rare and little is left unused.
"""

import math
from dataclasses import dataclass
from datetime import date

from ladder.domain.program import LEAST_RESERVE_PERCENT, Program
from ladder.domain.rewards.change import Draw

STEPS = 1000  # in which the reserve is drawn


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a member may have earned on a date: what he `had` before, and what is `left` for him to draw.

    `fixed`: what entries of the date say he had; None where none of them was paid.
    """

    had: int
    fixed: int | None = None
    left: int = 0
    drawn: int = 0  # from the reserve, by everybody

    @property
    def points(self) -> int:
        return self.had + self.left


@dataclass(frozen=True, slots=True)
class Settled:
    """What a member may earn on a date from now on, and what he drew for it."""

    allowance: int | None
    draw: Draw | None = None


def reserve(program: Program) -> int:
    """Points of a date that no budget allots."""
    most = program.caps.program_daily_points or 0
    if not program.categories:
        return most
    percent = max(program.caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return most - math.floor(most * (100 - percent) / 100)


def left(program: Program, drawn: int) -> int:
    return max(reserve(program) - drawn, 0)


def bound(program: Program, *, fixed: int | None, budget: int | None, drawn: int) -> Bound:
    """A budget is the member's whatever he drew before it was there; without one the reserve is open to him."""
    if budget is not None:
        return Bound(max(fixed or 0, budget), fixed)
    return Bound(fixed or 0, fixed, left(program, drawn), drawn)


def settle(program: Program, day: date, bound: Bound, taken: int) -> Settled:
    """`taken`: what the member's awards of the date come to now."""
    if not taken:
        return Settled(bound.fixed)
    step = max(reserve(program) // STEPS, 1)
    more = min(math.ceil(max(taken - bound.had, 0) / step) * step, bound.left)
    return Settled(bound.had + more, Draw(day, bound.drawn, more) if more else None)
