"""Targets by completion, worked out the slow way: day by day, and value by value."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ladder.domain.challenges.expected_completion import (
    COARSE,
    MANY_DAYS,
    MIDDLE,
    POSITIONS,
    TO_BOTH_SIDES,
    WITHOUT_DAYS,
    Triple,
)
from ladder.domain.challenges.rules import TIERS, Metric

type Days = list[float]  # one member's, without those not worked


@dataclass(frozen=True, slots=True)
class PlainMember:
    days: Days
    tier: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class PlainExpectation:
    """By multiple of the step, easiest first, each list by tier."""

    values: list[float]
    by_tier: list[list[float]]
    of_everybody: list[float]
    days: list[float]
    goals: list[float]
    exact: list[float]


def plain_expectation(
    members: Sequence[PlainMember], metric: Metric, goals: Triple, *, easiest: float, hardest: float
) -> PlainExpectation:
    sign = -1 if metric.direction == "lower" else 1
    reached = [[math.floor(round(sign * day / metric.step, 3)) for day in member.days] for member in members]
    ordered = sorted(sign * day for member in members for day in member.days)
    credible = plain_credibility([[_mid_rank(sign * day, ordered) for day in member.days] for member in members])
    everybody = [member.weight for member in members]
    whole = _days_of(everybody, members)
    weights, days = list[list[float]](), list[float]()  # of a day of each member, by tier
    for tier in TIERS:
        mine = [member.weight * (member.tier == tier) for member in members]
        own = [weight * share for weight, share in zip(mine, credible, strict=True)]
        days.append(_days_of(mine, members))
        trusted = _days_of(own, members)
        trust = trusted / days[-1] if trusted else 0.0
        weights.append(
            [
                trust * (theirs / trusted if trusted else 0.0) + (1 - trust) * all_ / whole
                for theirs, all_ in zip(own, everybody, strict=True)
            ]
        )
    asked = [goal if mine else 100 - rest for goal, mine, rest in zip(goals, days, POSITIONS, strict=True)]
    steps = range(round(sign * easiest / metric.step), round(sign * hardest / metric.step) + 1)
    return PlainExpectation(
        values=[round(sign * step * metric.step, 9) for step in steps],
        by_tier=[_shares(of_day, reached, steps) for of_day in weights],
        of_everybody=_shares([weight / whole for weight in everybody], reached, steps),
        days=days,
        goals=asked,
        exact=[
            sign
            * _quantile(
                [(sign * day, weight) for member, weight in zip(members, of_day, strict=True) for day in member.days],
                1 - goal / 100,
            )
            for of_day, goal in zip(weights, asked, strict=True)
        ],
    )


def _days_of(weights: Sequence[float], members: Sequence[PlainMember]) -> float:
    return sum(weight * len(member.days) for weight, member in zip(weights, members, strict=True))


def _shares(weights: Sequence[float], reached: Sequence[Sequence[int]], steps: range) -> list[float]:
    """How much of all weight each step is reached by. Counts each day once, and adds from the hardest step on."""
    at = dict[int, float]()
    for weight, mine in zip(weights, reached, strict=True):
        for step in mine:
            at[step] = at.get(step, 0.0) + weight
    shares, reached_by = list[float](), sum(weight for step, weight in at.items() if step > max(steps))
    for step in reversed(steps):
        reached_by += at.get(step, 0.0)
        shares.append(reached_by)
    return shares[::-1]


def _quantile(days: Sequence[tuple[float, float]], share: float) -> float:
    """Each value of these days, with a weight each, lies at the middle of its part of all weight."""
    of_value = dict[float, float]()
    for day, weight in days:
        of_value[day] = of_value.get(day, 0.0) + weight
    ordered, below, middles = sorted(of_value.items()), 0.0, list[float]()
    for _, weight in ordered:
        middles.append(below + weight / 2)
        below += weight
    place = bisect_left(middles, share)
    if place in {0, len(ordered)}:
        return ordered[min(place, len(ordered) - 1)][0]
    (before, _), (after, _) = ordered[place - 1], ordered[place]
    between = middles[place] - middles[place - 1]
    return before + (after - before) * (share - middles[place - 1]) / between if between else after


def plain_credibility(ranks: Sequence[Sequence[float]]) -> list[float]:
    """`ranks`: of each member's days."""
    worked, days = [mine for mine in ranks if mine], [rank for mine in ranks for rank in mine]
    middle = sum(days) / len(days)
    means = [sum(mine) / len(mine) for mine in worked]
    within = sum((rank - mean) ** 2 for mine, mean in zip(worked, means, strict=True) for rank in mine)
    chance = within / max(len(days) - len(worked), 1)
    scatter = sum(len(mine) * (mean - middle) ** 2 for mine, mean in zip(worked, means, strict=True))
    between = (scatter - (len(worked) - 1) * chance) / max(
        len(days) - sum(len(mine) ** 2 for mine in worked) / len(days), 1e-9
    )
    return [len(mine) / (len(mine) + chance / between) if mine and between > 0 else 0.0 for mine in ranks]


