"""Member budgets: how a program keeps its daily cap without a counter that every award writes to.

Each member who is likely to work gets a budget for the local date: what they may be paid without asking anybody. The
rest of the cap is the date's reserve, on which members who earn more draw. A budget that is not earned is lost to the
others, so on a night that needs most of the cap budgets are small, and most points come from the reserve.
"""

import math

import numpy as np

from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import LEAST_RESERVE_PERCENT, Caps
from ladder.domain.challenges.forecast import Points, Shares, payout

LIKELY = 0.5  # chance to work below which a member's budget would most often stay unused

type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,) points


def plannable_points(caps: Caps) -> int | None:
    """Return the part of the program's cap for budgets and forecast: all but the least reserve; None without a cap."""
    if caps.program_daily_points is None:
        return None
    reserve = max(caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return math.floor(caps.program_daily_points * (100 - reserve) / 100)


def allocate(caps: Caps, *, worth: Points, working: Shares) -> Whole | None:
    """Return a budget a member, (M,): NO_BUDGET for members not expected to work; None where the program has no cap.

    `worth`: what a member's challenges of the date pay in all. Every budget is the same share of it, from nothing to
    all: the largest that leaves in the reserve what the others are expected to earn. Where all of it fits, the points
    left over are divided evenly, up to the member's own cap.
    """
    available = plannable_points(caps)
    if available is None:
        return None
    likely = working >= LIKELY
    whole = np.where(likely, np.ceil(worth), 0).astype(np.int64)
    expected, others = payout(worth, working * likely), payout(np.where(likely, 0, worth), working)
    left, unearned = available - others, whole.sum() - expected  # unearned: lost where every budget is whole
    share = 1.0 if whole.sum() <= left else (left - expected) / unearned if unearned > 0 else 0.0
    budgets: Whole = np.floor(whole * min(max(share, 0.0), 1.0)).astype(np.int64)
    if (budgets == whole).all():
        own_cap = available if caps.member_daily_points is None else caps.member_daily_points
        room = np.maximum(np.where(working > 0, own_cap, 0) - budgets, 0)
        budgets += water_fill(max(available - math.ceil(others) - int(budgets.sum()), 0), room)
    return np.where(working > 0, budgets, NO_BUDGET)


def water_fill(points: int, ceilings: Whole) -> Whole:
    """Return min(ceiling, level) for the highest whole level whose sum is within `points`.

    Members with a ceiling below the level get their ceiling; the others share what is left.
    """
    if ceilings.sum() <= points:
        return ceilings
    ordered = np.sort(ceilings)
    spent = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    levels = (points - spent) // (len(ordered) - np.arange(len(ordered)))
    return np.minimum(ceilings, int(levels[np.argmax(levels < ordered)]))
