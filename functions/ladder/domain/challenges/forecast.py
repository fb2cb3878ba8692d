"""What a night's challenges will cost: who is likely to work, and what is likely to be paid. Axes: M members."""

import math
from datetime import date, timedelta

import numpy as np

from ladder.domain.challenges.assumptions import COMPLETED, MARGIN, USUAL_ATTENDANCE
from ladder.domain.challenges.history import Flags, History

SPREADS = 2.0  # standard deviations for the luck of each member alone
WEEKS = 4

type Shares = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,) from 0 to 1
type Points = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,)


def attendance(history: History, active: Flags, night: date) -> Shares:
    """How likely each member is to work on a date: as often as lately, and as on this day of the week.

    Days before a member first worked, and days on which nobody did, say nothing of them. Who never worked is not
    expected, unless nobody did yet.
    """
    seen = np.zeros(history.members, dtype=np.bool)
    days, worked, alike, came = (np.zeros(history.members, dtype=np.uint8) for _ in range(4))
    first = max(history.first, night - timedelta(weeks=WEEKS))
    for after in range((min(history.last, night - timedelta(days=1)) - first).days + 1):
        day = first + timedelta(days=after)
        here = _worked(history, history.row(day))
        if not here.any():
            continue
        seen |= here
        days += seen
        worked += here
        if day.weekday() == night.weekday():
            alike += seen
            came += here
    if not seen.any():
        return np.where(active, USUAL_ATTENDANCE, 0.0)
    lately = worked / np.maximum(days, 1)
    return np.where(active & seen, (came + lately) / (alike + 1.0), 0.0)


def payout(worth: Points, working: Shares) -> float:
    """What will hardly be exceeded, if each member's challenges are worth this much in all."""
    chance = working * COMPLETED
    mean = float(chance @ worth)
    luck = math.sqrt(float((chance * (1 - chance)) @ worth**2))
    return min(MARGIN * mean + SPREADS * luck, float(worth[working > 0].sum()))


def _worked(history: History, row: int) -> Flags:
    here = np.zeros(history.members, dtype=np.bool)
    for column in history.columns.values():
        here |= ~np.isnan(column.values[row])
    return here
