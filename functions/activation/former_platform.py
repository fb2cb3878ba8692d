"""End what a program has left on a platform that it no longer plays on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ladder.domain.challenges.ownership import is_ours, own_rotations
from ladder.domain.challenges.ports import ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Rotation
from ladder.domain.errors import ProgramRefused, Rejected, Unavailable
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


def end_on_former_platform(
    rotation: Rotation,
    foreign: Sequence[Rotation],
    *,
    programs: Programs,
    rotations: Rotations,
    platform_of: Callable[[Program], ChallengePlatform],
) -> Rotation:
    """Retire the program's challenges on the platform of its last nights, and return the rotation.

    Challenges of an earlier date are over, and a platform that the program has left may be gone: where it does not
    answer, that becomes a warning. Challenges of an earlier revision of this date would run, and might pay, beside
    Ladder's own: then the error is raised.
    """
    own = own_rotations(rotation.claim, rotations)
    former = _last_outside(rotation, own, programs)
    if former is None:
        return rotation
    last, version = former
    try:
        platform = platform_of(version)
        for challenge in platform.active():
            if is_ours(challenge, version.challenges, own, foreign):
                platform.retire(challenge.id)
    except (ProgramRefused, Rejected, Unavailable) as error:
        if last.claim.date == rotation.claim.date:
            raise
        plan, left = rotation.planned, Message("rotation.former_platform_not_cleared", {"why": str(error)})
        if left not in plan.warnings:
            rotation = replace(rotation, plan=replace(plan, warnings=(*plan.warnings, left)))
            rotations.advance(rotation)
    return rotation


def _last_outside(rotation: Rotation, own: Sequence[Rotation], programs: Programs) -> tuple[Rotation, Program] | None:
    """Return the newest rotation that may have left challenges on a platform, with its version of the program.

    None where a night without a platform has gone live since: it has ended them.
    """
    for earlier in reversed(own):
        if earlier.claim.rotation >= rotation.claim.rotation:
            continue
        version = programs.version(rotation.claim.program, earlier.program_version)
        if version.challenges.outside_platform is None and earlier.reached("active"):
            return None
        if version.challenges.outside_platform and earlier.reached("retired"):
            return earlier, version
    return None
