"""Expected completion: on which share of their worked days the members of a tier will probably reach a value.

Their own recent days say it, but not alone: members were put into a tier because those days were good or poor, and part
of that was chance. So a member's n days count with their credibility n / (n + k), and the rest of their weight goes to
the days of all peers; k is the variance between the days of one member over the variance between members (Bühlmann
1967), both of the ranks of days, so that neither the unit nor a few extreme days matter. Where members do not differ, k
is infinite, and all tiers are expected to reach what everybody reaches.

Axes: D days, N members of one population, R their worked days, C values that a target can have, easiest first.
"""

import math
from dataclasses import dataclass

import numpy as np

from ladder.domain.challenges.history import Bytes, Points, Values
from ladder.domain.challenges.rules import TIERS, Metric

MOST_VALUES = 4096  # values that a target can have; of more, every second, third … is left out
WITHOUT_DAYS = 1e-6  # how much the target of a tier in which nobody has worked counts, in days
POSITIONS = (25.0, 50.0, 75.0)  # the percentiles of all days that such targets are near to
MANY_DAYS = 10.0  # per cent of days, between two multiples of the step
COARSE = 5.0  # percentage points by which three targets may be met too often or too seldom before tiers share one
MIDDLE, TO_BOTH_SIDES = 60.0, 10.0  # per cent of worked days: below 50 most days fail, above 70 a poor one still pays

type Triple = tuple[float, float, float]
type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (R,)
type Shares = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (3, C), by tier
type Places = np.ndarray[tuple[int], np.dtype[np.intp]]  # (3,) or fewer, into C


@dataclass(frozen=True, slots=True)
class ExpectedCompletion:
    """`values`: (C,) the multiples of the metric's step between two bounds, the easiest first; the other columns are by
    tier, (3,).
    """

    values: Points
    by_tier: Shares  # the share of worked days on which a member of the tier is expected to reach each value
    of_everybody: Points  # (C,) the share of all days
    days: Points  # worked days
    goals: Points  # percentage of days on which the target is to be met
    exact: Points  # the value that is reached so often


