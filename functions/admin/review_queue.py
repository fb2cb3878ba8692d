"""The queue of reviews: open one, list what waits for a person, show one in full, and assign it.

Opening a review moves no points; a decision does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ladder.domain.calendar.schedule import local_day
from ladder.domain.errors import LadderError
from ladder.domain.message import Message
from ladder.domain.points.statement import Statement
from ladder.domain.programs.ports import Programs, TeamRosters
from ladder.domain.reviews.opening import badge_review, overdue_badges
from ladder.domain.reviews.permissions import Role, Staff, may_decide, role_to_decide
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import (
    Action,
    Kind,
    OpenReview,
    Review,
    Status,
)
from ladder.domain.validation.constraints import Plain
from ladder.web.reviews import DecisionView

Assigned = Literal["me", "nobody", "somebody"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
To = Literal["me", "fewest", "nobody"]
RequestedKind = Literal["audit", "peer"]
IN_SHORT = ("badge", "owner", "points", "category", "date", "version")  # nothing that members wrote about themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """`because`: why it was opened. `own_case`: the reader may not decide it: it is their case, or they opened it.

    `own_team`: they may not, because they are in the member's team. `opened_by`: None where no person asked for it.
    `role`: the least that decides it. `name`: the member's; None where it is about no member, or they were erased.
    """

    id: str
    kind: Kind
    role: Role
    member: str
    name: str | None
    team: str | None
    subject: str
    because: tuple[Message, ...]
    opened_at: datetime
    age_hours: int
    assigned_to: str | None
    mine: bool
    own_case: bool
    own_team: bool
    opened_by: str | None
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    reviewer: str
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Everything but `reviews` is about the whole program, whatever the filter. `next` is None on the last page.

    `people`: user names of those who decide, by the subjects of their logins.
    """

    reviews: tuple[ReviewSummary, ...]
    next: str | None
    open: int
    unassigned: int
    oldest_hours: int | None
    kinds: Mapping[str, int]
    workload: tuple[Workload, ...]
    people: Mapping[str, str]


def review_summary(review: Review, staff: Staff, now: datetime, rosters: TeamRosters) -> ReviewSummary:
    member = rosters.find(review.program, review.member)
    known = member if member and not member.erased else None
    return ReviewSummary(
        id=review.address,
        kind=review.kind,
        role=role_to_decide(review),
        member=review.member,
        name=known.display_name if known else None,
        team=known.team if known else None,
        subject=review.subject,
        because=review.because,
        opened_at=review.created_at,
        age_hours=whole_hours(now - review.created_at),
        assigned_to=review.assigned_to,
        mine=review.assigned_to == staff.subject,
        own_case=bool(review.members & staff.own) or not may_decide(staff.subject, review),
        own_team=bool(review.members & staff.teammates),
        opened_by=review.opened_by,
        about={name: review.summary[name] for name in IN_SHORT if review.summary.get(name)},
    )


def position(review: OpenReview) -> str:
    """Return a text that sorts as the queue does: microseconds since 1970, of a fixed length, then the address."""
    return f"{(review.opened_at - EPOCH) // timedelta(microseconds=1):017d}.{review.member}.{review.id}"


def whole_hours(age: timedelta) -> int:
    return max(age // timedelta(hours=1), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """The model's answer. `badge` None: it proposes none; `evidence`: its quotes from the case.

    `rationale`: in the model's words; `because`: why Ladder opened a review, or did not.
    """

    badge: str | None
    confidence: float | None
    evidence: tuple[str, ...]
    rationale: str
    model: str
    prompt: str
    because: Message
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantableBadge:
    key: str
    name: str
    criteria: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDetail:
    """`entry`: of the ledger, with its dispute; `summary`: the case as it was when the review was opened.

    `facts`: of a judged case, what systems recorded; `effects`: what each decision that is possible here leads to.
    `draft`: of a publication, for those who may confirm it: what would be published, as `simulateDraft` takes it.
    `badges`: judged ones that may be granted; `attributes`: of the entry, as they are now, where they may be corrected.
    `why_not`: why the reader may not decide it, None where they may; `waits_for`: then, the subjects of those who may.
    `people`: as in the queue.
    """

    review: ReviewSummary
    status: Status
    summary: Mapping[str, str]
    facts: tuple[Message, ...]
    effects: Mapping[Action, Message]
    decided: DecisionView | None
    entry: Statement | None
    verdict: VerdictView | None
    draft: Mapping[str, Any] | None
    badges: tuple[GrantableBadge, ...]
    attributes: Mapping[str, Plain]
    why_not: Message | None
    waits_for: tuple[str, ...]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    id: str
    assigned_to: str | None


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
