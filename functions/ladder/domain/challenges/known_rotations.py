"""The rotations by which challenges on the platform are recognised as Ladder's."""

from datetime import timedelta

from ladder.domain.challenges.ports import Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.programs.ports import Programs

DAYS = 14  # a challenge that was launched longer ago is known by its metric and group


def own(claim: Claim, rotations: Rotations) -> list[Rotation]:
    """Those of this program, today's earlier revisions included."""
    return rotations.between(claim.program, claim.date - timedelta(days=DAYS), claim.date)


def everybodys(claim: Claim, rotations: Rotations, programs: Programs) -> list[Rotation]:
    """Those of the other programs too, which may play on the same platform."""
    return [*own(claim, rotations), *others(claim, rotations, programs)]


def others(claim: Claim, rotations: Rotations, programs: Programs) -> list[Rotation]:
    """The newest of each other program."""
    newest = (rotations.newest(key) for key in programs.keys() if key != claim.program)  # noqa: SIM118  a port
    return [rotation for rotation in newest if rotation]
