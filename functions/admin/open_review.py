"""Open a review: a person wants an entry looked at, or verified by a colleague. It moves no points; a decision does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from admin.show_review import get_review
from admin.staff import Colleagues
from ladder.domain.activities.activity import Key
from ladder.domain.errors import Conflict, NotFound
from ladder.domain.points.amendments import reversal_refusal
from ladder.domain.points.ports import Ledger
from ladder.domain.reviews.opening import requested_review
from ladder.domain.reviews.permissions import Staff, authorize, may_decide
from ladder.domain.reviews.ports import People, ReviewQueue
from ladder.domain.reviews.review import Kind, Review

ByHand = Literal["audit", "peer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`to`: the subject of whoever is to look at it; None leaves it to the queue."""

    kind: ByHand
    member: str
    event: Key
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where it is seen whether there is such an entry, and who might look at it."""

    people: People
    ledger: Ledger
    colleagues: Colleagues


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`again`: it stood before, by whomever; then the first reason stands, and `opened_by` None was chance."""

    id: str
    kind: Kind
    member: str
    opened_at: datetime
    opened_by: str | None
    assigned_to: str | None
    again: bool


def open_review(staff: Staff, wish: Wish, *, now: datetime, archive: Archive, reviews: ReviewQueue) -> Opened:
    """One of a kind for an entry: running it again changes nothing, but for giving it to `to` where nobody has it.

    Raises NotThere where they have no such entry, or were erased; NotAllowed in one's own case; InConflict for an entry
    that no decision could take back, and where `to` may not decide it.
    """
    authorize(staff, "open", member=wish.member)
    _refuse_pointless(staff, wish, archive)
    wanted = requested_review(
        wish.kind, staff.program, wish.member, wish.event, by=staff.subject, reason=wish.reason, now=now
    )
    if wish.to:
        standing = next(iter(reviews.find(staff.program, [(wanted.member, wanted.id)])), wanted)
        _refuse_partial(standing, wish.to, archive)
    again = not reviews.open(wanted)
    review = get_review(staff, wanted.address, reviews)
    if wish.to and review.status == "open" and review.assigned_to is None:
        reviews.assign(review, wish.to, by=staff.subject, at=now)
        review = get_review(staff, wanted.address, reviews)
    return _told(review, again=again)


def _refuse_pointless(staff: Staff, wish: Wish, archive: Archive) -> None:
    entries = archive.ledger.entries(staff.program, wish.member)
    entry = next((each for each in entries if each.key == wish.event), None)
    if entry is None or not archive.people.known(staff.program, wish.member):
        raise NotFound("the member has no such entry")
    if why := reversal_refusal(entry.activity):
        raise Conflict(why)


def _refuse_partial(review: Review, to: str, archive: Archive) -> None:
    if to not in archive.colleagues.of(review):
        raise Conflict("to: nobody of that login may decide here: name a reviewer, or leave it out")
    if archive.colleagues.is_own(to, review):
        raise Conflict("to: it is their own case: name somebody else, or leave it out")
    if not may_decide(to, review):
        raise Conflict("to: whoever opens a review does not decide it: name a colleague, or leave it out")


def _told(review: Review, *, again: bool) -> Opened:
    return Opened(
        id=review.address,
        kind=review.kind,
        member=review.member,
        opened_at=review.created_at,
        opened_by=review.opened_by,
        assigned_to=review.assigned_to,
        again=again,
    )
