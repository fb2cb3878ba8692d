"""Show nights: what ran, with which targets, and whose challenges a cap lowered or dropped, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from ladder.domain.challenges.rotation import ByTier, Rotation, Step
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.message import Message
from ladder.domain.reviews.staff_names import StaffNames
from ladder.domain.validation.constraints import Direction
from ladder.usage import Usage

State = Literal["running", "live", "superseded", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NightCategory:
    """`targets`: of the tiers, easiest first, as every group is shown them; `by_peers`: of each peer group.

    `likely`: the share of worked days on which each is expected to be met; None where the history was too short, and
    the targets are the program's own.
    """

    category: str
    challenges: tuple[str, ...]  # names, easiest first
    metric: str
    unit: str
    direction: Direction
    targets: tuple[float, float, float]
    by_peers: Mapping[str, tuple[float, float, float]]
    from_history: bool
    likely: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightUsage:
    """What the night cost so far: units of DynamoDB, and calls to the platform, those that read metrics apart."""

    write_units: float
    read_units: float
    platform_calls: int
    metric_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One revision of a night. `failed`: why its last attempt ended early. `by_name`: None for somebody who left.

    `resting`: categories that did not run, each with the reason; `lowered` and `dropped`: challenges that a cap made
    easier or took away, by the tier of record of their members. Readings that were left out, members whom the platform
    would not move and those in another group are counted, never named. `used`: None of nights that did not count it;
    `model_tokens`: of the day, for badges that a model judged.
    """

    date: date
    revision: int
    state: State
    step: Step
    failed: str | None
    started_at: datetime
    by: str
    by_name: str | None
    reason: str
    program_version: int
    categories: tuple[NightCategory, ...]
    resting: Mapping[str, Message]
    lowered: ByTier
    dropped: ByTier
    warnings: tuple[Message, ...]
    members_left_out: int
    members_refused: int
    group_mismatches: int
    launched: int
    used: NightUsage | None
    model_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """`nights`: newest first."""

    program: str
    nights: tuple[Night, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NightContext:
    """What is told beside the nights: `rules` of each version that one of them was planned under, names, and usage.

    `usage`: by rotation; `model_tokens`: by day, of the badges that a model judged.
    """

    rules: Mapping[int, ChallengeRules]
    names: StaffNames
    usage: Mapping[str, Usage]
    model_tokens: Mapping[date, int]


def show_nights(rotations: Sequence[Rotation], context: NightContext) -> tuple[Night, ...]:
    """Return the nights, newest first."""
    return tuple(_night(rotation, context) for rotation in reversed(rotations))


def _night(rotation: Rotation, context: NightContext) -> Night:
    rules, used = context.rules[rotation.program_version], context.usage.get(rotation.claim.rotation)
    plan, states = rotation.plan, Counter(launch.state for launch in rotation.launches.values())
    return Night(
        date=rotation.claim.date,
        revision=rotation.claim.revision,
        state=_state(rotation),
        step=rotation.step,
        failed=rotation.failed,
        started_at=rotation.claimed_at,
        by=rotation.actor,
        by_name=context.names.of(rotation.actor),
        reason=rotation.reason,
        program_version=rotation.program_version,
        categories=tuple(_categories(rotation, rules)),
        resting=plan.deferred if plan else {},
        lowered=plan.lowered_by_tier if plan else (0, 0, 0),
        dropped=plan.dropped_by_tier if plan else (0, 0, 0),
        warnings=(*rotation.warnings, *(plan.warnings if plan else ())),
        members_left_out=len(rotation.left_out),
        members_refused=len(rotation.refused),
        group_mismatches=sum(rotation.group_mismatches.values()),
        launched=sum(states.values()) - states["intent"],
        used=NightUsage(**asdict(used)) if used else None,
        model_tokens=context.model_tokens.get(rotation.claim.date, 0),
    )


def _state(rotation: Rotation) -> State:
    if rotation.superseded:
        return "superseded"
    if rotation.failed is not None:
        return "failed"
    return "live" if rotation.reached("active") else "running"


def _categories(rotation: Rotation, rules: ChallengeRules) -> Iterable[NightCategory]:
    for key in rotation.plan.selected if rotation.plan else ():
        category, targets = rules.category(key), rotation.planned.targets[key]
        metric = rules.metric(category.metric)
        yield NightCategory(
            category=key,
            challenges=tuple(challenge.name for challenge in category.tiers),
            metric=metric.name,
            unit=metric.unit,
            direction=metric.direction,
            targets=targets.shown,
            by_peers=targets.by_peers,
            from_history=targets.from_history,
            likely=targets.likely,
        )
