"""Tonight's challenges as the platform is to have them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ladder.domain.calendar import day_bounds
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.challenge_text import render
from ladder.domain.challenges.ports import LiveChallenge, NewChallenge
from ladder.domain.challenges.rotation import Rotation, RotationPlan, launch_key
from ladder.domain.challenges.rules import TIERS, Category
from ladder.domain.programs.program import Program
from ladder.domain.text import bound, plain_number, quantity


@dataclass(frozen=True, slots=True)
class DesiredChallenge:
    key: str
    category: str
    challenge: NewChallenge


def desired_challenges(rotation: Rotation, program: Program, assignment: Assignment) -> list[DesiredChallenge]:
    """Return one challenge for each tier that somebody plays tonight, or a single one for all of these tiers."""
    desired = []
    for key in rotation.plan.selected if rotation.plan else ():
        category, tiers = program.challenges.category(key), tiers_played(assignment[key])
        joint = bool(tiers) and key in rotation.planned.joint
        for together in [tiers] if joint else [(tier,) for tier in tiers]:
            launch = launch_key(key, None if joint else together[0])
            desired.append(DesiredChallenge(launch, key, _challenge(rotation, program, category, together)))
    return desired


def matches(live: LiveChallenge, desired: NewChallenge) -> bool:
    """Return whether a live challenge is this one: same metric, groups, start, target and points."""
    return (live.metric, set(live.groups), live.starts_at, live.target, live.points) == (
        desired.metric,
        set(desired.groups),
        desired.starts_at,
        desired.target,
        desired.points,
    )


def tiers_played(standing: Standing) -> tuple[int, ...]:
    return tuple(tier for tier in TIERS if tier in standing.played)


def joint_target(plan: RotationPlan, category: str, tiers: Sequence[int]) -> float:
    """Return what one challenge for these tiers displays: the hardest of their targets.

    Nobody is held to a harder number than the one they are shown: whoever reaches it has reached their tier's target.
    """
    return plan.targets[category].shown[max(tiers) - 1]


def _challenge(rotation: Rotation, program: Program, category: Category, tiers: Sequence[int]) -> NewChallenge:
    """Where Ladder pays, the platform gets no points to pay; the description says what the challenge is worth."""
    name, description = _name_and_description(rotation.planned, program, category, tiers)
    starts_at, ends_at = day_bounds(program.schedule, rotation.claim.date)
    return NewChallenge(
        name=name,
        description=description,
        metric=category.metric,
        groups=tuple(category.groups[tier - 1] for tier in tiers),
        target=joint_target(rotation.planned, category.key, tiers),
        points=category.tiers[tiers[0] - 1].points if program.challenges.payer == "platform" else 0,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _name_and_description(
    plan: RotationPlan, program: Program, category: Category, tiers: Sequence[int]
) -> tuple[str, str]:
    """For several tiers, the description says each one's target, and whose the displayed number is."""
    metric, shown = program.challenges.metric(category.metric), plan.targets[category.key].shown
    names, sentences = list[str](), list[str]()
    for tier in tiers:
        challenge, target = category.tiers[tier - 1], f"{plain_number(shown[tier - 1])} {metric.unit}"
        name, description = render(challenge, shown[tier - 1], unit=metric.unit)
        worth = "" if program.challenges.payer == "platform" else f"Worth {quantity(challenge.points, 'point')}."
        names.append(name)
        if len(tiers) > 1:
            sentences.append(f"Tier {tier}: {description} Target: {bound(metric.direction)} {target}. {worth}")
        else:
            sentences += filter(None, (description, worth))
    if len(tiers) > 1:
        hardest = f"{plain_number(joint_target(plan, category.key, tiers))} {metric.unit}"
        opening = (
            "One challenge for all tiers: the target of your own tier counts for you, never a harder one. "
            f"The number displayed, {hardest}, is the hardest of them."
        )
        sentences.insert(0, opening)
    return " / ".join(dict.fromkeys(names)), " ".join(sentences)
