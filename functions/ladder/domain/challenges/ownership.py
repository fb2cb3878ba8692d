"""Decide whose challenge one on the platform is. The platform has no field for that.

A challenge is ours if we recorded its id, or if it runs on a metric and only on groups of our own program and no other
program has recorded it.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import ChallengeRules

DAYS = 14  # a challenge that was launched longer ago is recognised by its metric and group


class ListedChallenge(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def groups(self) -> tuple[str, ...]: ...


def is_ours(
    challenge: ListedChallenge, rules: ChallengeRules, rotations: Iterable[Rotation], others: Iterable[Rotation] = ()
) -> bool:
    """Return whether Ladder owns it for this program.

    `others`: rotations of other programs. What one of them launched is theirs, whatever groups this one names.
    """
    if challenge.id in launched_by(rotations):
        return True
    groups = set(challenge.groups)
    on_our_groups = bool(groups) and any(
        challenge.metric == category.metric and groups.issubset(category.groups) for category in rules.categories
    )
    return on_our_groups and challenge.id not in launched_by(others)


def taken_metrics(
    challenges: Iterable[ListedChallenge], rules: ChallengeRules, rotations: Iterable[Rotation]
) -> dict[str, str]:
    """Return the metrics of this program with a foreign challenge on them -> that challenge's id."""
    recorded = tuple(rotations)
    metrics = {metric.key for metric in rules.metrics}
    return {
        challenge.metric: challenge.id
        for challenge in challenges
        if challenge.metric in metrics and not is_ours(challenge, rules, recorded)
    }


def launched_by(rotations: Iterable[Rotation]) -> set[str | None]:
    return {launch.challenge for rotation in rotations for launch in rotation.launches.values()}


def own_rotations(claim: Claim, rotations: Rotations) -> list[Rotation]:
    """Return this program's recent rotations, today's earlier revisions included."""
    return rotations.between(claim.program, claim.date - timedelta(days=DAYS), claim.date)


def rotations_of_others(claim: Claim, rotations: Rotations, programs: Iterable[str]) -> list[Rotation]:
    """Return the newest rotation of each other program, which may use the same platform."""
    newest = (rotations.newest(key) for key in programs if key != claim.program)
    return [rotation for rotation in newest if rotation]
