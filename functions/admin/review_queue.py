"""The queue of reviews: open one, list what waits for a person, show one in full, and assign it.

Opening a review moves no points; a decision does.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from admin.staff import Colleagues
from ladder.domain.activities.activity import Key
from ladder.domain.calendar import local_day
from ladder.domain.errors import Conflict, LadderError, NotFound
from ladder.domain.judging.ports import Verdicts
from ladder.domain.message import Message
from ladder.domain.points.amendments import reversal_refusal
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, Ledger
from ladder.domain.points.statement import Statement, statements
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.decisions import consequences
from ladder.domain.reviews.opening import badge_review, entry_review, overdue_badges
from ladder.domain.reviews.permissions import Staff, authorize, authorize_review, may_decide, role_to_decide
from ladder.domain.reviews.ports import People, ReviewQueue
from ladder.domain.reviews.review import (
    HIDDEN,
    REMOVED_ONCE_DECIDED,
    Action,
    Kind,
    OpenReview,
    Remedy,
    Review,
    ReviewDecision,
    Status,
)
from ladder.domain.validation.constraints import Plain

Assigned = Literal["me", "nobody", "somebody"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
To = Literal["me", "fewest", "nobody"]
RequestedKind = Literal["audit", "peer"]
IN_SHORT = ("badge", "owner", "points", "category", "date")  # nothing that members wrote about themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFilter:
    """`after`: the `next` of the page before this one."""

    limit: int
    kind: Kind | None = None
    member: str | None = None
    min_age_hours: int = 0
    assigned: Assigned | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """`because`: why it was opened. `own_case`: the reader may not decide it: it is their case, or they opened it."""

    id: str
    kind: Kind
    member: str
    subject: str
    because: tuple[Message, ...]
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
class ReviewPage:
    """Everything but `reviews` is about the whole program, whatever the filter. `next` is None on the last page."""

    reviews: tuple[ReviewSummary, ...]
    next: str | None
    open: int
    unassigned: int
    oldest_hours: int | None
    kinds: Mapping[str, int]
    workload: tuple[Workload, ...]


def show_reviews(staff: Staff, wanted: ReviewFilter, *, now: datetime, reviews: ReviewQueue) -> ReviewPage:
    """Return a page of open reviews. The list may be a moment old; what is on the page is read again."""
    authorize(staff, "read")
    waiting = reviews.waiting(staff.program)
    matching = [
        review
        for review in waiting
        if _position(review) > (wanted.after or "")
        and wanted.kind in {None, review.kind}
        and wanted.member in {None, review.member}
        and now - review.opened_at >= timedelta(hours=wanted.min_age_hours)
        and (
            wanted.assigned is None
            or (wanted.assigned == "me" and review.assigned_to == staff.subject)
            or (wanted.assigned == "nobody" and review.assigned_to is None)
            or (wanted.assigned == "somebody" and review.assigned_to is not None)
        )
    ]
    page = matching[: wanted.limit]
    current = reviews.find(staff.program, [(review.member, review.id) for review in page])
    load = Counter(review.assigned_to for review in waiting if review.assigned_to)
    return ReviewPage(
        reviews=tuple(review_summary(review, staff, now) for review in current if review.status == "open"),
        next=_position(page[-1]) if len(matching) > len(page) else None,
        open=len(waiting),
        unassigned=sum(review.assigned_to is None for review in waiting),
        oldest_hours=_hours(now - waiting[0].opened_at) if waiting else None,
        kinds=dict(sorted(Counter(review.kind for review in waiting).items())),
        workload=tuple(
            Workload(reviewer=reviewer, open=count)
            for reviewer, count in sorted(load.items(), key=lambda item: (-item[1], item[0]))
        ),
    )


def review_summary(review: Review, staff: Staff, now: datetime) -> ReviewSummary:
    return ReviewSummary(
        id=review.address,
        kind=review.kind,
        member=review.member,
        subject=review.subject,
        because=review.because,
        opened_at=review.created_at,
        age_hours=_hours(now - review.created_at),
        assigned_to=review.assigned_to,
        mine=review.assigned_to == staff.subject,
        own_case=bool(review.members & staff.own) or not may_decide(staff.subject, review),
        about={name: review.summary[name] for name in IN_SHORT if review.summary.get(name)},
    )


def _position(review: OpenReview) -> str:
    """Return a text that sorts as the queue does: microseconds since 1970, of a fixed length, then the address."""
    return f"{(review.opened_at - EPOCH) // timedelta(microseconds=1):017d}.{review.member}.{review.id}"


def _hours(age: timedelta) -> int:
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
class DecisionView:
    decision: Action
    badge: str | None
    remedy: Remedy | None
    attributes: Mapping[str, Plain]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDetail:
    """`entry`: of the ledger, with its dispute; `summary`: the case as it was when the review was opened.

    `facts`: of a judged case, what systems recorded; `effects`: what each decision that is possible here leads to.
    """

    review: ReviewSummary
    status: Status
    summary: Mapping[str, str]
    facts: tuple[Message, ...]
    effects: Mapping[Action, Message]
    decided: DecisionView | None
    entry: Statement | None
    verdict: VerdictView | None


def get_review(staff: Staff, address: str, reviews: ReviewQueue) -> Review:
    """Return a review of the staff's program. Raises NotFound, also where its member was erased."""
    member, _, review_id = address.partition(".")
    review = next(iter(reviews.find(staff.program, [(member, review_id)])), None)
    if review is None:
        raise NotFound(Message("admin.no_such_review"))
    return review


