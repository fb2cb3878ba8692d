"""The achievement that a credential is about: a tier of a badge, in the words of its program."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.rules import CredentialRules, Skill
from ladder.domain.message import Message, verbatim
from ladder.domain.points.compiled import tier_reached, tiers_by_badge
from ladder.domain.points.ledger import KeyMark, State
from ladder.domain.points.member_progress import what_is_needed
from ladder.domain.points.rulebook import Badge, Rulebook

if TYPE_CHECKING:
    from ladder.domain.points.judged_badge import JudgedBadge


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """A tier of a badge. `tier`: its number, from 1; `tiers`: how many there are. `mark`: of the tier in a state."""

    badge: str
    mark: KeyMark
    title: str
    description: str
    criteria: Message
    tier: int
    tiers: int
    skills: tuple[Skill, ...] = ()


def highest_achievement(rulebook: Rulebook, rules: CredentialRules, badge: str, state: State) -> Achievement | None:
    """Return the highest tier of the badge that a member has; None where they have none, or there is no such badge."""
    marks = tiers_by_badge(rulebook).get(badge, ())
    reached = tier_reached(marks, state.badges.get(badge))
    if not reached:
        return None
    skills = next((alignment.skills for alignment in rules.alignments if alignment.badge == badge), ())
    badges: tuple[Badge | JudgedBadge, ...] = (*rulebook.badges, *rulebook.judged)
    about = next(item for item in badges if item.key == badge)
    if isinstance(about, Badge):
        tier = about.tiers[reached - 1]
        title = f"{about.name}: {tier.name}"
        needs = tuple(
            Message("credentials.need", {"what": what_is_needed(asked, rulebook), "needed": asked.amount})
            for asked in tier.requires
        )
        criteria = Message("credentials.criteria", {"needs": needs})
    else:
        title, criteria = about.name, verbatim(about.criteria)
    return Achievement(
        badge=badge,
        mark=marks[reached - 1],
        title=title,
        description=about.description,
        criteria=criteria,
        tier=reached,
        tiers=len(marks),
        skills=skills,
    )


def achievement_body(issuer: Issuer, achievement: Achievement, *, criteria: str) -> dict[str, Any]:
    """Return the achievement as a credential has it. `criteria`: their text, in the language that the member reads.

    Its id is the same for everybody who reaches the tier, so that their credentials can be compared.
    """
    aligned = [_alignment(skill) for skill in achievement.skills]
    return {
        "id": uuid5(NAMESPACE_URL, f"{issuer.did}/{achievement.badge}/{achievement.mark.hex()}").urn,
        "type": ["Achievement"],
        "achievementType": "Badge",
        "name": achievement.title,
        "description": achievement.description,
        "criteria": {"narrative": criteria},
        **({"alignment": aligned} if aligned else {}),
    }


def _alignment(skill: Skill) -> dict[str, Any]:
    optional = {"targetCode": skill.code, "targetFramework": skill.framework}
    named = {name: value for name, value in optional.items() if value}
    return {"type": ["Alignment"], "targetName": skill.name, "targetUrl": skill.url, **named}
