"""Enrol and link: who plays in a program, and by which ids other systems know him."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.asked import InConflict, NotThere
from ladder.domain.audit.decisions import asked
from ladder.domain.enrolment import Enrolment, Listed, enrolled
from ladder.domain.errors import Rejected
from ladder.domain.inbound import LOGIN
from ladder.domain.program import Program
from ladder.domain.reviews.rights import Staff, allow
from ladder.ports.inbound import Identities
from ladder.ports.programs import Programs
from ladder.ports.records import Decisions


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


def link(staff: Staff, links: Sequence[Link], *, programs: Programs, identities: Identities) -> Linked:
    """One by one, each for good: an id leads to one member. Running it again changes nothing."""
    allow(staff, "administer")
    known = {each.user: each.id for each in programs.roster(staff.program) if not each.erased}
    refused = list[tuple[str, str]]()
    for each in links:
        if each.user in known:
            try:
                identities.link(staff.program, each.source, each.raw, known[each.user])
            except Rejected:
                refused.append((each.source, each.user))
    unknown = tuple(dict.fromkeys(each.user for each in links if each.user not in known))
    return Linked(sum(each.user in known for each in links) - len(refused), unknown, tuple(refused))


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
    programs: Programs,
    identities: Identities,
) -> LinkedLogin:
    """One id, for good; running it again changes nothing. Nobody says so of himself.

    Raises NotThere for nobody of the roster and for no source of the program, InConflict where it is another's.
    """
    allow(staff, "administer", member=member)
    if source not in {LOGIN, *(each.key for each in program.sources)}:
        raise NotThere(f"{program.key} has no source {source!r}")
    user = next((each.user for each in programs.roster(program.key) if each.id == member and not each.erased), None)
    if user is None:
        raise NotThere("there is no such member")
    if link(staff, [Link(source, raw, user)], programs=programs, identities=identities).refused:
        raise InConflict("this id is another member's, or was erased")
    return LinkedLogin(member=member, source=source)