def plain_choice(expected: PlainExpectation, best: float) -> tuple[Triple, Triple]:
    values, everybody, last = expected.values, expected.of_everybody, len(expected.values) - 1
    days = [max(days, WITHOUT_DAYS) for days in expected.days]

    def miss(tier: int, place: int) -> float:
        return abs(100 * expected.by_tier[tier][place] - expected.goals[tier])

    def too_far(way: Sequence[int]) -> float:
        beyond = [
            max(abs(100 * expected.by_tier[tier][place] - MIDDLE) - TO_BOTH_SIDES, 0) * (values[place] != best)
            for tier, place in enumerate(way)
        ]
        return sum(mine * far for mine, far in zip(days, beyond, strict=True)) / sum(days)

    def beside(tier: int) -> int:
        step = values[1] - values[0] if len(values) > 1 else 1.0
        exact = round((expected.exact[tier] - values[0]) / step, 3)
        both = [min(max(place, 0), last) for place in (math.floor(exact), math.ceil(exact))]
        many = 100 * (expected.by_tier[tier][both[0]] - expected.by_tier[tier][both[1]]) > MANY_DAYS
        nearest = min(both, key=lambda place: miss(tier, place) if many else abs(place - exact))
        return last if everybody[last] == everybody[nearest] else nearest

    places = [place for place, (mine, harder) in enumerate(pairwise([*everybody, 0.0])) if mine > harder] or [0]

    def in_order(apart: int) -> list[int]:
        ends: list[tuple[float, list[int]]] = [(days[0] * miss(0, place) ** 2, [place]) for place in places]
        for tier in (1, 2):
            longer, so_far = list[tuple[float, list[int]]](), (math.inf, [0] * tier)
            for index, place in enumerate(places):
                if index >= apart:
                    so_far = min(so_far, ends[index - apart], key=lambda end: end[0])
                longer.append((days[tier] * miss(tier, place) ** 2 + so_far[0], [*so_far[1], place]))
            ends = longer
        return min(ends, key=lambda end: end[0])[1]

    chosen = in_order(0)
    most = too_far(chosen) + COARSE
    ways = [[beside(tier) for tier in range(len(TIERS))], *([in_order(1)] if len(places) >= len(TIERS) else [])]
    for way in ways:
        if everybody[way[0]] > everybody[way[1]] > everybody[way[2]] and too_far(way) <= most:
            chosen = way
            break
    first, second, third = chosen
    shares = [round(expected.by_tier[tier][place], 4) for tier, place in enumerate(chosen)]
    return (values[first], values[second], values[third]), (shares[0], shares[1], shares[2])


def _mid_rank(day: float, ordered: Sequence[float]) -> float:
    return (bisect_left(ordered, day) + bisect_right(ordered, day)) / 2 / len(ordered)
