"""Today's challenges of one member: what they have to do, in words and as the target that counts for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP, MemberStanding
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.challenge_text import render
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.text import bound, plain_number, quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyChallenge:
    """`target`: what they are judged by; `shown`: what the platform shows their whole group, never easier than it."""

    category: str
    name: str
    description: str
    tier: int
    points: int
    metric: str
    unit: str
    target: float
    shown: float
    sentence: str


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
        target, shown = _own_target(targets, standing), plan.joint.get(key, targets.shown[standing.played - 1])
        name, description = render(challenge, target, unit=metric.unit)
        sentences = (
            *_target_sentences(rules, metric, target, shown, joint=key in plan.joint),
            *_easier_sentences(caps, standing, relieved.get(key)),
        )
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
                sentence=" ".join(sentences),
            )
        )
    return tuple(challenges)


def left_out(
    rules: ChallengeRules, caps: Caps, plan: RotationPlan, standings: Mapping[str, MemberStanding]
) -> tuple[str, ...]:
    """Say which challenges a cap took away for today, a sentence each."""
    return tuple(
        f"{rules.category(key).tiers[standing.tier - 1].name} is left out today: {_cap_reason(caps, standing)}."
        for key in plan.selected
        if (standing := standings.get(key)) and not standing.played and standing.capped_by in {OWN_CAPS, PROGRAM_CAP}
    )


def _own_target(targets: Targets, standing: MemberStanding) -> float:
    """`standing.peers` is an index into the sorted names of the rotation's targets."""
    names = sorted(targets.by_peers)
    triple = targets.by_peers[names[standing.peers]] if standing.peers < len(names) else targets.shown
    return triple[standing.played - 1]


def _target_sentences(rules: ChallengeRules, metric: Metric, target: float, shown: float, *, joint: bool) -> list[str]:
    """Say the target, what the platform shows where that is another number, and from when on the day counts at all.

    `joint`: one challenge for all tiers.
    """
    usual = ", at the usual mix of contacts" if metric.normalise_by else ""
    own = f"{metric.name} {bound(metric.direction)} {plain_number(target)} {metric.unit}"
    sentences = [f"What counts for you: {own}{usual}."]
    if shown != target:
        whose = "that is the hardest target of all tiers" if joint else "that is for all"
        sentences.append(f"The platform shows {plain_number(shown)} {metric.unit}: {whose}.")
    if rules.payer == "platform":
        return sentences
    if metric.at_least is None:
        sentences.append("The day counts once you have handled about a quarter of the contacts that your peers handle.")
    else:
        sentences.append(f"The day counts from {quantity(metric.at_least, 'contact')} on.")
    return sentences


def _easier_sentences(caps: Caps, standing: MemberStanding, until: date | None) -> list[str]:
    """Say nothing where they play their own tier all the same: it was the easiest, or the platform left them there."""
    if standing.played >= standing.tier:
        return []
    sentences = []
    if standing.capped_by in {OWN_CAPS, PROGRAM_CAP}:
        reason = _cap_reason(caps, standing)
        sentences.append(f"Easier than your tier, for today: {reason}; it changes nothing about your tier.")
    if until is not None:
        sentences.append(
            f"Eased by one step until {until:%A} {until.day} {until:%B}, after a look at your last three tries; "
            "it changes nothing about your tier."
        )
    return sentences


def _cap_reason(caps: Caps, standing: MemberStanding) -> str:
    if standing.capped_by == OWN_CAPS:
        return "with all of today's challenges as they are, you would earn more than one member may in a day"
    most = caps.program_daily_points or 0
    return f"the program's {quantity(most, 'point')} a day are not enough for everybody's challenges as they are"
