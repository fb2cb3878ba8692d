"""Decide whose challenge one on the platform is. The platform has no field for that.

A challenge is ours if we recorded its id, or if it runs on a metric and only on groups of our own program and no other
program has recorded it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import ChallengeRules

DAYS = 14  # a challenge that was launched longer ago is recognised by its metric and group
ZONES = 1  # the date of another program's night may be ahead by a day


class ListedChallenge(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def groups(self) -> tuple[str, ...]: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime | None: ...


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
    challenges: Iterable[ListedChallenge],
    rules: ChallengeRules,
    rotations: Iterable[Rotation],
    *,
    beside: Sequence[ChallengeRules] = (),
    first: datetime,
    last: datetime,
) -> dict[str, str]:
    """Return the metrics of this program with a foreign challenge on them -> that challenge's id.

    `rotations`: this program's, and those of others. `beside`: the other programs on the platform: what stands on their
    groups is theirs, though they may be about to record it. What is Ladder's is not foreign.
    `first` and `last`: the time that matters. A challenge whose own time is over before it, or begins after it, is in
    nobody's way, listed as active or not; one without an end is.
    """
    recorded, programs = tuple(rotations), (rules, *beside)
    metrics = {metric.key for metric in rules.metrics}
    return {
        challenge.metric: challenge.id
        for challenge in challenges
        if challenge.metric in metrics
        and challenge.starts_at <= last
        and (challenge.ends_at is None or challenge.ends_at >= first)
        and not any(is_ours(challenge, program, recorded) for program in programs)
    }


def launched_by(rotations: Iterable[Rotation]) -> set[str | None]:
    return {launch.challenge for rotation in rotations for launch in rotation.launches.values()}


def own_rotations(claim: Claim, rotations: Rotations) -> list[Rotation]:
    """Return this program's recent rotations, today's earlier revisions included."""
    return rotations.between(claim.program, claim.date - timedelta(days=DAYS), claim.date)


def rotations_of_others(claim: Claim, rotations: Rotations, programs: Iterable[str]) -> list[Rotation]:
    """Return the recent rotations of the other programs, which may use the same platform.

    More than the newest: while the night of another one is under way, what it launched the night before is still its.
    """
    first, last = claim.date - timedelta(days=DAYS), claim.date + timedelta(days=ZONES)
    return [rotation for key in programs if key != claim.program for rotation in rotations.between(key, first, last)]
