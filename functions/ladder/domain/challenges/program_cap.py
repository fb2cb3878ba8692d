"""Program cap: whose challenges are easier tonight, so that what will probably be paid fits the program's daily cap.

Nobody is lowered while the forecast fits. Where it does not, the reduction is spread: in an order that changes every
night, one challenge of each member before a second one, one tier before a second one, and only then are challenges
taken away. The order of tiers is kept: in no category is a higher tier offered less than a lower one. Axes: K
categories, M members.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges.cap_forecast import (
    Grid,
    Indices,
    PointTable,
    by_tier_played,
    one_tier_less,
    points_if_completed,
)
from ladder.domain.challenges.caps import LEAST_RESERVE_PERCENT, Caps
from ladder.domain.challenges.forecast import Shares, payout

type Mask = np.ndarray[tuple[int, int], np.dtype[np.bool]]  # (K, M)

# What is made one tier easier, stage after stage: (tier of record, tier played). From 1 on, it is taken away.
STAGES = (((3, 3), (2, 2)), ((3, 2),), ((1, 1),), ((2, 1),), ((3, 1),))
MIXED = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9)  # splitmix64: neighbours get far apart


@dataclass(frozen=True, slots=True)
class ProgramCap:
    """What a reduction has to fit. `record`: the tiers of record; `most`: what the night's payout may come to."""

    record: Grid
    pays: PointTable
    caps: Caps
    working: Shares
    most: float

    def fits(self, played: Grid) -> bool:
        return payout(points_if_completed(played, self.pays, self.caps), self.working) <= self.most


def within_cap(played: Grid, cap: ProgramCap, night: date) -> Grid:
    """Return the tiers to play today. `played`: as the members' own caps allow."""
    if cap.fits(played):
        return played
    order = reduction_order(cap.working, night)
    for stage in STAGES:
        while (reducible := _reducible(stage, cap.record, played)).any():
            # of each member's challenges that may be lowered, the one that pays most
            category = np.where(reducible, by_tier_played(cap.pays.total, played), -np.inf).argmax(axis=0)
            members = order[reducible.any(axis=0)[order]]
            if cap.fits(lighter := one_tier_less(played, category, members)):
                return one_tier_less(played, category, members[: _fewest(played, category, members, cap)])
            played = lighter
    return played


def sufficient_cap(payout: float, caps: Caps) -> int:
    """Return the cap under which a forecast fits, rounded up to two digits."""
    whole = payout / (1 - max(caps.reserve_percent, LEAST_RESERVE_PERCENT) / 100)
    unit: int = 10 ** max(math.floor(math.log10(max(whole, 1))) - 1, 0)
    return math.ceil(whole / unit) * unit


def reduction_order(working: Shares, night: date) -> Indices:
    """Return the members in tonight's order; those not expected to work come last, as lowering them saves nothing."""
    first, second = MIXED
    luck = np.arange(len(working), dtype=np.uint64) * np.uint64(first) + np.uint64(night.toordinal() * second % 2**64)
    luck = (luck ^ (luck >> np.uint64(31))) * np.uint64(second)
    return np.lexsort((luck ^ (luck >> np.uint64(27)), working == 0))


def _reducible(stage: tuple[tuple[int, int], ...], record: Grid, played: Grid) -> Mask:
    return np.any([(record == tier) & (played == today) for tier, today in stage], axis=0)


def _fewest(played: Grid, category: Indices, members: Indices, cap: ProgramCap) -> int:
    """Return how many of the members, in their order, have to be lowered."""
    counts = range(len(members))
    fewest: int = bisect_left(counts, 1, key=lambda n: cap.fits(one_tier_less(played, category, members[:n])))
    return fewest
