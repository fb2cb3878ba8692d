"""Targets: the value that each tier has to reach, from what its peers really reached.

The 25th, 50th and 75th percentile of performance of the members' smoothed values (Hazen's definition, the inverse
of the mid-rank that tiers use), clamped to the 5th and 95th of the whole program, and rounded to the metric's step
towards the easier side, so that rounding never asks more than the peers did.
"""

import math
from collections.abc import Iterable

import numpy as np

from ladder.domain.challenges import performance
from ladder.domain.challenges.history import Row
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.rules import Category, Metric, TierRule
from ladder.domain.validation.constraints import Direction

type Triple = tuple[float, float, float]


def targets_for(category: Category, metric: Metric, values: Row, groups: PeerGroups, rule: TierRule) -> Targets:
    """Return the targets. `values` are smoothed, (M,). With too few known members, the program file's apply."""
    known = values[~np.isnan(values)]
    if len(known) < rule.min_members:
        from_file = _triple(challenge.target_value for challenge in category.tiers)
        return Targets(shown=from_file, by_peers=dict.fromkeys(groups.names, from_file), from_history=False)
    bounds = performance_percentiles(known, rule.clamp, metric.direction)
    shown = _from_values(known, bounds, metric, rule)
    apart = performance.in_large_group(values, groups.index, rule)
    by_peers = dict.fromkeys(groups.names, shown)
    for number in np.unique(groups.index[apart]):
        mine = values[groups.index == number]
        own = _from_values(mine[~np.isnan(mine)], bounds, metric, rule)
        easier = max if metric.direction == "lower" else min  # than the one that their whole group is shown
        by_peers[groups.names[number]] = _triple(map(easier, own, shown))
    return Targets(shown=shown, by_peers=by_peers, from_history=True)


def performance_percentiles(values: Row, percentiles: tuple[float, ...], direction: Direction) -> list[float]:
    """Return the values at percentiles of performance: the 25th of a lower-is-better metric is a high number.

    Between the n values, which lie at (i - 0.5) / n, they are interpolated linearly.
    """
    ordered, exact = np.sort(values), []
    for percentile in percentiles:
        fraction = (100 - percentile if direction == "lower" else percentile) / 100
        index = min(max(fraction * len(ordered) - 0.5, 0), len(ordered) - 1)
        low = int(index)
        below, above = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
        exact.append(below + (index - low) * (above - below))
    return exact


def per_member(targets: Targets, peers: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return each member's target by tier played, (M, 4); column 0, no challenge, is NaN. `peers` as in a Standing."""
    triples = [targets.by_peers[name] for name in sorted(targets.by_peers)] or [targets.shown]
    table = np.array([(math.nan, *triple) for triple in triples], dtype=np.float64)
    return table[np.frombuffer(peers, dtype=np.uint8)]


def round_easier(value: float, step: float, direction: Direction) -> float:
    """Round to a multiple of `step`; less than a thousandth of it is the noise of float32."""
    steps = round(value / step, 3)
    whole = math.ceil(steps) if direction == "lower" else math.floor(steps)
    return round(whole * step, 9)


def _from_values(values: Row, bounds: list[float], metric: Metric, rule: TierRule) -> Triple:
    low, high = min(bounds), max(bounds)
    exact = performance_percentiles(values, rule.targets, metric.direction)
    return _triple(round_easier(min(max(value, low), high), metric.step, metric.direction) for value in exact)


def _triple(values: Iterable[float]) -> Triple:
    first, second, third = values
    return first, second, third
