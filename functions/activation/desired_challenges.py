"""Tonight's challenges as the platform is to have them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ladder.domain.calendar import day_bounds
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.ports import LiveChallenge, NewChallenge
from ladder.domain.challenges.rotation import Rotation, RotationPlan, launch_key
from ladder.domain.programs.program import TIERS, Category, Program
from ladder.domain.text import bound, plain_number, quantity, render


@dataclass(frozen=True, slots=True)
class DesiredChallenge:
    key: str
    category: str
    challenge: NewChallenge


def desired_challenges(rotation: Rotation, program: Program, assignment: Assignment) -> list[DesiredChallenge]:
    """One challenge for each tier that somebody plays tonight, or a single one for all of these tiers."""
    drawn = rotation.plan.selected if rotation.plan else ()
    return [
        wanted
        for key in drawn
        for wanted in _wanted(rotation, program, program.category(key), tiers_played(assignment[key]))
    ]


def matches(live: LiveChallenge, wanted: NewChallenge) -> bool:
    """The same metric, groups and start: the only marks the platform keeps, and the same task."""
    marks = (live.metric, set(live.groups), live.starts_at) == (wanted.metric, set(wanted.groups), wanted.starts_at)
    return marks and (live.target, live.points) == (wanted.target, wanted.points)


def tiers_played(standing: Standing) -> tuple[int, ...]:
    return tuple(tier for tier in TIERS if tier in standing.played)


def joint_target(night: RotationPlan, category: str, tiers: Sequence[int]) -> float:
    """What one challenge for these tiers displays: the hardest of their targets.

    Nobody is held to a harder number than the one they are shown: who reaches it has reached what their tier asks.
    """
    return night.targets[category].shown[max(tiers) - 1]


def planned(rotation: Rotation) -> RotationPlan:
    if rotation.plan is None:
        raise ValueError(f"rotation {rotation.claim.rotation} has no plan yet")
    return rotation.plan


def _wanted(
    rotation: Rotation, program: Program, category: Category, tiers: tuple[int, ...]
) -> Iterator[DesiredChallenge]:
    if category.key in planned(rotation).joint and tiers:
        key = launch_key(category.key, None)
        yield DesiredChallenge(key, category.key, _challenge(rotation, program, category, tiers))
        return
    for tier in tiers:
        key = launch_key(category.key, tier)
        yield DesiredChallenge(key, category.key, _challenge(rotation, program, category, (tier,)))


def _challenge(rotation: Rotation, program: Program, category: Category, tiers: Sequence[int]) -> NewChallenge:
    """Where Ladder pays, the platform is given no points to pay; what it is worth stands in the description."""
    night = planned(rotation)
    name, description = _words(night, program, category, tiers)
    starts_at, ends_at = day_bounds(program.schedule, rotation.claim.date)
    return NewChallenge(
        name=name,
        description=description,
        metric=category.metric,
        groups=tuple(category.groups[tier - 1] for tier in tiers),
        target=joint_target(night, category.key, tiers),
        points=category.tiers[tiers[0] - 1].points if program.payer == "platform" else 0,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _words(night: RotationPlan, program: Program, category: Category, tiers: Sequence[int]) -> tuple[str, str]:
    """Name and description: for several tiers with what each of these is asked, and whose the displayed number is."""
    if len(tiers) == 1:
        name, *words = _told(night, program, category, tiers[0])
        return name, " ".join(filter(None, words))
    metric, names, sentences = program.metric(category.metric), [], []
    for tier in tiers:
        name, description, worth = _told(night, program, category, tier)
        target = f"{plain_number(night.targets[category.key].shown[tier - 1])} {metric.unit}"
        names.append(name)
        sentences.append(f"Tier {tier}: {description} Target: {bound(metric.direction)} {target}. {worth}")
    hardest = f"{plain_number(joint_target(night, category.key, tiers))} {metric.unit}"
    opening = (
        "One challenge for all tiers: the target of your own tier counts for you, never a harder one. "
        f"The number displayed, {hardest}, is the hardest of them."
    )
    return " / ".join(dict.fromkeys(names)), " ".join((opening, *sentences))


def _told(night: RotationPlan, program: Program, category: Category, tier: int) -> tuple[str, str, str]:
    """Name, description and worth of one tier, in the words of the library; no worth where the platform shows it."""
    rung = category.tiers[tier - 1]
    unit = program.metric(category.metric).unit
    name, description = render(rung, night.targets[category.key].shown[tier - 1], unit=unit)
    return name, description, "" if program.payer == "platform" else f"Worth {quantity(rung.points, 'point')}."
