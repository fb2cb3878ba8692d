"""Enrol and link: who plays in a program, and by which ids other systems know them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.inbound import LOGIN
from ladder.domain.activities.validation import normalized_id
from ladder.domain.errors import Conflict, NotAuthorized, NotFound, Rejected
from ladder.domain.members.roster import Enrolment, RosterRow, enrolled
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.reviews.audit_records import id_linked, id_unlinked, requested
from ladder.domain.reviews.linking import ConfirmationRequired, link_review
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import Decisions, Links, ReviewQueue

A_LIST = "a list of ids"


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of a list. `unknown`: users who are not on the roster; `refused`: ids, or members, that were erased.

    `waiting`: what another admin has to confirm.
    """

    links: int
    unknown: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]  # source and user; the id itself is told to nobody
    waiting: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    source: str  # "login" for what an identity provider calls them
    raw: str
    user: str  # as the roster has them


def enrol(
    staff: Staff,
    listed: Sequence[RosterRow],
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
    authorize(staff, "administer")
    enrolment = enrolled(programs.roster(staff.program), listed, new_id=new_id)
    if not enrolment.moves:
        return enrolment
    counts = {"joined": enrolment.joined, "changed": enrolment.changed, "returned": enrolment.returned}
    about = {name: len(users) for name, users in {**counts, "left": enrolment.left}.items()}
    decisions.record(
        requested(staff.program, request, what="members enrolled", by=staff.subject, why="a list", at=now, about=about)
    )
    try:
        programs.enrol(staff.program, enrolment.roster)
    except Rejected as error:
        raise Conflict(str(error)) from error
    return enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """Where links are made, and where those wait that a second person confirms."""

    programs: Programs
    links: Links
    reviews: ReviewQueue


def link(staff: Staff, wanted: Sequence[Link], *, now: datetime, linking: Linking) -> Linked:
    """One by one, each audited; running it again changes nothing.

    A first link is made at once. One that gives a member another id, or an id another member, is asked for as a review
    that another admin decides.
    """
    authorize(staff, "administer")
    known = {normalized_id(each.user): each.id for each in linking.programs.roster(staff.program) if not each.erased}
    refused, unknown, waiting = list[tuple[str, str]](), list[str](), list[tuple[str, str]]()
    for number, each in enumerate(wanted):
        member = known.get(normalized_id(each.user))
        if member is None:
            unknown.append(each.user)
            continue
        try:
            made = _link(staff, each.source, each.raw, member, reason=A_LIST, number=number, now=now, linking=linking)
        except Rejected:
            refused.append((each.source, each.user))
        else:
            waiting += [(each.source, each.user)] if made.review else []
    made_at_once = len(wanted) - len(unknown) - len(refused) - len(waiting)
    return Linked(made_at_once, tuple(dict.fromkeys(unknown)), tuple(refused), tuple(waiting))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLogin:
    """The id itself is told to nobody. `review`: what another admin has to decide first; None: it is linked."""

    member: str
    source: str
    review: str | None = None


def link_member(
    staff: Staff, program: Program, *, member: str, source: str, raw: str, reason: str, now: datetime, linking: Linking
) -> LinkedLogin:
    """One id, audited; running it again changes nothing. Nobody says so of themselves, or of their own login.

    Raises NotThere for nobody of the roster and for no source of the program, InConflict where the id was erased.
    """
    authorize(staff, "administer", member=member)
    refuse_own_login(staff, source, raw)
    if source not in {LOGIN, *(each.key for each in program.sources)}:
        raise NotFound(f"{program.key} has no source {source!r}")
    if not any(each.id == member and not each.erased for each in linking.programs.roster(program.key)):
        raise NotFound("there is no such member")
    try:
        return _link(staff, source, raw, member, reason=reason, number=0, now=now, linking=linking)
    except Rejected as error:
        raise Conflict("this id, or its member, was erased") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkedLogin:
    """`again`: it was unlinked before."""

    member: str
    source: str
    again: bool


def unlink_member(
    staff: Staff, *, member: str, source: str, raw: str, reason: str, now: datetime, links: Links
) -> UnlinkedLogin:
    """The id leads to nobody until it is linked again, which one person may do for the same member. Audited.

    Raises NotThere where it is none of the member's.
    """
    authorize(staff, "administer", member=member)
    refuse_own_login(staff, source, raw)
    record = id_unlinked(staff.program, member, source, by=staff.subject, why=reason, at=now)
    try:
        done = links.unlink(staff.program, source, raw, member, record)
    except Rejected as error:
        raise NotFound("this id is none of the member's") from error
    return UnlinkedLogin(member=member, source=source, again=not done)


def refuse_own_login(staff: Staff, source: str, raw: str) -> None:
    if source == LOGIN and normalized_id(raw) == normalized_id(staff.subject):
        raise NotAuthorized("this is your own login: somebody else says whose it is")


def _link(
    staff: Staff, source: str, raw: str, member: str, *, reason: str, number: int, now: datetime, linking: Linking
) -> LinkedLogin:
    record = id_linked(staff.program, member, source, number=number, by=staff.subject, at=now)
    try:
        linking.links.link(staff.program, source, raw, member, record)
    except ConfirmationRequired as second:
        wanted = link_review(
            staff.program,
            member,
            source,
            raw,
            mark=linking.links.fingerprint(source, raw),
            was=second.was,
            by=staff.subject,
            reason=reason,
            now=now,
        )
        linking.reviews.open(wanted)
        return LinkedLogin(member=member, source=source, review=wanted.address)
    return LinkedLogin(member=member, source=source)
