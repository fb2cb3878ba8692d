"""Enrol and link: who plays in a program, and by which ids other systems know him."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.asked import InConflict, NotAllowed, NotThere
from ladder.domain.audit.decisions import asked, id_linked
from ladder.domain.bounds import spelled
from ladder.domain.enrolment import Enrolment, Listed, enrolled
from ladder.domain.errors import Rejected
from ladder.domain.inbound import LOGIN
from ladder.domain.program import Program
from ladder.domain.reviews.rights import Staff, allow
from ladder.ports.programs import Programs
from ladder.ports.records import Decisions, Links


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of a list. `unknown`: users who are not on the roster; `refused`: ids that are another member's."""

    links: int
    unknown: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]  # source and user; the id itself is told to nobody


@dataclass(frozen=True, slots=True)
class Link:
    source: str  # "login" for what an identity provider calls him
    raw: str
    user: str  # as the roster has him


def enrol(
    staff: Staff,
    listed: Sequence[Listed],
    *,
    request: str,
    now: datetime,
    programs: Programs,
    decisions: Decisions,
    new_id: Callable[[], str],
) -> Enrolment:
    """The list is all who play; running it again changes nothing. Audited by numbers: the roster has the names.

    Raises InConflict where somebody else changed the roster in the same moment.
    """
    allow(staff, "administer")
    enrolment = enrolled(programs.roster(staff.program), listed, new_id=new_id)
    if not enrolment.moves:
        return enrolment
    counts = {"joined": enrolment.joined, "changed": enrolment.changed, "returned": enrolment.returned}
    about = {name: len(users) for name, users in {**counts, "left": enrolment.left}.items()}
    decisions.record(
        asked(staff.program, request, what="members enrolled", by=staff.subject, why="a list", at=now, about=about)
    )
    try:
        programs.enrol(staff.program, enrolment.roster)
    except Rejected as error:
        raise InConflict(str(error)) from error
    return enrolment


def link(staff: Staff, wanted: Sequence[Link], *, now: datetime, programs: Programs, links: Links) -> Linked:
    """One by one, each for good and audited: an id leads to one member. Running it again changes nothing."""
    allow(staff, "administer")
    known = {spelled(each.user): each.id for each in programs.roster(staff.program) if not each.erased}
    refused, unknown = list[tuple[str, str]](), list[str]()
    for number, each in enumerate(wanted):
        member = known.get(spelled(each.user))
        if member is None:
            unknown.append(each.user)
            continue
        record = id_linked(staff.program, member, each.source, number=number, by=staff.subject, at=now)
        try:
            links.link(staff.program, each.source, each.raw, member, record)
        except Rejected:
            refused.append((each.source, each.user))
    return Linked(len(wanted) - len(unknown) - len(refused), tuple(dict.fromkeys(unknown)), tuple(refused))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLogin:
    """The id itself is told to nobody."""

    member: str
    source: str


def link_member(
    staff: Staff,
    program: Program,
    *,
    member: str,
    source: str,
    raw: str,
    now: datetime,
    programs: Programs,
    links: Links,
) -> LinkedLogin:
    """One id, for good and audited; running it again changes nothing. Nobody says so of himself, or of his own login.

    Raises NotThere for nobody of the roster and for no source of the program, InConflict where it is another's.
    """
    allow(staff, "administer", member=member)
    if source == LOGIN and spelled(raw) == spelled(staff.subject):
        raise NotAllowed("this is your own login: somebody else says whose it is")
    if source not in {LOGIN, *(each.key for each in program.sources)}:
        raise NotThere(f"{program.key} has no source {source!r}")
    user = next((each.user for each in programs.roster(program.key) if each.id == member and not each.erased), None)
    if user is None:
        raise NotThere("there is no such member")
    if link(staff, [Link(source, raw, user)], now=now, programs=programs, links=links).refused:
        raise InConflict("this id is another member's, or was erased")
    return LinkedLogin(member=member, source=source)
