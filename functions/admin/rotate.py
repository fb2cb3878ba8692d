"""Rotate again by hand: start the next revision of the current date's rotation."""

from dataclasses import dataclass
from datetime import date, datetime

from admin.grant import AdminCommand, record_decision
from ladder.domain.challenges.ports import Executions, Rotations
from ladder.domain.errors import Conflict, Rejected
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.domain.programs.start_rotation import start_again
from ladder.domain.reviews.permissions import authorize


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRotation:
    """`again`: this very request started it before."""

    rotation: str
    execution: str
    asked_at: datetime
    again: bool


def rotate(
    command: AdminCommand, program: Program, day: date, *, rotations: Rotations, executions: Executions
) -> StartedRotation:
    """Start one revision for one request, however often it is made: its claim says who wanted it, when and why.

    Raises Conflict where the date is not the current one, the program is paused or has no nights, or somebody else
    started another revision at the same moment.
    """
    authorize(command.staff, "administer")
    decision, _ = record_decision(command, "audit.rotation_requested", {"date": day.isoformat()})
    # A later attempt of the same request is claimed after the first, in the same words.
    started = next(
        (
            rotation.claim
            for rotation in rotations.between(program.key, day, day)
            if rotation.claimed_at >= decision.at
            and (rotation.actor, rotation.reason) == (decision.who, command.reason)
        ),
        None,
    )
    try:
        claim = started or start_again(
            program,
            day,
            actor=decision.who,
            reason=command.reason,
            now=decision.at,
            rotations=rotations,
            executions=executions,
        )
    except Rejected as error:
        raise Conflict(*error.args) from error
    if claim is None:
        raise Conflict(Message("admin.rotation_at_same_moment"))
    return StartedRotation(
        rotation=claim.rotation, execution=claim.execution, asked_at=decision.at, again=started is not None
    )
