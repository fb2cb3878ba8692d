"""Open a review: somebody asks a person to look at an entry or to verify it, or a badge's review day has passed.

It moves no points; a decision does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from admin.review_queue import get_review
from admin.staff import Colleagues
from ladder.domain.activities.activity import Key
from ladder.domain.calendar import local_day
from ladder.domain.errors import Conflict, LadderError, NotFound
from ladder.domain.message import Message
from ladder.domain.points.amendments import reversal_refusal
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.opening import badge_review, entry_review, overdue_badges
from ladder.domain.reviews.permissions import Staff, authorize, may_decide
from ladder.domain.reviews.ports import People, ReviewQueue
from ladder.domain.reviews.review import Kind

RequestedKind = Literal["audit", "peer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """`to`: the subject of the login that should look at it; None leaves it to the queue."""

    kind: RequestedKind
    member: str
    event: Key
    reason: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReview:
    """`again`: it existed before, and its first reason stands; `opened_by` None: it was sampled."""

    id: str
    kind: Kind
    member: str
    opened_at: datetime
    opened_by: str | None
    assigned_to: str | None
    again: bool


def open_review(
    staff: Staff,
    request: ReviewRequest,
    *,
    now: datetime,
    people: People,
    ledger: Ledger,
    colleagues: Colleagues,
    reviews: ReviewQueue,
) -> OpenedReview:
    """Open one review of a kind for an entry. Running it again only assigns it to `to` where nobody has it.

    Raises NotFound where the member has no such entry, or was erased; NotAuthorized in one's own case; Conflict for an
    entry that cannot be revoked, and where `to` may not decide it.
    """
    authorize(staff, "open", member=request.member)
    entries = ledger.entries(staff.program, request.member)
    entry = next((entry for entry in entries if entry.key == request.event), None)
    if entry is None or not people.known(staff.program, request.member):
        raise NotFound(Message("admin.no_such_entry"))
    if why := reversal_refusal(entry.activity):
        raise Conflict(why)
    review = entry_review(
        request.kind,
        staff.program,
        request.member,
        request.event,
        because=(Message("reviews.requested"),),
        now=now,
        opened_by=staff.subject,
        reason=request.reason,
    )
    if request.to:
        existing = next(iter(reviews.find(staff.program, [(review.member, review.id)])), review)
        if request.to not in colleagues.of(existing):
            raise Conflict(Message("reviews.to_no_reviewer"))
        if colleagues.is_own(request.to, existing):
            raise Conflict(Message("reviews.to_own_case"))
        if not may_decide(request.to, existing):
            raise Conflict(Message("reviews.to_whoever_opens"))
    again = not reviews.open(review)
    review = get_review(staff, review.address, reviews)
    if request.to and review.status == "open" and review.assigned_to is None:
        reviews.assign(review, request.to, by=staff.subject, at=now)
        review = get_review(staff, review.address, reviews)
    return OpenedReview(
        id=review.address,
        kind=review.kind,
        member=review.member,
        opened_at=review.created_at,
        opened_by=review.opened_by,
        assigned_to=review.assigned_to,
        again=again,
    )


def open_overdue(*, programs: Programs, reviews: ReviewQueue, now: datetime) -> int:
    """Open a review of each badge whose review day has passed, for its owner, and return how many were opened now.

    Each badge and day is opened once: running it again opens nothing, whatever was decided since. A program that fails
    keeps no other from it; then its error is raised, after all were tried.
    """
    opened, failed = 0, list[LadderError]()
    for key in programs.keys():  # noqa: SIM118 - a store, no dictionary
        try:
            program = programs.current(key)
            overdue = overdue_badges(program.rulebook, local_day(program.schedule, now))
            due = {review.id: review for review in (badge_review(key, badge, now=now) for badge in overdue)}
            # Looked up before they are written: the schedule calls all day, and a refused write costs as much as one.
            known = reviews.find(key, [(review.member, review.id) for review in due.values()]) if due else ()
            for review in known:
                due.pop(review.id, None)
            opened += sum(map(reviews.open, due.values()))
        except LadderError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return opened
