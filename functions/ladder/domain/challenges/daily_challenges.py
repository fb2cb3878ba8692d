"""Today's challenges of one member: what they have to do, in words and as the target that counts for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.challenges.assignment import ASKED_ELSEWHERE, OWN_CAPS, PROGRAM_CAP, MemberStanding
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.challenge_text import with_target
from ladder.domain.challenges.member_days import own_targets
from ladder.domain.challenges.rotation import RotationPlan
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.message import Message, Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSoFar:
    """The member's own value of a day that is not over, as measured; `contacts`: how many it rests on.

    `note`: why there is no value, or what is still open about it. Nothing is decided by it.
    """

    value: float | None = None
    contacts: float | None = None
    measured_at: datetime | None = None
    note: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityToday:
    """The quality that a challenge on speed pays with: its bound in words, and the member's value so far."""

    metric: str
    unit: str
    needed: Message
    so_far: ValueSoFar


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyChallenge:
    """`target`: what they are judged by; `shown`: what their whole group is shown, never easier than it.

    Without an outside platform, which shows one number a group, both are the same. `so_far`, and `quality` where the
    metric pays with it: only where the member themselves reads it.
    """

    category: str
    name: str
    description: str
    tier: int
    points: int
    metric: str
    unit: str
    target: float
    shown: float
    explanation: tuple[Message, ...]
    so_far: ValueSoFar | None = None
    quality: QualityToday | None = None


def daily_challenges(
    rules: ChallengeRules,
    caps: Caps,
    plan: RotationPlan,
    standings: Mapping[str, MemberStanding],
    *,
    relieved: Mapping[str, date],
) -> tuple[DailyChallenge, ...]:
    """Return the member's challenges. `rules`: of the version that the rotation was planned under.

    `relieved`: category -> the last date of a relief of theirs that covers today.
    """
    challenges = []
    for key in plan.selected:
        standing = standings.get(key, MemberStanding(0, 0, 0))
        if not standing.played:
            continue
        category, targets = rules.category(key), plan.targets[key]
        challenge, metric = category.tiers[standing.played - 1], rules.metric(category.metric)
        own = own_targets(targets, standing)
        target = shown = own[standing.played - 1]
        if rules.outside_platform:
            shown = plan.joint.get(key, targets.shown[standing.played - 1])
        name, description = with_target(challenge, target, unit=metric.unit)
        challenges.append(
            DailyChallenge(
                category=key,
                name=name,
                description=description,
                tier=standing.played,
                points=challenge.points,
                metric=metric.name,
                unit=metric.unit,
                target=target,
                shown=shown,
                explanation=(
                    *_what_counts(rules, metric, target, shown, joint=key in plan.joint),
                    *_why_other_tier(caps, standing, relieved.get(key), own),
                ),
            )
        )
    return tuple(challenges)


def left_out(
    rules: ChallengeRules, caps: Caps, plan: RotationPlan, standings: Mapping[str, MemberStanding]
) -> tuple[Message, ...]:
    """Return which challenges of today are not the member's, a message each: a cap or another program is why."""
    return tuple(
        Message(
            "challenges.left_out",
            {"challenge": rules.category(key).tiers[standing.tier - 1].name, "reason": _reason(caps, standing)},
        )
        for key in plan.selected
        if (standing := standings.get(key)) and not standing.played and standing.capped_by
    )


def _what_counts(
    rules: ChallengeRules, metric: Metric, target: float, shown: float, *, joint: bool
) -> Iterator[Message]:
    """Yield the target, what the platform shows where that is another number, and when the day counts at all.

    `joint`: one challenge for all tiers.
    """
    own: dict[str, Parameter] = {
        "metric": metric.name,
        "direction": metric.direction,
        "target": target,
        "unit": metric.unit,
    }
    if not metric.normalise_by:
        yield Message("challenges.target", own)
    else:
        yield Message("challenges.target_at_usual_load" if rules.load else "challenges.target_at_usual_mix", own)
    if shown != target:
        displayed: dict[str, Parameter] = {"target": shown, "unit": metric.unit}
        yield Message("challenges.shows_hardest_target" if joint else "challenges.shows_group_target", displayed)
    if rules.payer == "platform":
        return
    if metric.at_least is None:
        yield Message("challenges.counts_by_peers")
    else:
        yield Message("challenges.counts_from", {"contacts": metric.at_least})


def _why_other_tier(
    caps: Caps, standing: MemberStanding, until: date | None, own: tuple[float, float, float]
) -> Iterator[Message]:
    """Yield why members do not play the tier of record: a cap, a relief until a date, or tiers that share a target.

    `own`: the targets of their tiers. Nothing for members who play their own tier all the same: it was the easiest, or
    the platform left them there.
    """
    if standing.played == standing.tier:
        return
    if standing.capped_by in {OWN_CAPS, PROGRAM_CAP}:
        yield Message("challenges.easier_today", {"reason": _reason(caps, standing)})
    elif own[standing.played - 1] == own[standing.tier - 1]:
        yield Message("challenges.tiers_share_target", {"tier": standing.tier, "played": standing.played})
    if until is not None and standing.played < standing.tier:
        yield Message("challenges.eased_until", {"day": until.isoformat()})


def _reason(caps: Caps, standing: MemberStanding) -> Message:
    if standing.capped_by == ASKED_ELSEWHERE:
        return Message("challenges.asked_elsewhere")
    if standing.capped_by == OWN_CAPS:
        return Message("challenges.above_own_caps")
    return Message("challenges.above_program_cap", {"points": caps.program_daily_points or 0})
