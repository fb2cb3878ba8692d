"""The days of one member: what was measured, and in each category the tier, the target and what came of it."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.challenges.completion import Outcome
from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, MetricValue, Rotations
from ladder.domain.challenges.rotation import Rotation, Targets
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.validation.constraints import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDay:
    """`value`: what members are compared by; `measured`: as it was, where the mix of contacts made a difference.

    `contacts`: how many it rests on; None where the source does not say.
    """

    metric: str
    value: float
    measured: float | None
    contacts: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDay:
    """`tier`: of record; `played`: the tier of the day's challenge, None where there was none, and so no `target`.

    `outcome`: None while nobody has looked at the day.
    """

    category: str
    tier: int
    played: int | None
    target: float | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDay:
    """`mix`: contacts by type, where the program tells them apart."""

    day: date
    metrics: tuple[MetricDay, ...] = ()
    mix: Mapping[str, float] = field(default_factory=dict)
    categories: tuple[CategoryDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMetric:
    key: str
    name: str
    unit: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCategory:
    """`challenges`: names of its tiers' challenges, easiest first."""

    key: str
    metric: str
    challenges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDays:
    """`days`: oldest first, without those on which nothing was measured or asked."""

    metrics: tuple[ShownMetric, ...]
    categories: tuple[ShownCategory, ...]
    days: tuple[MemberDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNight:
    """A rotation that went live, as far as it concerns one member; `outcomes`: of its date, by category."""

    rotation: Rotation
    standings: Mapping[str, MemberStanding]
    outcomes: Mapping[str, Outcome]


def read_member_days(
    program: str,
    slot: int | None,
    *,
    first: date,
    last: date,
    current: ChallengeRules,
    rules: Callable[[int], ChallengeRules],
    rotations: Rotations,
    placements: MemberStandings,
    figures: MemberMetrics,
) -> MemberDays:
    """Read a member's days from `first` to `last`. `slot`: None for somebody who is on no roster, and has no days.

    `rules`: by version of the program; `current`: today's.
    """
    days = tuple[MemberDay, ...]()
    if slot is not None:
        live = last_live(rotations.between(program, first, last))
        standings = placements.standings_in(program, [rotation.claim.rotation for rotation in live.values()], slot)
        outcomes = placements.outcomes_on(program, live.keys(), slot)
        nights = [
            MemberNight(rotation=rotation, standings=placed, outcomes=outcomes.get(day, {}))
            for day, rotation in live.items()
            if (placed := standings.get(rotation.claim.rotation))
        ]
        values = figures.of_slot(program, slot, first=first, last=last)
        days = member_days(nights, values, rules=rules, current=current)
    return MemberDays(metrics=shown_metrics(current), categories=shown_categories(current), days=days)


def shown_metrics(rules: ChallengeRules) -> tuple[ShownMetric, ...]:
    return tuple(
        ShownMetric(key=metric.key, name=metric.name, unit=metric.unit, direction=metric.direction)
        for metric in rules.metrics
    )


def shown_categories(rules: ChallengeRules) -> tuple[ShownCategory, ...]:
    return tuple(
        ShownCategory(
            key=category.key,
            metric=category.metric,
            challenges=tuple(challenge.name for challenge in category.tiers),
        )
        for category in rules.categories
    )


def member_days(
    nights: Iterable[MemberNight],
    figures: Mapping[date, Mapping[str, MetricValue]],
    *,
    rules: Callable[[int], ChallengeRules],
    current: ChallengeRules,
) -> tuple[MemberDay, ...]:
    """Return the days on which the member worked or was asked something, the oldest first.

    `rules`: by version of the program, as a night's targets are those of its own version; `current`: of today's, which
    name the metrics.
    """
    by_day = {night.rotation.claim.date: night for night in nights}
    days = list[MemberDay]()
    for day in sorted(by_day.keys() | figures.keys()):
        night, values = by_day.get(day), figures.get(day, {})
        found = MemberDay(
            day=day,
            metrics=tuple(
                MetricDay(
                    metric=metric.key,
                    value=values[metric.key][0],
                    measured=_other(values.get(metric.measured), than=values[metric.key]),
                    contacts=_known(values[metric.key][1]),
                )
                for metric in current.metrics
                if metric.key in values
            ),
            mix={kind.key: values[kind.contacts][0] for kind in current.contact_types if kind.contacts in values},
            categories=_categories(night, rules(night.rotation.program_version)) if night else (),
        )
        if found.metrics or found.categories:
            days.append(found)
    return tuple(days)


def own_targets(targets: Targets, standing: MemberStanding) -> tuple[float, float, float]:
    """Return the member's targets, one a tier: their own, or their peer group's, or what every group is shown."""
    peers = sorted(targets.by_peers)  # `standing.peers` is an index into them
    if standing.targets:
        return standing.targets
    return targets.by_peers[peers[standing.peers]] if standing.peers < len(peers) else targets.shown


def last_live(rotations: Sequence[Rotation]) -> dict[date, Rotation]:
    """Return, of each date, the last revision that went live. `rotations`: the oldest first."""
    return {rotation.claim.date: rotation for rotation in rotations if rotation.reached("active")}


def _categories(night: MemberNight, rules: ChallengeRules) -> tuple[CategoryDay, ...]:
    """Return the day's categories in the order of the program; those that did not run have a tier all the same."""
    plan = night.rotation.planned
    days = list[CategoryDay]()
    for category in rules.categories:
        standing = night.standings.get(category.key)
        if standing is None or not standing.tier:  # enrolled since
            continue
        asked = standing.played if category.key in plan.selected else 0
        days.append(
            CategoryDay(
                category=category.key,
                tier=standing.tier,
                played=asked or None,
                target=own_targets(plan.targets[category.key], standing)[asked - 1] if asked else None,
                outcome=night.outcomes.get(category.key) if asked else None,
            )
        )
    return tuple(days)


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _other(measured: MetricValue | None, *, than: MetricValue) -> float | None:
    return measured[0] if measured and measured[0] != than[0] else None