def show_review(
    staff: Staff,
    address: str,
    *,
    now: datetime,
    version: Callable[[int], CompiledProgram],
    reviews: ReviewQueue,
    ledger: Ledger,
    disputes: Disputes,
    verdicts: Verdicts,
) -> ReviewDetail:
    """Return a review. `version`: a published version of the program, read only where there is an entry to show.

    Raises NotFound where the program has no such review, or no longer.
    """
    authorize(staff, "read")
    review = get_review(staff, address, reviews)
    entry, verdict = None, None
    if review.event is not None:
        raised = {dispute.key: dispute for dispute in disputes.of(review.program, review.member)}
        recorded = ledger.entries(review.program, review.member)
        about = [entry for entry in recorded if entry.key == review.event]
        entry = next(iter(statements(about, recorded, raised, version=version)), None)
    if review.kind in {"verdict", "unjudged"}:
        result = verdicts.existing(review.program, review.member).get(review.subject)
        if result:
            proposal = result.verdict
            verdict = VerdictView(
                badge=proposal.badge if proposal else None,
                confidence=proposal.confidence if proposal else None,
                evidence=proposal.evidence if proposal else (),
                rationale=proposal.rationale if proposal else "",
                model=result.model,
                prompt=result.prompt,
                because=result.decision.because,
                at=result.at,
            )
    # Which id is to be linked is shown to those who decide it.
    hidden = HIDDEN if staff.role == role_to_decide(review) else HIDDEN | REMOVED_ONCE_DECIDED
    return ReviewDetail(
        review=review_summary(review, staff, now),
        status=review.status,
        summary={name: text for name, text in review.summary.items() if review.kind != "link" or name not in hidden},
        facts=review.facts,
        effects=consequences(review),
        decided=decision_view(review.decided) if review.decided else None,
        entry=entry,
        verdict=verdict,
    )


def decision_view(decision: ReviewDecision) -> DecisionView:
    terms = decision.terms
    return DecisionView(
        decision=terms.action,
        badge=terms.badge,
        remedy=terms.remedy,
        attributes=dict(terms.attributes),
        reason=decision.reason,
        by=decision.by,
        at=decision.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    id: str
    assigned_to: str | None


def assign_review(
    staff: Staff,
    address: str,
    to: To,
    *,
    now: datetime,
    reviews: ReviewQueue,
    colleagues: Colleagues,
) -> Assignment:
    """Assign a review, with a record in the audit: to oneself, to whoever has the fewest, or to nobody.

    It keeps nobody else from deciding it. Running it again changes nothing: with "fewest", whoever has it keeps it.

    Raises NotFound, NotAuthorized, and Conflict where it is decided, or somebody else assigned it at the same moment.
    """
    authorize(staff, "assign")
    review = get_review(staff, address, reviews)
    authorize_review(staff, "decide" if to == "me" else "assign", review)
    if review.status != "open":
        raise Conflict(Message("reviews.is_closed"))
    assignee = staff.subject if to == "me" else None
    if to == "fewest":
        assignee = review.assigned_to
        if assignee is None:
            load = Counter(waiting.assigned_to for waiting in reviews.waiting(staff.program))
            free = colleagues.free(review)
            if not free:
                raise Conflict(Message("reviews.nobody_else_may_decide"))
            assignee = min(free, key=lambda reviewer: (load[reviewer], reviewer))
    if assignee != review.assigned_to and not reviews.assign(review, assignee, by=staff.subject, at=now):
        raise Conflict(Message("reviews.changed_at_same_moment"))
    return Assignment(id=review.address, assigned_to=assignee)


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
