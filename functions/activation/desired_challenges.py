"""Build tonight's challenges as the platform should have them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ladder.domain.calendar.schedule import day_bounds
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.challenge_text import with_target
from ladder.domain.challenges.ports import LiveChallenge, NewChallenge
from ladder.domain.challenges.rotation import Rotation, RotationPlan, launch_key
from ladder.domain.challenges.rules import TIERS, Category, ChallengeRules
from ladder.domain.message import Message, Parameter
from ladder.domain.programs.program import Program
from ladder.messages.render import choose_language, render


@dataclass(frozen=True, slots=True)
class DesiredChallenge:
    key: str
    category: str
    challenge: NewChallenge


def desired_challenges(rotation: Rotation, program: Program, assignment: Assignment) -> list[DesiredChallenge]:
    """Return one challenge for each tier that somebody plays tonight, or a single one for all of these tiers."""
    rules, (starts_at, ends_at) = program.challenges, day_bounds(program.schedule, rotation.claim.date)
    desired = []
    for key in rotation.plan.selected if rotation.plan else ():
        category, played = rules.category(key), tiers_played(assignment[key])
        joint = bool(played) and key in rotation.planned.joint
        for tiers in [played] if joint else [(tier,) for tier in played]:
            name, description = _name_and_description(rotation.planned, rules, category, tiers)
            challenge = NewChallenge(
                name=name,
                description=description,
                metric=category.metric,
                groups=tuple(category.groups[tier - 1] for tier in tiers),
                target=joint_target(rotation.planned, key, tiers),
                # Where Ladder pays, the platform gets no points to pay; the description says what it is worth.
                points=category.tiers[tiers[0] - 1].points if rules.payer == "platform" else 0,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            desired.append(DesiredChallenge(launch_key(key, None if joint else tiers[0]), key, challenge))
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


def _name_and_description(
    plan: RotationPlan, rules: ChallengeRules, category: Category, tiers: Sequence[int]
) -> tuple[str, str]:
    """Return the texts in the platform's language, which is one for all members.

    For several tiers, the description says each one's target, and whose the displayed number is.
    """
    metric, shown = rules.metric(category.metric), plan.targets[category.key].shown
    names, texts, joint = list[str](), list[str | Message](), len(tiers) > 1
    if joint:
        hardest = joint_target(plan, category.key, tiers)
        texts.append(Message("challenges.posted_for_all_tiers", {"target": hardest, "unit": metric.unit}))
    for tier in tiers:
        challenge, target = category.tiers[tier - 1], shown[tier - 1]
        name, description = with_target(challenge, target, unit=metric.unit)
        names.append(name)
        asked: dict[str, Parameter] = {"direction": metric.direction, "target": target, "unit": metric.unit}
        about: dict[str, Parameter] = {"tier": tier, "description": description}
        texts.append(Message("challenges.posted_tier", {**about, **asked}) if joint else description)
        if rules.payer != "platform":
            texts.append(Message("challenges.posted_worth", {"points": challenge.points}))
    language = choose_language(rules.platform.language if rules.platform else None)
    written = (text if isinstance(text, str) else render(text, language) for text in texts)
    return " / ".join(dict.fromkeys(names)), " ".join(filter(None, written))
