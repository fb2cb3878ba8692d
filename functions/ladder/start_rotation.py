"""Starting a rotation: the one door for the schedule and for people.

A claim is written before its execution is started, so whoever dies in between leaves a claim without an execution;
the next tick starts exactly that one. Running either twice starts nothing twice.
"""

from dataclasses import replace
from datetime import date, datetime

from ladder.domain.calendar import due
from ladder.domain.program import Program
from ladder.domain.rotation import Claim, Rotation
from ladder.ports import Executions, Rotations

ATTEMPTS = 3  # by the schedule; after that a person has been alarmed and decides
FUNCTION_TIMEOUT_SECONDS = 900  # how long a step of a stopped execution may still be running
NIGHTLY = "the schedule"


def start_due(program: Program, *, now: datetime, rotations: Rotations, executions: Executions) -> Claim | None:
    """Start the night that is due and not yet under way or done; None where there is nothing to start."""
    day = due(program.schedule, now)
    latest = rotations.latest(program.key, day)
    if latest is None:
        first = _claimed(program, Claim(program=program.key, date=day, revision=1, attempt=1), NIGHTLY, "nightly", now)
        return _start(first, program, rotations, executions, instead_of=None)
    if latest.reached("announced"):
        return None
    return _resume(latest, program, now=now, rotations=rotations, executions=executions)


def start_again(
    program: Program, day: date, *, actor: str, reason: str, now: datetime, rotations: Rotations, executions: Executions
) -> Claim | None:
    """A re-rotation by hand: the next revision takes over, whatever the last one was doing.

    None where somebody else claimed it in the same moment.
    """
    latest = rotations.latest(program.key, day)
    revision = latest.claim.revision + 1 if latest else 1
    claim = Claim(program=program.key, date=day, revision=revision, attempt=1)
    rotation = _claimed(program, claim, actor, reason, now)
    if not rotations.claim(rotation, instead_of=latest.claim if latest else None):
        return None
    running = latest is not None and executions.status(latest.claim.execution) == "RUNNING"
    if latest is not None and running:
        executions.stop(latest.claim.execution, f"superseded by {claim.execution}")
    executions.start(claim.execution, _arguments(claim, program, wait=FUNCTION_TIMEOUT_SECONDS if running else 0))
    return claim


def _resume(
    latest: Rotation, program: Program, *, now: datetime, rotations: Rotations, executions: Executions
) -> Claim | None:
    status = executions.status(latest.claim.execution)
    if status is None:
        executions.start(latest.claim.execution, _arguments(latest.claim, program))
        return latest.claim
    if status == "RUNNING" or latest.claim.attempt >= ATTEMPTS:
        return None
    again = replace(latest, claim=replace(latest.claim, attempt=latest.claim.attempt + 1), claimed_at=now)
    return _start(again, program, rotations, executions, instead_of=latest.claim)


def _start(
    rotation: Rotation, program: Program, rotations: Rotations, executions: Executions, *, instead_of: Claim | None
) -> Claim | None:
    if not rotations.claim(rotation, instead_of=instead_of):
        return None
    executions.start(rotation.claim.execution, _arguments(rotation.claim, program))
    return rotation.claim


def _claimed(program: Program, claim: Claim, actor: str, reason: str, now: datetime) -> Rotation:
    return Rotation(claim=claim, actor=actor, reason=reason, claimed_at=now, program_version=program.version)


def _arguments(claim: Claim, program: Program, *, wait: int = 0) -> dict[str, object]:
    """The execution's input. A revision by hand begins at the plan: the night's figures are already in."""
    return {
        "program": claim.program,
        "date": claim.date.isoformat(),
        "revision": claim.revision,
        "attempt": claim.attempt,
        "begin": "collect" if claim.revision == 1 else "plan",
        "wait_seconds": wait,
        "propagation_seconds": program.schedule.propagation_seconds,
    }
