"""Start a rotation, for the schedule and for people.

A claim is written before its execution is started, so a run that dies in between leaves a claim without an execution;
the next tick starts exactly that one. One rotation of a program is under way at a time: a newer claim supersedes the
one before, whatever its date, stops its execution, and holds off until no step of it can still be running.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from ladder.domain.calendar.schedule import Schedule, day_bounds, due, hours_left, hours_needed, night_falls_at
from ladder.domain.challenges.ports import Executions, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.errors import Rejected
from ladder.domain.message import Message
from ladder.domain.programs.program import Program

ATTEMPTS = 6  # by the schedule: after 15, 30, 60, 120 and 240 minutes; after that a person decides
FIRST_PAUSE = timedelta(minutes=15)
FUNCTION_TIMEOUT_SECONDS = 900  # how long a step of an execution that was cut off may still be running
JOINS_WITHIN = timedelta(hours=3)  # a new program's first night is tonight's only if it is not older than this
NIGHTLY = "the schedule"


def start_due(program: Program, *, now: datetime, rotations: Rotations, executions: Executions) -> Claim | None:
    """Start the night that is due and not yet under way or done; return None where there is nothing to start."""
    if not program.challenges.categories or program.paused:  # an academy has no nights
        return None
    day = due(program.schedule, now)
    newest = rotations.newest(program.key)
    if newest is None and now - night_falls_at(program.schedule, day) > JOINS_WITHIN:
        return None
    if newest is None or newest.claim.date < day:
        claim = Claim(program=program.key, date=day, revision=1, attempt=1)
        rotation = _claimed(claim, program, newest, actor=NIGHTLY, reason="", now=now)
        return _start(rotation, program, rotations, executions, instead_of=_unfinished(newest))
    if newest.claim.date > day or newest.reached("announced"):
        return None
    return _resume(newest, program, now=now, rotations=rotations, executions=executions)


def remaining_day(rotation: Rotation, schedule: Schedule) -> tuple[datetime, datetime]:
    """Return the first and last second of what was left of the rotation's day when it began."""
    first, last = day_bounds(schedule, rotation.claim.date)
    return max(first, rotation.claimed_at), last


def too_late(rotation: Rotation, schedule: Schedule) -> Message | None:
    """Return why a rotation launches nothing: it began when too little of its day was left to play.

    A person who rotates again has a reason to, so for them the day only must not be over.
    """
    left = hours_left(schedule, rotation.claim.date, rotation.claimed_at)
    needed = hours_needed(schedule, rotation.claim.date) if rotation.actor == NIGHTLY else 0.0
    if left > 0 and left >= needed:
        return None
    return Message("rotation.too_late", {"left": round(left, 1), "needed": round(needed, 1)})


def start_again(
    program: Program, day: date, *, actor: str, reason: str, now: datetime, rotations: Rotations, executions: Executions
) -> Claim | None:
    """Rotate again by hand: the next revision takes over, whatever the last one was doing.

    Returns None where somebody else claimed it in the same moment. Raises Rejected for any date but today's, and for a
    program without challenges.
    """
    if not program.challenges.categories:
        raise Rejected(Message("rotation.no_challenges", {"program": program.key}))
    if program.paused:
        raise Rejected(Message("rotation.program_paused", {"program": program.key}))
    if day != (current := due(program.schedule, now)):
        dates = {"day": day.isoformat(), "current": current.isoformat()}
        raise Rejected(Message("rotation.only_current_date", dates))
    newest = rotations.newest(program.key)
    if newest and newest.claim.date > day:  # the program has moved to a time zone in which it is earlier
        dates = {"day": day.isoformat(), "later": newest.claim.date.isoformat()}
        raise Rejected(Message("rotation.later_date_begun", dates))
    revision = newest.claim.revision + 1 if newest and newest.claim.date == day else 1
    claim = Claim(program=program.key, date=day, revision=revision, attempt=1)
    rotation = _claimed(claim, program, newest, actor=actor, reason=reason, now=now)
    supersedes = newest.claim if newest and newest.claim.date == day else _unfinished(newest)
    return _start(rotation, program, rotations, executions, instead_of=supersedes)


def _resume(
    latest: Rotation, program: Program, *, now: datetime, rotations: Rotations, executions: Executions
) -> Claim | None:
    """Start what was claimed and never started; after a failure, the next attempt once its time has come."""
    claim, status = latest.claim, executions.status(latest.claim.execution)
    if status is None:
        _execute(latest, program, executions)
        return claim
    pause = FIRST_PAUSE * 2 ** (claim.attempt - 1)
    if status == "RUNNING" or claim.attempt >= ATTEMPTS or now < latest.claimed_at + pause:
        return None
    again = replace(latest, claim=replace(claim, attempt=claim.attempt + 1), claimed_at=now, replaces=claim.execution)
    return _start(again, program, rotations, executions, instead_of=claim)


def _start(
    rotation: Rotation, program: Program, rotations: Rotations, executions: Executions, *, instead_of: Claim | None
) -> Claim | None:
    if not rotations.claim(rotation, instead_of=instead_of):
        return None
    _execute(rotation, program, executions)
    return rotation.claim


def _execute(rotation: Rotation, program: Program, executions: Executions) -> None:
    """Stop the execution that this one replaces, if it still runs, and start this one behind it."""
    status = executions.status(rotation.replaces) if rotation.replaces else None
    if rotation.replaces and status == "RUNNING":
        executions.stop(rotation.replaces, f"superseded by {rotation.claim.execution}")
    cut_off = status in {"RUNNING", "ABORTED", "TIMED_OUT"}
    claim = rotation.claim
    arguments = {
        "program": claim.program,
        "date": claim.date.isoformat(),
        "revision": claim.revision,
        "attempt": claim.attempt,
        "begin": "plan" if rotation.reached("settled") else "collect",
        "wait_seconds": FUNCTION_TIMEOUT_SECONDS if cut_off else 0,
        "propagation_seconds": program.schedule.propagation_seconds,
    }
    executions.start(claim.execution, arguments)


def _claimed(
    claim: Claim, program: Program, before: Rotation | None, *, actor: str, reason: str, now: datetime
) -> Rotation:
    """Return a new rotation; a revision by hand goes on from the night's values if the one before had read them."""
    same_night = before is not None and before.claim.date == claim.date
    settled = before if same_night and before and before.reached("settled") else None
    return Rotation(
        claim=claim,
        actor=actor,
        reason=reason,
        claimed_at=now,
        program_version=program.version,
        replaces=before.claim.execution if before and (same_night or not before.reached("announced")) else None,
        step="settled" if settled else "claimed",
        warnings=settled.warnings if settled else (),
        left_out=settled.left_out if settled else {},
        unsettled_since=settled.unsettled_since if settled else None,
    )


def _unfinished(rotation: Rotation | None) -> Claim | None:
    return rotation.claim if rotation and not rotation.reached("announced") else None
