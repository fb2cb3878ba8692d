"""Whose challenge is it? The platform has no field that says so.

Ours is one that we recorded the id of, or that stands on a metric of our own library and on groups of it alone, and
that no other program has recorded.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


class ListedChallenge(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def groups(self) -> tuple[str, ...]: ...


def is_ours(
    challenge: ListedChallenge, program: Program, rotations: Iterable[Rotation], others: Iterable[Rotation] = ()
) -> bool:
    """`others`: rotations of other programs. What one of them launched is theirs, whatever groups this one names."""
    if challenge.id in launched_by(rotations):
        return True
    return _on_our_ground(challenge, program) and challenge.id not in launched_by(others)


def taken_metrics(
    challenges: Iterable[ListedChallenge], program: Program, rotations: Iterable[Rotation]
) -> dict[str, str]:
    """Metrics of this program with a foreign challenge on them -> that challenge's id."""
    known = tuple(rotations)
    metrics = {metric.key for metric in program.metrics}
    return {
        challenge.metric: challenge.id
        for challenge in challenges
        if challenge.metric in metrics and not is_ours(challenge, program, known)
    }


def launched_by(rotations: Iterable[Rotation]) -> set[str | None]:
    return {launch.challenge for rotation in rotations for launch in rotation.launches.values()}


def _on_our_ground(challenge: ListedChallenge, program: Program) -> bool:
    groups = set(challenge.groups)
    return bool(groups) and any(
        challenge.metric == category.metric and groups.issubset(category.groups) for category in program.categories
    )


DAYS = 14  # a challenge that was launched longer ago is known by its metric and group


def own_rotations(claim: Claim, rotations: Rotations) -> list[Rotation]:
    """Those of this program, today's earlier revisions included."""
    return rotations.between(claim.program, claim.date - timedelta(days=DAYS), claim.date)


def everybodys(claim: Claim, rotations: Rotations, programs: Programs) -> list[Rotation]:
    """Those of the other programs too, which may play on the same platform."""
    return [*own_rotations(claim, rotations), *rotations_of_others(claim, rotations, programs)]


def rotations_of_others(claim: Claim, rotations: Rotations, programs: Programs) -> list[Rotation]:
    """The newest of each other program."""
    newest = (rotations.newest(key) for key in programs.keys() if key != claim.program)  # noqa: SIM118  a port
    return [rotation for rotation in newest if rotation]
