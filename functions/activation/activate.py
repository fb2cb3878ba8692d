"""Activate: launch tonight's challenges, see them active, and make this rotation the current one."""

from dataclasses import replace
from datetime import datetime

from activation.go_live import go_live
from ladder.domain.challenges.ports import Announcements, Assignments, ChallengePlatform, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


def activate(
    claim: Claim,
    program: Program,
    *,
    now: datetime,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    platform: ChallengePlatform,
    announcements: Announcements,
) -> None:
    """Whatever an earlier run of this step got done is recognised and kept, what is too much is retired.

    Readers see the night all at once: the pointer moves last, and only while the claim is held.
    """
    rotation = rotations.hold(claim)
    if not rotation.reached("active"):
        rotation = go_live(
            rotation,
            program,
            programs=programs,
            rotations=rotations,
            assignments=assignments,
            platform=platform,
        )
        rotations.activate(claim, at=now)
    announcements.announce("RotationActivated", _announcement(rotation))
    rotations.advance(replace(rotation, step="announced"))


def _announcement(rotation: Rotation) -> dict[str, object]:
    """What happened, and what people should know of it."""
    claim, night = rotation.claim, rotation.night
    return {
        "program": claim.program,
        "date": claim.date.isoformat(),
        "revision": claim.revision,
        "categories": list(night.drawn) if night else [],
        "warnings": list(night.warnings) if night else [],
        "refused": len(rotation.refused),
        "strays": rotation.strays,
    }
