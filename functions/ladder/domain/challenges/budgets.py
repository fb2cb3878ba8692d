"""Budgets: how a program's daily cap is kept without a counter that everybody writes to.

Each member who is likely to work gets a budget for the local date: what they may be paid without asking anybody. All
else that the cap allows is the reserve of the date, on which whoever earns more draws. Budgets that are not earned are
lost to the others, so on a night that needs most of the cap they are small, and most of it is drawn.
"""

import math

import numpy as np

from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.forecast import Points, Shares, payout
from ladder.domain.programs.program import LEAST_RESERVE_PERCENT, Caps

LIKELY = 0.5  # to work: who is less so would most often leave a budget unused

type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,) points


def plannable_points(caps: Caps) -> int | None:
    """What the program's cap has for budgets and forecast together: all but the least reserve; None without a cap."""
    if caps.program_daily_points is None:
        return None
    reserve = max(caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return math.floor(caps.program_daily_points * (100 - reserve) / 100)


def allocate(caps: Caps, *, worth: Points, working: Shares) -> Whole | None:
    """A budget a member, (M,): NO_BUDGET for who is not expected to work; None where the program has no cap.

    `worth`: what a member's challenges of the date pay in all. As large a share of it as leaves in the reserve what the
    others are expected to earn; where all of it fits, what is left over is shared out up to the member's own cap.
    """
    most = plannable_points(caps)
    if most is None:
        return None
    likely = working >= LIKELY
    whole = np.where(likely, np.ceil(worth), 0).astype(np.int64)
    rest = payout(np.where(likely, 0, worth), working)
    budgets = _share(whole, payout(worth, working * likely), most - rest)
    if (budgets == whole).all():
        ceilings = np.where(working > 0, most if caps.member_daily_points is None else caps.member_daily_points, 0)
        budgets += water_fill(max(most - math.ceil(rest) - int(budgets.sum()), 0), np.maximum(ceilings - budgets, 0))
    return np.where(working > 0, budgets, NO_BUDGET)


def water_fill(purse: int, ceilings: Whole) -> Whole:
    """The highest whole level with the sum of min(ceiling, level) within the purse (water-filling)."""
    if ceilings.sum() <= purse:
        return ceilings
    return np.minimum(ceilings, _level(purse, np.sort(ceilings)))


def _share(whole: Whole, expected: float, purse: float) -> Whole:
    """The largest share of everybody's, from nothing to all, of which (share * whole + (1 - share) * expected) fits."""
    idle = whole.sum() - expected  # what is lost where everybody's is set aside
    share = 1.0 if whole.sum() <= purse else (purse - expected) / idle if idle > 0 else 0.0
    budgets: Whole = np.floor(whole * min(max(share, 0.0), 1.0)).astype(np.int64)
    return budgets


def _level(purse: int, ordered: Whole) -> int:
    """The members below the level get their ceilings; the others share what is left."""
    spent = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    share = (purse - spent) // (len(ordered) - np.arange(len(ordered)))
    return int(share[np.argmax(share < ordered)])
