"""Tied members: so many of a channel have the same value that no rank lies in one of the three tiers.

Ties share a rank, so nobody comes into a tier that no rank leads to. Axes: M members.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.rules import TIERS, Metric


@dataclass(frozen=True, slots=True)
class Tie:
    """`tied` of the known `members` of a channel have the same value; `tiers`: how many tiers their ranks lead to."""

    members: int
    tied: int
    value: float
    tiers: int


def tied_members(values: MetricValues, metric: Metric, day: date) -> Tie | None:
    """Return the largest tie that leaves a tier without anybody; None where ranks lead to all three tiers."""
    rank, smoothed, groups = values.rank(metric, day), values.value(metric, day), values.population.groups
    lower, upper = values.rule.up
    narrowest = min(upper - lower, 100 - upper) / 100
    known, ties = ~np.isnan(rank), list[Tie]()
    for channel in set(groups.channels):
        mine = known & groups.in_channel(channel)
        members = int(mine.sum())
        above = [int((mine & (rank >= band)).sum()) for band in (lower, upper)]
        tiers = sum(part > 0 for part in (members - above[0], above[0] - above[1], above[1]))
        if 0 < tiers < len(TIERS):
            same, counts = np.unique(smoothed[mine], return_counts=True)
            tied = int(counts.max())
            if tied >= max(2, narrowest * members):  # else there are too few members for three tiers, tied or not
                ties.append(Tie(members, tied, float(same[counts.argmax()]), tiers))
    return max(ties, key=lambda tie: tie.tied, default=None)
