"""Recover: a night that could not go live leaves nothing half-done behind it."""

from dataclasses import replace

from ladder.domain.ownership import is_ours
from ladder.domain.program import Program
from ladder.domain.rotation import Claim, Rotation
from ladder.ports import ChallengePlatform, Rotations


def recover(claim: Claim, program: Program, *, why: str, rotations: Rotations, platform: ChallengePlatform) -> None:
    """Retire what this rotation launched, and say why it failed; the pointer stays where it was.

    A failure before anything outside was touched leaves yesterday as it is.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return
    if rotation.reached("retired"):
        for challenge in platform.active():
            if is_ours(challenge, program, [rotation]):
                platform.retire(challenge.id)
        _forget(rotation, rotations)
    rotations.advance(replace(rotation, failed=why))


def _forget(rotation: Rotation, rotations: Rotations) -> None:
    for key, launch in rotation.launches.items():
        if launch.state in {"created", "active"}:
            rotations.record_launch(rotation.claim, key, replace(launch, state="retired"))
