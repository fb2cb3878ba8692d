"""Budgets: how a program's daily cap is kept without a counter that everybody writes to.

Each member gets a budget for the local date; together they stay below the cap less a reserve, which is drawn on by
members without one. Max-min fair: nobody gets more than he could earn, and nobody less than another unless that is
all he could earn.
"""

import math

import numpy as np

from ladder.domain.assignment import NO_BUDGET
from ladder.domain.program import LEAST_RESERVE_PERCENT, Caps

type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,) points


def allocate(caps: Caps, *, playing: np.ndarray[tuple[int], np.dtype[np.bool]]) -> Whole | None:
    """A budget a member, (M,): NO_BUDGET for who is not expected to play; None where the program has no cap."""
    if caps.program_daily_points is None:
        return None
    reserve = max(caps.reserve_percent, LEAST_RESERVE_PERCENT)
    purse = math.floor(caps.program_daily_points * (100 - reserve) / 100)
    most = purse if caps.member_daily_points is None else caps.member_daily_points
    return np.where(playing, fill(purse, np.where(playing, most, 0)), NO_BUDGET)


def fill(purse: int, ceilings: Whole) -> Whole:
    """The highest whole level with the sum of min(ceiling, level) within the purse (water-filling)."""
    if ceilings.sum() <= purse:
        return ceilings
    return np.minimum(ceilings, _level(purse, np.sort(ceilings)))


def _level(purse: int, ordered: Whole) -> int:
    """The members below the level get their ceilings; the others share what is left."""
    spent = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    share = (purse - spent) // (len(ordered) - np.arange(len(ordered)))
    return int(share[np.argmax(share < ordered)])
