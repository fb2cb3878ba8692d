"""Enrol members in a program, and link the ids by which other systems know them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import LOGIN, normalized_id
from ladder.domain.errors import Conflict, NotAuthorized, Rejected
from ladder.domain.members.roster import Enrolment, RosterRow, enrolled
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.audit_records import id_linked, requested
from ladder.domain.reviews.opening import link_review
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import ConfirmationRequired, Decisions, Links, ReviewQueue

FEW, FEW_SHARE = 5, 0.1  # of those who play


@dataclass(frozen=True, slots=True)
class Linked:
    """The result of a list. `unknown`: users who are not on the roster; `refused`: ids, or members, that were erased.

    `waiting`: links that another admin has to confirm.
    """

    links: int
    unknown: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]  # source and user; the id itself is never shown
    waiting: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    source: str  # "login" for the id at an identity provider
    raw: str
    user: str  # as on the roster


def many_leave(enrolment: Enrolment, playing: int) -> bool:
    """Return whether so many of those who play would leave that it looks like a list that was cut off."""
    return len(enrolment.left) > max(FEW, FEW_SHARE * playing)


def enrol(
    staff: Staff,
    rows: Sequence[RosterRow],
    *,
    request: str,
    now: datetime,
    programs: Programs,
    decisions: Decisions,
    new_id: Callable[[], str],
) -> Enrolment:
    """Make the list the roster of all who play. Running it again changes nothing.

    The audit has the numbers, and the roster the names. Raises Conflict where somebody else changed the roster at the
    same moment.
    """
    authorize(staff, "administer")
    roster = programs.roster(staff.program)
    enrolment = enrolled(roster, rows, new_id=new_id, at=now)
    if enrolment.roster == roster:
        return enrolment
    users = {"joined": enrolment.joined, "changed": enrolment.changed, "returned": enrolment.returned}
    about = {name: len(listed) for name, listed in {**users, "left": enrolment.left}.items()}
    record = requested(
        staff.program, request, what="audit.members_enrolled", by=staff.subject, why=None, at=now, about=about
    )
    decisions.record(record)
    try:
        programs.enrol(staff.program, enrolment.roster)
    except Rejected as error:
        raise Conflict(*error.args) from error
    return enrolment


def link(
    staff: Staff,
    wanted: Sequence[Link],
    *,
    now: datetime,
    programs: Programs,
    links: Links,
    reviews: ReviewQueue,
) -> Linked:
    """Link ids one by one, each audited. Running it again changes nothing.

    A first link is made at once. One that gives a member another id, or an id another member, becomes a review that
    another admin decides.
    """
    authorize(staff, "administer")
    known = {normalized_id(slot.user): slot.id for slot in programs.roster(staff.program) if not slot.erased}
    refused, unknown, waiting = list[tuple[str, str]](), list[str](), list[tuple[str, str]]()
    for number, item in enumerate(wanted):
        member = known.get(normalized_id(item.user))
        if member is None:
            unknown.append(item.user)
            continue
        try:
            linked = link_id(
                staff,
                item.source,
                item.raw,
                member,
                reason=None,
                number=number,
                now=now,
                links=links,
                reviews=reviews,
            )
        except Rejected:
            refused.append((item.source, item.user))
        else:
            waiting += [(item.source, item.user)] if linked.review else []
    made = len(wanted) - len(unknown) - len(refused) - len(waiting)
    return Linked(made, tuple(dict.fromkeys(unknown)), tuple(refused), tuple(waiting))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLogin:
    """`review`: what another admin has to decide first; None: it is linked. The id itself is never shown."""

    member: str
    source: str
    review: str | None = None


def refuse_own_login(staff: Staff, source: str, raw: str) -> None:
    if source == LOGIN and normalized_id(raw) == normalized_id(staff.subject):
        raise NotAuthorized(Message("admin.own_login"))


def link_id(
    staff: Staff,
    source: str,
    raw: str,
    member: str,
    *,
    reason: str | None,
    number: int,
    now: datetime,
    links: Links,
    reviews: ReviewQueue,
) -> LinkedLogin:
    """Link an id, or open the review of a link that another admin has to confirm. Raises Rejected where it was erased.

    `number`: of the link in a list of them.
    """
    record = id_linked(staff.program, member, source, number=number, by=staff.subject, at=now)
    try:
        links.link(staff.program, source, raw, member, record)
    except ConfirmationRequired as required:
        review = link_review(
            staff.program,
            member,
            source,
            raw,
            mark=links.fingerprint(source, raw),
            was=required.was,
            by=staff.subject,
            reason=reason,
            now=now,
        )
        reviews.open(review)
        return LinkedLogin(member=member, source=source, review=review.address)
    return LinkedLogin(member=member, source=source)
