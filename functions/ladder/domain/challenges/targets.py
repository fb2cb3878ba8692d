"""Targets: the value that each tier has to reach, from what its peers really reached.

A tier's target is what its members will probably reach on so many of their worked days as the rule says (see
`expected_completion`), within the 5th and 95th percentile of the smoothed values of their channel. Where the program
names percentiles instead, targets are those of the smoothed values (Hazen's definition, the inverse of the mid-rank
that tiers use), rounded to the metric's step towards the easier side, so that rounding never asks more than the peers
did. Where a group has few members, its channel counts as well; where the channel has few, what each member reached
themselves.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ladder.domain.challenges.caps import COMPLETED
from ladder.domain.challenges.expected_completion import Triple, choose_targets, expected_completion
from ladder.domain.challenges.history import Bytes, Flags, GroupIndex, Points, Row
from ladder.domain.challenges.peers import PeerGroups, how_large
from ladder.domain.challenges.performance import MetricValues, Slots
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.pseudo_random import pseudo_random
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.rules import TIERS, Category, Metric, TierRule
from ladder.domain.validation.constraints import Direction

SILENT_DAYS = timedelta(days=14)  # without a figure of anybody, after which nobody is asked for what is not measured
SAMPLED = 2_500  # members of a tier in a peer group whose days make its target; of more, a part
USUAL = (COMPLETED, COMPLETED, COMPLETED)  # completion of the tiers, where nothing else is known

type Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # a target by group or member, and by tier


def target_day(metric: Metric, tonight: date, values: MetricValues) -> date:
    """Return the day that tonight's targets rest on."""
    until = metric.known_until(tonight)
    return max(values.history.last_known(metric.key, until) or until, until - SILENT_DAYS)


def targets_for(category: Category, metric: Metric, values: MetricValues, tiers: Bytes, day: date) -> Targets:
    """Return the targets by peer group; those of the program file where a channel has too few known members.

    `tiers`: of record, (M,).
    What the platform shows to a tier is the hardest target of its groups: nobody is held to a harder one.
    """
    groups, rule, smoothed = values.population.groups, values.rule, values.value(metric, day)
    known, from_file = ~np.isnan(smoothed), _triple(challenge.target_value for challenge in category.tiers)
    by_group, likely = (np.tile(np.array(row, dtype=np.float64), (len(groups.names), 1)) for row in (from_file, USUAL))
    enough, sizes = groups.channel_sizes(known) >= rule.min_members, groups.sizes(known)
    channels = groups.channels_of(enough)
    if rule.targets is None:
        from_peers = _by_completion(channels, metric, values, tiers, day)
    else:
        from_peers = _by_percentiles(channels, metric, smoothed, groups, rule)
    for group, targets, completed in from_peers:
        by_group[group], likely[group] = targets, completed
    counts = enough & (sizes > 0)
    hardest = np.min if metric.direction == "lower" else np.max
    shown = _triple(hardest(by_group[counts], axis=0).tolist()) if counts.any() else from_file
    return Targets(
        shown=shown,
        by_peers=dict(zip(groups.names, map(_triple, _easier(metric)(by_group, shown).tolist()), strict=True)),
        from_history=bool(counts.any()),
        likely=_triple(np.average(likely[counts], axis=0, weights=sizes[counts]).round(4).tolist())
        if counts.any()
        else None,
    )


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
    percentiles = rule.targets or [100 - share for share in rule.completion]
    window = values.days(metric, day) if small else np.zeros((0, len(known)), dtype=np.float32)
    for channel in small:
        few = np.flatnonzero(known & groups.in_channel(channel))
        of_channel = performance_percentiles(smoothed[few], percentiles, metric.direction)
        for slot, days in zip(few.tolist(), window[:, few].T, strict=True):
            reached = performance_percentiles(days[~np.isnan(days)], percentiles, metric.direction)
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


def tiers_to_play(tiers: Bytes, eased: Flags, targets: Targets, peers: bytes, best: float) -> Bytes:
    """Return the tier that each member plays: their own, or an easier one where it is `eased`. (M,)

    Tiers of a peer group that share a target are one: the easiest of them; at the best possible value the hardest, as
    nobody can be asked more.
    """
    triples = [targets.by_peers[name] for name in sorted(targets.by_peers)] or [targets.shown]
    if all(len(set(triple)) == len(triple) for triple in triples):
        return tiers - (eased & (tiers > 1))
    usual, easier = (
        np.array([[0, *(play(triple, tier, best) for tier in TIERS)] for triple in triples], dtype=np.uint8)
        for play in (_tier_to_play, _easier_tier)
    )
    group = np.frombuffer(peers, dtype=np.uint8)
    return np.where(eased, easier[group, tiers], usual[group, tiers])


def _tier_to_play(targets: Triple, tier: int, best: float) -> int:
    target = targets[tier - 1]
    return max(TIERS, key=lambda other: (targets[other - 1] == target, other if target == best else -other))


