"""The program's daily cap: what of it a member may earn on a date.

The night allots budgets. What they leave of the cap is the reserve of the date. Whoever earns more than their budget,
or has none (they joined later, or learn in a program without nights), draws on it: what their awards need, rounded up
a little, so that drawing is rare and little is left unused.
"""

import math
from dataclasses import dataclass
from datetime import date

from ladder.domain.program import LEAST_RESERVE_PERCENT, Program
from ladder.domain.rewards.change import Draw

STEPS = 1000  # in which the least reserve is drawn


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a member may have earned on a date: what they `had` before, and what is `left` for them to draw.

    `fixed`: what entries of the date say they had; None where none of them was paid.
    """

    had: int
    fixed: int | None = None
    left: int = 0
    drawn: int = 0  # from the reserve, by everybody

    @property
    def points(self) -> int:
        return self.had + self.left


@dataclass(frozen=True, slots=True)
class Allotment:
    """What the night has fixed for a date: the member's `budget`, and everybody's together; None: nothing."""

    budget: int | None = None
    all: int | None = None


NOTHING_FIXED = Allotment()


@dataclass(frozen=True, slots=True)
class Settled:
    """What a member may earn on a date from now on, and what they drew for it."""

    allowance: int | None
    draw: Draw | None = None


def reserve(program: Program, allotted: int | None = None) -> int:
    """Points of a date that no budget allots; the least there may be while budgets are not `allotted` yet."""
    most = program.caps.program_daily_points or 0
    if allotted is not None:
        return max(most - allotted, 0)
    if not program.categories:
        return most
    percent = max(program.caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return most - math.floor(most * (100 - percent) / 100)


def left(program: Program, drawn: int, allotted: int | None) -> int:
    return max(reserve(program, allotted) - drawn, 0)


def bound(program: Program, *, fixed: int | None, drawn: int, allotment: Allotment = NOTHING_FIXED) -> Bound:
    """A budget is the member's whatever they drew before it was there; beyond it, the reserve is open to everybody."""
    return Bound(max(fixed or 0, allotment.budget or 0), fixed, left(program, drawn, allotment.all), drawn)


def settle(program: Program, day: date, bound: Bound, taken: int) -> Settled:
    """`taken`: what the member's awards of the date come to now."""
    if not taken:
        return Settled(bound.fixed)
    step = max(reserve(program) // STEPS, 1)
    more = min(math.ceil(max(taken - bound.had, 0) / step) * step, bound.left)
    return Settled(bound.had + more, Draw(day, bound.drawn, more) if more else None)
