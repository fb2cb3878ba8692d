"""Forecast a night's costs: how likely members are to work, and what is likely to be paid. Axes: M members."""

import math
from datetime import date, timedelta

import numpy as np

from ladder.domain.challenges.assumptions import COMPLETED, MARGIN, USUAL_ATTENDANCE
from ladder.domain.challenges.history import Flags, History

SPREADS = 2.0  # standard deviations added for each member's own luck
WEEKS = 4

type Shares = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,) from 0 to 1
type Points = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,)


def attendance(history: History, active: Flags, night: date) -> Shares:
    """Return how likely each member is to work on a date: as often as lately, and as on this day of the week.

    Days before a member first worked, and days on which nobody worked, do not count. A member who never worked is not
    expected, unless nobody has worked yet.
    """
    seen = np.zeros(history.members, dtype=np.bool)
    days, worked, same_weekday, worked_same = (np.zeros(history.members, dtype=np.uint8) for _ in range(4))
    first = max(history.first, night - timedelta(weeks=WEEKS))
    for after in range((min(history.last, night - timedelta(days=1)) - first).days + 1):
        day = first + timedelta(days=after)
        row, here = history.row(day), np.zeros(history.members, dtype=np.bool)
        for column in history.columns.values():
            here |= ~np.isnan(column.values[row])
        if not here.any():
            continue
        seen |= here
        days += seen
        worked += here
        if day.weekday() == night.weekday():
            same_weekday += seen
            worked_same += here
    if not seen.any():
        return np.where(active, USUAL_ATTENDANCE, 0.0)
    lately = worked / np.maximum(days, 1)
    return np.where(active & seen, (worked_same + lately) / (same_weekday + 1.0), 0.0)


def payout(worth: Points, working: Shares) -> float:
    """Return an amount that is hardly ever exceeded, if each member's challenges are worth this much in all."""
    chance = working * COMPLETED
    mean = float(chance @ worth)
    luck = math.sqrt(float((chance * (1 - chance)) @ worth**2))
    return min(MARGIN * mean + SPREADS * luck, float(worth[working > 0].sum()))
