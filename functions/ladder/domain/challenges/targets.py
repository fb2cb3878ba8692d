"""Targets: the value that each tier has to reach, from what its peers really reached.

The 25th, 50th and 75th percentile of performance of the members' smoothed values (Hazen's definition, the inverse
of the mid-rank that tiers use), clamped to the 5th and 95th of their channel, and rounded to the metric's step towards
the easier side, so that rounding never asks more than the peers did. Where a group has few members, its targets are
blended with those of its channel; where the channel has few, with what each member reached themselves.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ladder.domain.challenges.history import Points, Row
from ladder.domain.challenges.peers import PeerGroups, how_large
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.rules import Category, Metric, TierRule
from ladder.domain.validation.constraints import Direction

type Triple = tuple[float, float, float]
type Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # a target by group or member, and by tier


def targets_for(category: Category, metric: Metric, values: Row, groups: PeerGroups, rule: TierRule) -> Targets:
    """Return the targets by peer group; those of the program file where a channel has too few known members.

    `values` are smoothed, (M,).
    What the platform shows to a tier is the hardest target of its groups: nobody is held to a harder one.
    """
    known, from_file = ~np.isnan(values), _triple(challenge.target_value for challenge in category.tiers)
    by_group = np.tile(np.array(from_file, dtype=np.float64), (len(groups.names), 1))
    enough = groups.channel_sizes(known) >= rule.min_members
    for channel in groups.channels_of(enough):
        for group, exact in _of_channel(channel, values, groups, metric, rule).items():
            by_group[group] = round_easier(exact, metric.step, metric.direction)
    used = by_group[enough & (groups.sizes(known) > 0)]
    hardest = np.min if metric.direction == "lower" else np.max
    shown = _triple(hardest(used, axis=0).tolist()) if len(used) else from_file
    by_peers = map(_triple, _easier(metric)(by_group, shown).tolist())
    return Targets(shown=shown, by_peers=dict(zip(groups.names, by_peers, strict=True)), from_history=len(used) > 0)


def own_targets(targets: Targets, metric: Metric, values: MetricValues, day: date) -> bytes:
    """Return the targets of the members who have others than their peer group, as in a Standing.

    These are the members near a tenure border, and those whose channel has too few known members: what they reached
    themselves on the days of the window counts the more, the fewer they are. Who has worked too little is left out.
    """
    groups, rule, smoothed = values.population.groups, values.rule, values.value(metric, day)
    own, known = np.full((len(smoothed), 3), np.nan), ~np.isnan(smoothed)
    by_group = np.array([targets.by_peers[name] for name in groups.names], dtype=np.float64).reshape(-1, 3)
    near, beyond, share = groups.near.columns
    own[near] = _blend(by_group[beyond], by_group[groups.index[near]], share[:, None].astype(np.float64))
    sizes = groups.channel_sizes(known)
    small = groups.channels_of((sizes > 0) & (sizes < rule.min_members))
    window = values.days(metric, day) if small else np.zeros((0, len(known)), dtype=np.float32)
    for channel in small:
        few = np.flatnonzero(known & groups.in_channel(channel))
        of_channel = performance_percentiles(smoothed[few], rule.targets, metric.direction)
        for slot, days in zip(few.tolist(), window[:, few].T, strict=True):
            reached = performance_percentiles(days[~np.isnan(days)], rule.targets, metric.direction)
            own[slot] = _blend(np.array(of_channel), np.array(reached), len(few) / rule.min_members)
    if (differ := np.flatnonzero(~np.isnan(own[:, 0]))).size:
        own[differ] = _easier(metric)(round_easier(own[differ], metric.step, metric.direction), targets.shown)
        return own.tobytes()
    return b""


def performance_percentiles(
    values: Row, percentiles: Sequence[float], direction: Direction, weight: Row | None = None
) -> list[float]:
    """Return the values at percentiles of performance: the 25th of a lower-is-better metric is a high number.

    Between the n values, which lie at (i - 0.5) / n, they are interpolated linearly. With a weight each, a value lies
    at the middle of its part of all weights.
    """
    fractions = [(100 - percentile if direction == "lower" else percentile) / 100 for percentile in percentiles]
    if weight is not None:  # hardly anybody counts in part, and values alone are sorted much faster than with weights
        fully, partly = np.sort(values[weight == 1]), np.flatnonzero(weight < 1)
        partly = partly[np.argsort(values[partly])]
        between = np.searchsorted(fully, values[partly])
        ordered = np.insert(fully, between, values[partly])
        counted = np.insert(np.ones(len(fully)), between, weight[partly])
        reached = np.cumsum(counted)
        exact: list[float] = np.interp(fractions, (reached - counted / 2) / reached[-1], ordered).tolist()
        return exact
    ordered, exact = np.sort(values), list[float]()
    for fraction in fractions:
        index = min(max(fraction * len(ordered) - 0.5, 0), len(ordered) - 1)
        low = int(index)
        below, above = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
        exact.append(below + (index - low) * (above - below))
    return exact


def per_member(targets: Targets, peers: bytes, own: bytes = b"") -> Table:
    """Return each member's target by tier played, (M, 4); column 0, no challenge, is NaN. `peers` and `own` as in a
    Standing.
    """
    triples = [targets.by_peers[name] for name in sorted(targets.by_peers)] or [targets.shown]
    table = np.array([(math.nan, *triple) for triple in triples], dtype=np.float64)[
        np.frombuffer(peers, dtype=np.uint8)
    ]
    if own:
        theirs = np.frombuffer(own, dtype=np.float64).reshape(-1, 3)
        known = np.flatnonzero(~np.isnan(theirs[:, 0]))
        table[known, 1:] = theirs[known]
    return table


def round_easier(value: ArrayLike, step: float, direction: Direction) -> Any:
    """Round to a multiple of `step`, or each of several; less than a thousandth of it is the noise of float32."""
    steps = np.round(np.asarray(value) / step, 3)
    whole = np.ceil(steps) if direction == "lower" else np.floor(steps)
    return np.round(whole * step, 9)


def _of_channel(channel: int, values: Row, groups: PeerGroups, metric: Metric, rule: TierRule) -> dict[int, Points]:
    """Return the exact targets by group of one channel."""
    known = ~np.isnan(values) & groups.in_channel(channel)
    low, *whole, high = performance_percentiles(
        values[known], (rule.clamp[0], *rule.targets, rule.clamp[1]), metric.direction
    )
    large, exact = how_large(groups.sizes(known), rule.min_peers), dict[int, Points]()
    for group in [group for group, of in enumerate(groups.channels) if of == channel]:
        asked = np.array(whole)
        if large[group]:
            slots, weight = groups.population(group, known)
            own = performance_percentiles(values[slots], rule.targets, metric.direction, weight)
            asked = _blend(np.array(own), asked, large[group])
        exact[group] = np.clip(asked, min(low, high), max(low, high))
    return exact


def _easier(metric: Metric) -> np.ufunc:
    """Return what takes the easier of two targets."""
    return np.maximum if metric.direction == "lower" else np.minimum


def _blend[Numbers: (Table, Points)](one: Numbers, other: Numbers, share: float | Points | Table) -> Numbers:
    """Return what lies between two; `share` is that of the first."""
    return share * one + (1 - share) * other


def _triple(values: Iterable[float]) -> Triple:
    first, second, third = values
    return first, second, third
