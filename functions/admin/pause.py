"""Pause: a rule, a badge or the whole program stands still, or goes on; a version of its own says so."""

from dataclasses import replace
from datetime import datetime

from admin.publish import Published, put
from ladder.domain.errors import Conflict, NotFound, Rejected
from ladder.domain.programs.pausing import Pausable, with_pause
from ladder.domain.programs.ports import Programs, Publications
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff, authorize

TRIES = 5


def pause(
    staff: Staff,
    what: Pausable,
    key: str,
    *,
    paused: bool,
    reason: str,
    now: datetime,
    programs: Programs,
    publications: Publications,
) -> Published:
    """Takes effect with the next evaluation. Running it again changes nothing.

    Whatever others publish at the same time, it is done upon that. Raises NotThere where there is no such thing.
    """
    authorize(staff, "administer")
    for _ in range(TRIES):
        current = _current(staff.program, programs)
        wanted = with_pause(current, what, key, paused=paused)
        if wanted == current:
            return Published(program=current.key, version=current.version, by=None, at=None, again=True)
        said = f"{what} {'paused' if paused else 'resumed'}: {key}"
        try:
            return put(
                staff,
                replace(wanted, version=current.version + 1),
                what=said,
                reason=reason,
                now=now,
                publications=publications,
            )
        except Conflict:
            continue
    raise Conflict(f"others publish {staff.program} all the time: try again")


def _current(program: str, programs: Programs) -> Program:
    try:
        return programs.current(program)
    except Rejected as error:
        raise NotFound(f"there is no program {program!r}") from error