def _easier_tier(targets: Triple, tier: int, best: float) -> int:
    below = [other for other in TIERS if other < tier and targets[other - 1] != targets[tier - 1]]
    return _tier_to_play(targets, max(below, default=tier), best)


def round_easier(value: ArrayLike, step: float, direction: Direction) -> Any:
    """Round to a multiple of `step`, or each of several; less than a thousandth of it is the noise of float32."""
    steps = np.round(np.asarray(value) / step, 3)
    whole = np.ceil(steps) if direction == "lower" else np.floor(steps)
    return np.round(whole * step, 9)


def _by_percentiles(
    channels: Iterable[int], metric: Metric, smoothed: Row, groups: PeerGroups, rule: TierRule
) -> Iterator[tuple[int, Points, Triple]]:
    """Yield the targets of each group of these channels as percentiles of the smoothed values, and the usual
    completion.
    """
    percentiles = rule.targets or ()
    for channel in channels:
        known = ~np.isnan(smoothed) & groups.in_channel(channel)
        low, *whole, high = performance_percentiles(
            smoothed[known], (rule.clamp[0], *percentiles, rule.clamp[1]), metric.direction
        )
        large = how_large(groups.sizes(known), rule.min_peers)
        for group in _groups_of(channel, groups):
            asked = np.array(whole)
            if large[group]:
                slots, weight = groups.population(group, known)
                own = performance_percentiles(smoothed[slots], percentiles, metric.direction, weight)
                asked = _blend(np.array(own), asked, large[group])
            exact = np.clip(asked, min(low, high), max(low, high))
            yield group, round_easier(exact, metric.step, metric.direction), USUAL


def _by_completion(
    channels: Iterable[int], metric: Metric, values: MetricValues, tiers: Bytes, day: date
) -> Iterator[tuple[int, Points, Triple]]:
    """Yield for each group of these channels what the members of each tier will probably reach as often as the rule
    says, and how often that is.
    """
    groups, rule, smoothed = values.population.groups, values.rule, values.value(metric, day)
    known, counted = ~np.isnan(smoothed), values.counted(metric)
    large = how_large(groups.sizes(known), rule.min_peers)
    sample, stands_for = _sample(groups.index, tiers, counted)
    for channel in channels:
        inside = groups.in_channel(channel)
        bounds = performance_percentiles(smoothed[known & inside], rule.clamp, metric.direction)
        easiest, hardest = round_easier(bounds, metric.step, metric.direction).tolist()
        for group in _groups_of(channel, groups):
            slots, weight = _sampled_peers(groups, group, sample & inside, stands_for, float(large[group]))
            days = values.recent_days(metric, day, slots)
            expected = expected_completion(
                days, tiers[slots], weight, metric, goals=rule.completion, easiest=easiest, hardest=hardest
            )
            targets, likely = choose_targets(expected, best_possible(metric))
            yield group, np.array(targets), likely


def _sampled_peers(
    groups: PeerGroups, group: int, sample: Flags, stands_for: Points, large: float
) -> tuple[Slots, Points]:
    """Return the sampled members that a group is compared with, and the weight of each: the group itself, its channel,
    or a blend of both.
    """
    mine, part = groups.population(group, sample)
    own = stands_for[mine] * (1.0 if part is None else part.astype(np.float64))
    if large == 1:
        return mine, own
    slots = np.flatnonzero(sample)
    weight = stands_for[slots]
    if large:
        weight *= (1 - large) / weight.sum()
        weight[np.searchsorted(slots, mine)] += large * own / own.sum()
    return slots, weight


def _groups_of(channel: int, groups: PeerGroups) -> list[int]:
    return [group for group, of in enumerate(groups.channels) if of == channel]


def _sample(group: GroupIndex, tiers: Bytes, counted: Flags) -> tuple[Flags, Points]:
    """Return the members whose days make targets, and how many of their tier and peer group each stands for: (M,) each.

    The order of a roster decides nothing: it may have a pattern, such as two channels in turn.
    """
    cell = 4 * group + tiers
    sizes = np.bincount(cell[counted], minlength=int(cell.max(initial=0)) + 1)
    every = np.maximum(-(-sizes // SAMPLED), 1)
    if every.max(initial=1) == 1:
        return counted, np.ones(len(counted))
    sample = counted & (pseudo_random(len(counted), seed=0) % every.astype(np.uint64)[cell] == 0)
    stands_for: Points = sizes / np.maximum(np.bincount(cell[sample], minlength=len(sizes)), 1)
    return sample, stands_for[cell]


def _easier(metric: Metric) -> np.ufunc:
    """Return what takes the easier of two targets."""
    return np.maximum if metric.direction == "lower" else np.minimum


def _blend[Numbers: (Table, Points)](one: Numbers, other: Numbers, share: float | Points | Table) -> Numbers:
    """Return what lies between two; `share` is that of the first."""
    return share * one + (1 - share) * other


def _triple(values: Iterable[float]) -> Triple:
    first, second, third = values
    return first, second, third
