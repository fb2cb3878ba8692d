"""Publish: a draft becomes the version that everybody plays by, or waits until somebody looks at what came between."""

from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.errors import Conflict, Rejected
from ladder.domain.program_check import Models, check_members
from ladder.domain.program_check.candidate import candidate
from ladder.domain.programs.ports import Programs, Publications
from ladder.domain.programs.program import Program
from ladder.domain.programs.publication import Publication, program_published
from ladder.domain.reviews.permissions import Staff, authorize


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`again`: the same had been published before; `warnings`: what is doubtful with the members that there are."""

    program: str
    version: int
    by: str | None
    at: datetime | None
    again: bool
    warnings: tuple[str, ...] = ()


def publish(
    staff: Staff,
    draft: Program,
    *,
    after: int,
    reason: str,
    now: datetime,
    models: Models,
    programs: Programs,
    publications: Publications,
) -> Published:
    """Running it again changes nothing. `after`: the version that the draft was made from; 0 where there was none.
    `models`: those that a judge may be.

    Raises Unreadable where it cannot be played, with every place to mend; InConflict, with who and when, where somebody
    else published in the meantime.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    base = current if current and current.version == after else _version(programs, staff.program, after)
    wanted = candidate(draft, base, program=staff.program, after=after, models=models, today=now.date())
    if current and replace(current, version=0) == replace(wanted, version=0):
        return _told(Publication(current, None, None), again=True)
    done = put(staff, wanted, what="program published", reason=reason, now=now, publications=publications)
    return replace(done, warnings=tuple(map(str, check_members(wanted, players(programs, wanted.key)))))


def put(
    staff: Staff, wanted: Program, *, what: str, reason: str, now: datetime, publications: Publications
) -> Published:
    """Under the version it carries. Raises InConflict where that is another one's."""
    record = program_published(wanted, what=what, by=staff.subject, why=reason, at=now)
    standing = publications.publish(wanted, record)
    if standing is None:
        raise Conflict(f"{wanted.key} has no version {wanted.version - 1} to publish upon")
    if standing.program != wanted:
        when = f" at {standing.at.isoformat(timespec='seconds')}" if standing.at else ""
        raise Conflict(
            f"{standing.by or 'somebody'} published version {standing.program.version}{when}: "
            "make your draft from that one and look at what it changes"
        )
    return _told(standing, again=(standing.by, standing.at) != (staff.subject, now))


def players(programs: Programs, program: str) -> int:
    """How many members of the program may play."""
    return sum(member.active for member in programs.roster(program))


def current_of(program: str, programs: Programs) -> Program | None:
    """None where nothing was ever published."""
    try:
        return programs.current(program)
    except Rejected:
        return None


def _version(programs: Programs, program: str, version: int) -> Program | None:
    try:
        return programs.version(program, version) if version else None
    except Rejected as error:
        raise Conflict(f"{program} has no version {version} to publish upon") from error


def _told(standing: Publication, *, again: bool) -> Published:
    return Published(
        program=standing.program.key,
        version=standing.program.version,
        by=standing.by,
        at=standing.at,
        again=again,
    )
