"""Rotate: tonight's rotation is made again by hand, the next revision of its date."""

from dataclasses import dataclass
from datetime import date, datetime

from admin.grant import AdminCommand, decided
from ladder.domain.audit.records import Record
from ladder.domain.challenges.ports import Executions, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.start_rotation import start_again
from ladder.domain.errors import Conflict, Rejected
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import authorize


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """`again`: this very request had started it before."""

    rotation: str
    execution: str
    asked_at: datetime
    again: bool


def rotate(hand: AdminCommand, program: Program, day: date, *, rotations: Rotations, executions: Executions) -> Rotated:
    """The same request starts one revision, however often it is made: its claim says who wanted it, when and why.

    Raises InConflict where the date is not the current one, the program is paused or has no nights, or somebody else
    started another revision in the same moment.
    """
    authorize(hand.staff, "administer")
    standing, _ = decided(hand, "rotation asked for", {"date": day.isoformat()})
    known = next((each.claim for each in rotations.between(program.key, day, day) if _is_of(each, standing)), None)
    try:
        claim = known or start_again(
            program,
            day,
            actor=standing.who,
            reason=standing.why,
            now=standing.at,
            rotations=rotations,
            executions=executions,
        )
    except Rejected as error:
        raise Conflict(str(error)) from error
    if claim is None:
        raise Conflict("somebody else started a rotation in the same moment")
    return _told(claim, standing.at, again=known is not None)


def _is_of(rotation: Rotation, standing: Record) -> bool:
    """Another attempt of it is claimed later than the first, in the same words."""
    since = rotation.claimed_at >= standing.at
    return since and (rotation.actor, rotation.reason) == (standing.who, standing.why)


def _told(claim: Claim, asked_at: datetime, *, again: bool) -> Rotated:
    return Rotated(rotation=claim.rotation, execution=claim.execution, asked_at=asked_at, again=again)
