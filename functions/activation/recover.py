"""Recover: a night that could not go live leaves nothing half-done behind it."""

from collections.abc import Callable
from dataclasses import replace

from ladder.domain.challenges.ownership import is_ours, rotations_of_others
from ladder.domain.challenges.ports import ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


def recover(
    claim: Claim,
    program: Program,
    *,
    why: str,
    programs: Programs,
    rotations: Rotations,
    platform: Callable[[], ChallengePlatform],
) -> None:
    """Say why the rotation failed, and retire what it launched; the pointer stays where it was.

    A failure before anything outside was touched leaves yesterday as it is, and does not ask for the platform, which
    may be what failed.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return
    rotations.advance(replace(rotation, failed=why))
    if rotation.reached("retired"):
        _retire_all(rotation, program, rotations_of_others(claim, rotations, programs), platform())
        _forget(rotation, rotations)


def _retire_all(rotation: Rotation, program: Program, foreign: list[Rotation], platform: ChallengePlatform) -> None:
    for challenge in platform.active():
        if is_ours(challenge, program, [rotation], foreign):
            platform.retire(challenge.id)


def _forget(rotation: Rotation, rotations: Rotations) -> None:
    for key, launch in rotation.launches.items():
        if launch.state in {"created", "active"}:
            rotations.record_launch(rotation.claim, key, replace(launch, state="retired"))
