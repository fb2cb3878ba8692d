"""Recover: a rotation that could not go live leaves nothing half-done behind it."""

from collections.abc import Callable
from dataclasses import replace

from ladder.domain.challenges.ownership import is_ours, rotations_of_others
from ladder.domain.challenges.ports import ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim
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
    """Record why the rotation failed, and retire what it launched; the pointer stays where it was.

    A failure before anything outside was touched leaves yesterday as it is, and does not ask for the platform, which
    may be the cause.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("active"):
        return
    rotations.advance(replace(rotation, failed=why))
    if not rotation.reached("retired"):
        return
    foreign, outside = rotations_of_others(claim, rotations, programs.keys()), platform()
    listed = (
        challenge.id for challenge in outside.active() if is_ours(challenge, program.challenges, [rotation], foreign)
    )
    live = {key: launch for key, launch in rotation.launches.items() if launch.state in {"created", "active"}}
    recorded = (launch.challenge for launch in live.values() if launch.challenge)  # a list may not show them yet
    for challenge in dict.fromkeys([*listed, *recorded]):
        outside.retire(challenge)
    for key, launch in live.items():
        rotations.record_launch(claim, key, replace(launch, state="retired"))
