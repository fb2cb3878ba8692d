"""Show reviews: what waits for a person, oldest first, and how the work is split."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from ladder.domain.reviews.permissions import Staff, authorize, may_decide
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Kind, OpenReview, Review

Assigned = Literal["me", "nobody", "somebody"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Of a summary: nothing that anybody wrote about themselves.
IN_SHORT = ("badge", "owner", "points", "category", "date", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`after`: the `next` of the page before this one."""

    limit: int
    kind: Kind | None = None
    member: str | None = None
    min_age_hours: int = 0
    assigned: Assigned | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """`own_case`: who reads this may not decide it, for it is their own case, or they opened it."""

    id: str
    kind: Kind
    member: str
    subject: str
    opened_at: datetime
    age_hours: int
    assigned_to: str | None
    mine: bool
    own_case: bool
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    reviewer: str
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Everything but `reviews` is of the whole program, whatever was asked for. `next` is None on the last page."""

    reviews: tuple[Headline, ...]
    next: str | None
    open: int
    unassigned: int
    oldest_hours: int | None
    kinds: Mapping[str, int]
    workload: tuple[Workload, ...]


def show_reviews(staff: Staff, wanted: Wanted, *, now: datetime, reviews: ReviewQueue) -> Queue:
    """The list is of a moment ago; what is on the page is read anew."""
    authorize(staff, "read")
    waiting = reviews.waiting(staff.program)
    rest = [each for each in waiting if _is(each, wanted, staff, now) and _position(each) > (wanted.after or "")]
    page = rest[: wanted.limit]
    found = reviews.find(staff.program, [(each.member, each.id) for each in page])
    split = Counter(each.assigned_to for each in waiting if each.assigned_to)
    return Queue(
        reviews=tuple(headline(each, staff, now) for each in found if each.status == "open"),
        next=_position(page[-1]) if len(rest) > len(page) else None,
        open=len(waiting),
        unassigned=sum(each.assigned_to is None for each in waiting),
        oldest_hours=_hours(now - waiting[0].opened_at) if waiting else None,
        kinds=dict(sorted(Counter(each.kind for each in waiting).items())),
        workload=_workload(split),
    )


def headline(review: Review, staff: Staff, now: datetime) -> Headline:
    return Headline(
        id=review.address,
        kind=review.kind,
        member=review.member,
        subject=review.subject,
        opened_at=review.created_at,
        age_hours=_hours(now - review.created_at),
        assigned_to=review.assigned_to,
        mine=review.assigned_to == staff.subject,
        own_case=bool(review.members & staff.own) or not may_decide(staff.subject, review),
        about={name: review.summary[name] for name in IN_SHORT if review.summary.get(name)},
    )


def _is(each: OpenReview, wanted: Wanted, staff: Staff, now: datetime) -> bool:
    assigned = {
        None: True,
        "me": each.assigned_to == staff.subject,
        "nobody": each.assigned_to is None,
        "somebody": each.assigned_to is not None,
    }
    return (
        wanted.kind in {None, each.kind}
        and wanted.member in {None, each.member}
        and now - each.opened_at >= timedelta(hours=wanted.min_age_hours)
        and assigned[wanted.assigned]
    )


def _position(each: OpenReview) -> str:
    """Sorts as the queue does: microseconds since 1970, of a fixed length, then what makes it one."""
    return f"{(each.opened_at - EPOCH) // timedelta(microseconds=1):017d}.{each.member}.{each.id}"


def _workload(split: Mapping[str, int]) -> tuple[Workload, ...]:
    most = sorted(split.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Workload(reviewer=reviewer, open=number) for reviewer, number in most)


def _hours(age: timedelta) -> int:
    return max(age // timedelta(hours=1), 0)