def expected_completion(
    days: Values, tiers: Bytes, weight: Points, metric: Metric, *, goals: Triple, easiest: float, hardest: float
) -> ExpectedCompletion:
    """Return how often each tier is expected to reach each value that a target can have.

    `days`: (D, N), NaN where not worked, at least one day worked. `tiers`, `weight`: (N,), of each member.

    `easiest`, `hardest`: the bounds of targets, multiples of the step.
    """
    row, member = np.nonzero(~np.isnan(days))
    sign = -1 if metric.direction == "lower" else 1
    performance = sign * days[row, member].astype(np.float64)
    first, last = round(sign * easiest / metric.step), round(sign * hardest / metric.step)
    apart = -(-(last - first + 1) // MOST_VALUES)
    # the hardest multiple of the step that a day reached; less than a thousandth of a step is the noise of float32
    reached = np.clip(np.floor(np.round(performance / metric.step, 3)), first - 1, last).astype(np.int64)
    places = (reached - first) // apart  # -1: not even the easiest
    distinct, which = np.unique(performance, return_inverse=True)
    worked, everybody = np.bincount(member, minlength=days.shape[1]), weight[member] / weight[member].sum()
    credible = weight * credibility(which, member, worked)
    by_tier, worked_days, asked, exact = list[Points](), list[float](), list[float](), list[float]()
    for tier, goal, position in zip(TIERS, goals, POSITIONS, strict=True):
        whole, own = (float((part * worked * (tiers == tier)).sum()) for part in (weight, credible))
        of_day = everybody.copy()  # the weight of each day
        if own:
            of_day += own / whole * ((credible * (tiers == tier))[member] / own - everybody)
        by_tier.append(_share_that_reached(places, of_day, (last - first) // apart + 1))
        worked_days.append(whole)
        asked.append(goal if whole else 100 - position)
        of_value = np.bincount(which, of_day)
        exact.append(sign * float(np.interp(1 - asked[-1] / 100, np.cumsum(of_value) - of_value / 2, distinct)))
    return ExpectedCompletion(
        values=np.round(sign * np.arange(first, last + 1, apart) * metric.step, 9),
        by_tier=np.array(by_tier),
        of_everybody=_share_that_reached(places, everybody, (last - first) // apart + 1),
        days=np.array(worked_days),
        goals=np.array(asked),
        exact=np.array(exact),
    )


def credibility(which: Whole, member: Whole, worked: Whole) -> Points:
    """Return how much each member's own days say of their days to come, from 0 to 1: (N,).

    `which`: (R,) the place of each day's value among all values; `member`: (R,) whose it is; `worked`: (N,) how many
    days each has. The variances are those of a one-way random-effects model with unequal numbers of days.
    """
    counts = np.bincount(which)
    rank = ((np.cumsum(counts) - counts / 2) / len(which))[which]
    mean = np.bincount(member, rank, minlength=len(worked)) / np.maximum(worked, 1)
    members, total = np.count_nonzero(worked), float(worked.sum())
    chance = float(((rank - mean[member]) ** 2).sum()) / max(total - members, 1)  # variance of one member's days
    scatter = float((worked * (mean - rank.mean()) ** 2).sum()) - (members - 1) * chance
    between = scatter / max(total - float((worked.astype(np.float64) ** 2).sum()) / total, 1e-9)
    if between <= 0:
        return np.zeros(len(worked))
    credible: Points = worked / np.maximum(worked + chance / between, 1e-9)  # nothing, of who has not worked
    return credible


def choose_targets(expected: ExpectedCompletion, best: float) -> tuple[Triple, Triple]:
    """Return the three targets, and on which share of days each is expected to be reached.

    Each is that value beside the tier's exact one which is reached nearest to as often as asked. Where these do not get
    harder from tier to tier, so that some days reach the one and not the other, they are chosen together, as close to
    the goals as that allows, tiers counting by their days. Tiers share a target where there are fewer than three values
    to choose from, or where values are so coarse that targets in order would be met far more or far less often.
    `best`: the best possible value, of which nobody can be asked more, however often it is reached.
    """
    values, everybody, tiers = expected.values, expected.of_everybody, np.arange(len(TIERS))
    days = np.maximum(expected.days, WITHOUT_DAYS)
    miss = np.abs(100 * expected.by_tier - expected.goals[:, None])
    beyond = np.maximum(np.abs(100 * expected.by_tier - MIDDLE) - TO_BOTH_SIDES, 0) * (values != best)

    def too_far(places: Places) -> float:
        """Return by how many percentage points completion leaves its range, as a mean over all days."""
        return float(beyond[tiers, places] @ days / days.sum())

    reached = np.flatnonzero(everybody > np.append(everybody[1:], 0.0))  # by some day, and nothing harder
    if not len(reached):
        reached = np.zeros(1, dtype=np.intp)
    cost = days[:, None] * miss[:, reached] ** 2
    chosen = reached[_in_order(cost, apart=0)]
    ways = [np.array([_beside(expected, tier) for tier in tiers.tolist()])]
    if len(reached) >= len(TIERS):
        ways.append(reached[_in_order(cost, apart=1)])
    for places in ways:
        if (np.diff(everybody[places]) < 0).all() and too_far(places) <= too_far(chosen) + COARSE:
            chosen = places
            break
    first, second, third = values[chosen].tolist()
    likely = np.round(expected.by_tier[tiers, chosen], 4).tolist()
    return (first, second, third), (likely[0], likely[1], likely[2])


def _beside(expected: ExpectedCompletion, tier: int) -> int:
    """Return the place of the value beside a tier's exact one. `tier`: from 0.

    It is the nearer one, or where many days lie between both, the one that is reached nearest to as often as asked.
    Where the same days reach the hardest value there is, it is that.
    """
    values, shares, last = expected.values, 100 * expected.by_tier[tier], len(expected.values) - 1
    step = float(values[1] - values[0]) if last else 1.0
    exact = round(float(expected.exact[tier] - values[0]) / step, 3)
    easier, harder = (min(max(place, 0), last) for place in (math.floor(exact), math.ceil(exact)))
    nearest = min(easier, harder, key=lambda place: abs(place - exact))
    if shares[easier] - shares[harder] > MANY_DAYS:
        nearest = min(easier, harder, key=lambda place: abs(float(shares[place] - expected.goals[tier])))
    return last if expected.of_everybody[last] == expected.of_everybody[nearest] else nearest


def _share_that_reached(places: Whole, weight: Points, values: int) -> Points:
    """Return the share of days that reached each value or a harder one."""
    return np.cumsum(np.bincount(places + 1, weight, minlength=values + 1)[:0:-1])[::-1]


def _in_order(cost: Shares, apart: int) -> Places:
    """Return the columns of least cost in all, one a row, each at least `apart` further right than the one before:
    (T, C) -> (T,).
    """
    columns = cost.shape[1]
    total, before = cost[0], list[Places]()
    for row in cost[1:]:
        least = np.minimum.accumulate(total)
        falls = np.concatenate([[True], total[1:] < least[:-1]])
        best = np.maximum.accumulate(np.where(falls, np.arange(columns), 0))
        before.append(np.concatenate([np.zeros(apart, dtype=np.intp), best[: columns - apart]]))
        total = row + np.concatenate([np.full(apart, np.inf), least[: columns - apart]])
    chosen = [int(total.argmin())]
    for best in reversed(before):
        chosen.append(int(best[chosen[-1]]))
    return np.array(chosen[::-1])
