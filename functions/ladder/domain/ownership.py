"""Whose challenge is it? The platform has no field that says so.

Ours is one that we recorded the id of, or that stands on a metric of our own library and on groups of it alone.
"""

from collections.abc import Iterable
from typing import Protocol

from ladder.domain.program import Program
from ladder.domain.rotation import Rotation


class Listed(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def groups(self) -> tuple[str, ...]: ...


def is_ours(challenge: Listed, program: Program, rotations: Iterable[Rotation]) -> bool:
    recorded = {launch.challenge for rotation in rotations for launch in rotation.launches.values()}
    return challenge.id in recorded or _on_our_ground(challenge, program)


def taken_metrics(challenges: Iterable[Listed], program: Program, rotations: Iterable[Rotation]) -> dict[str, str]:
    """Metrics of this program with a foreign challenge on them -> that challenge's id."""
    known = tuple(rotations)
    metrics = {metric.key for metric in program.metrics}
    return {
        challenge.metric: challenge.id
        for challenge in challenges
        if challenge.metric in metrics and not is_ours(challenge, program, known)
    }


def _on_our_ground(challenge: Listed, program: Program) -> bool:
    groups = set(challenge.groups)
    return bool(groups) and any(
        challenge.metric == category.metric and groups.issubset(category.groups) for category in program.categories
    )
