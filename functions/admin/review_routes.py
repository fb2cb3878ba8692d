"""HTTP routes of reviews: what waits for a person, and what they decide."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from admin.api_models import (
    LONGEST_WAIT,
    MEMBER,
    MOST_REVIEWS,
    POSITION,
    USUAL_REVIEWS,
    AssignmentBody,
    OpeningBody,
)
from admin.decide_review import decide_review
from admin.personal_data import erase_decided
from admin.review_queue import (
    Assigned,
    Assignment,
    GrantableBadge,
    OpenedReview,
    ReviewDetail,
    ReviewPage,
    VerdictView,
    Workload,
    position,
    review_summary,
    whole_hours,
)
from admin.services import RequestContext, request_context
from ladder.domain.activities.activity import LADDER, ROTATION, TEXT_ATTRIBUTES
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments, reversal_refusal
from ladder.domain.points.statement import Statement, statements
from ladder.domain.reviews.decisions import consequences
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.permissions import authorize, authorize_review, role_to_decide
from ladder.domain.reviews.review import HIDDEN, REMOVED_ONCE_DECIDED, Kind, Review
from ladder.domain.validation.constraints import Plain
from ladder.web.app import created, new_routes
from ladder.web.reviews import Address, DecisionBody, DecisionResult, DecisionView, get_review
from ladder.web.staff import ONE, POSTING, responses

routes = new_routes()

JUDGED = frozenset({"verdict", "unjudged"})  # kinds


@routes.get(
    "/admin/reviews",
    summary="List open reviews, oldest first, and the workload of each reviewer",
    responses=responses(good={200: "A page of the queue"}),
    operation_id="showReviews",
)
def show_reviews(
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_REVIEWS, description="reviews per page")] = USUAL_REVIEWS,
    kind: Annotated[Kind | None, Query(description="only reviews of this kind")] = None,
    member: Annotated[str | None, Query(pattern=MEMBER, description="only reviews of this member")] = None,
    min_age_hours: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="only reviews that waited so long")] = 0,
    assigned: Annotated[Assigned | None, Query(description="only reviews assigned to")] = None,
    after: Annotated[str | None, Query(pattern=POSITION, description="the `next` of the page before")] = None,
) -> ReviewPage:
    """Return a page of open reviews. The list may be a moment old; what is on the page is read again."""
    context = request_context(routes)
    staff, now, reviews = context.staff, context.now, context.services.reviews
    authorize(staff, "read")
    waiting = reviews.waiting(staff.program)
    matching = [
        review
        for review in waiting
        if position(review) > (after or "")
        and kind in {None, review.kind}
        and member in {None, review.member}
        and now - review.opened_at >= timedelta(hours=min_age_hours)
        and (
            assigned is None
            or (assigned == "me" and review.assigned_to == staff.subject)
            or (assigned == "nobody" and review.assigned_to is None)
            or (assigned == "somebody" and review.assigned_to is not None)
        )
    ]
    page = matching[:limit]
    current = reviews.find(staff.program, [(review.member, review.id) for review in page])
    load = Counter(review.assigned_to for review in waiting if review.assigned_to)
    return ReviewPage(
        reviews=tuple(
            review_summary(review, staff, now, context.services.rosters)
            for review in current
            if review.status == "open"
        ),
        next=position(page[-1]) if len(matching) > len(page) else None,
        open=len(waiting),
        unassigned=sum(review.assigned_to is None for review in waiting),
        oldest_hours=whole_hours(now - waiting[0].opened_at) if waiting else None,
        kinds=dict(sorted(Counter(review.kind for review in waiting).items())),
        workload=tuple(
            Workload(reviewer=reviewer, open=count)
            for reviewer, count in sorted(load.items(), key=lambda item: (-item[1], item[0]))
        ),
        people=context.services.reviewers.names(staff.program),
    )


@routes.post(
    "/admin/reviews",
    summary="Open a review of an entry",
    responses=responses(good={200: "The review already exists", 201: "Review opened"}, refused=POSTING),
    operation_id="openReview",
)
def open_review(body: Annotated[OpeningBody, Body()]) -> Response[OpenedReview]:
    """Open one review of a kind for an entry. Running it again only assigns it to `to` where nobody has it.

    Raises NotFound where the member has no such entry, or was erased; NotAuthorized in one's own case; Conflict for an
    entry that cannot be revoked, and where `to` may not decide it.
    """
    context, event = request_context(routes), (body.source, body.id)
    staff, now, services = context.staff, context.now, context.services
    authorize(staff, "open", member=body.member)
    entries = services.ledger(None).entries(staff.program, body.member)
    entry = next((entry for entry in entries if entry.key == event), None)
    if entry is None or not services.people.known(staff.program, body.member):
        raise NotFound(Message("admin.no_such_entry"))
    if why := reversal_refusal(entry.activity):
        raise Conflict(why)
    because, by = (Message("reviews.requested"),), staff.subject
    review = entry_review(
        body.kind, staff.program, body.member, event, because=because, now=now, opened_by=by, reason=body.reason
    )
    if body.to:
        existing = next(iter(services.reviews.find(staff.program, [(review.member, review.id)])), review)
        if body.to not in services.colleagues.of(existing):
            raise Conflict(Message("reviews.to_no_reviewer"))
        if services.colleagues.is_own(body.to, existing):
            raise Conflict(Message("reviews.to_own_case"))
        if services.colleagues.has_opened(body.to, existing):
            raise Conflict(Message("reviews.to_whoever_opens"))
    again = not services.reviews.open(review)
    review = get_review(staff, review.address, services.reviews)
    if body.to and review.status == "open" and review.assigned_to is None:
        services.reviews.assign(review, body.to, by=staff.subject, at=now)
        review = get_review(staff, review.address, services.reviews)
    opened = OpenedReview(
        id=review.address,
        kind=review.kind,
        member=review.member,
        opened_at=review.created_at,
        opened_by=review.opened_by,
        assigned_to=review.assigned_to,
        again=again,
    )
    return created(opened, again=again)


@routes.get(
    "/admin/reviews/<review>",
    summary="Show a review with everything it is decided by",
    responses=responses(good={200: "The review"}, refused=ONE),
    operation_id="showReview",
)
def show_review(review: Address) -> ReviewDetail:
    """Return a review. Raises NotFound where the program has no such review, or no longer."""
    context = request_context(routes)
    staff, services = context.staff, context.services
    authorize(staff, "read")
    found = get_review(staff, review, services.reviews)
    effects = consequences(found)
    entry, attributes = _entry(context, found)
    why_not = _why_not(context, found)
    draft = None
    if found.kind == "publication" and staff.role == role_to_decide(found):
        draft = services.publications.draft(found.program, found.summary["digest"])
    # Which id is to be linked is shown to those who decide it.
    hidden = HIDDEN if staff.role == role_to_decide(found) else HIDDEN | REMOVED_ONCE_DECIDED
    return ReviewDetail(
        review=review_summary(found, staff, context.now, services.rosters),
        status=found.status,
        summary={name: text for name, text in found.summary.items() if found.kind != "link" or name not in hidden},
        facts=found.facts,
        effects=effects,
        decided=DecisionView.of(found.decided) if found.decided else None,
        entry=entry,
        verdict=_verdict(context, found),
        draft=draft,
        badges=_badges(context) if found.kind in JUDGED else (),
        attributes=attributes if found.kind not in JUDGED and "change" in effects else {},
        why_not=why_not,
        waits_for=tuple(services.colleagues.free(found)) if why_not and found.status == "open" else (),
        people=services.reviewers.names(found.program),
    )


def _entry(context: RequestContext, review: Review) -> tuple[Statement | None, Mapping[str, Plain]]:
    """Return the entry that a review is about as its member reads it, and its attributes as they can be corrected."""
    if review.event is None:
        return None, {}
    services = context.services
    raised = {dispute.key: dispute for dispute in services.disputes.of(review.program, review.member)}
    recorded = services.ledger(None).entries(review.program, review.member)
    about = [entry for entry in recorded if entry.key == review.event]
    amendments = Amendments.among(each.activity for each in recorded)
    entry = next(iter(statements(about, amendments, raised, version=context.version)), None)
    if entry is None or entry.source in {LADDER, ROTATION}:
        return entry, {}
    current = amendments.applied(about[0].activity).attributes
    return entry, {name: value for name, value in current.items() if name not in TEXT_ATTRIBUTES}


def _verdict(context: RequestContext, review: Review) -> VerdictView | None:
    if review.kind not in JUDGED:
        return None
    result = context.services.verdicts.existing(review.program, review.member).get(review.subject)
    if result is None:
        return None
    proposal = result.verdict
    return VerdictView(
        badge=proposal.badge if proposal else None,
        confidence=proposal.confidence if proposal else None,
        evidence=proposal.evidence if proposal else (),
        rationale=proposal.rationale if proposal else "",
        model=result.model,
        prompt=result.prompt,
        because=result.decision.because,
        at=result.at,
    )


def _badges(context: RequestContext) -> tuple[GrantableBadge, ...]:
    judged = context.services.compiled(context.staff.program).rulebook.judged
    return tuple(GrantableBadge(key=badge.key, name=badge.name, criteria=badge.criteria) for badge in judged)


def _why_not(context: RequestContext, review: Review) -> Message | None:
    """Return why the reader may not decide the review; None where they may."""
    try:
        authorize(context.staff, "decide")
        context.services.colleagues.explain_own_team(context.staff, review)
        authorize_review(context.staff, "decide", review)
        context.services.colleagues.refuse_opener(context.staff, review)
    except NotAuthorized as refused:
        why: Message = refused.args[0]
        return why
    return None


@routes.post(
    "/admin/reviews/<review>/assignment",
    summary="Assign a review",
    responses=responses(good={200: "Who has the review now"}, refused=POSTING),
    operation_id="assignReview",
)
def assign_review(review: Address, body: Annotated[AssignmentBody, Body()]) -> Assignment:
    """Assign a review, with a record in the audit: to oneself, to whoever has the fewest, or to nobody.

    It keeps nobody else from deciding it. Running it again changes nothing: with "fewest", whoever has it keeps it.
    Raises Conflict where it is decided, or somebody else assigned it at the same moment.
    """
    context = request_context(routes)
    staff, services = context.staff, context.services
    authorize(staff, "assign")
    found = get_review(staff, review, services.reviews)
    if body.to == "me":
        services.colleagues.explain_own_team(staff, found)
    authorize_review(staff, "decide" if body.to == "me" else "assign", found)
    if body.to == "me":
        services.colleagues.refuse_opener(staff, found)
    if found.status != "open":
        raise Conflict(Message("reviews.is_closed"))
    assignee = staff.subject if body.to == "me" else None
    if body.to == "fewest":
        assignee = found.assigned_to
        if assignee is None:
            load = Counter(waiting.assigned_to for waiting in services.reviews.waiting(staff.program))
            free = services.colleagues.free(found)
            if not free:
                raise Conflict(Message("reviews.nobody_else_may_decide"))
            assignee = min(free, key=lambda reviewer: (load[reviewer], reviewer))
    if assignee != found.assigned_to and not services.reviews.assign(found, assignee, by=staff.subject, at=context.now):
        raise Conflict(Message("reviews.changed_at_same_moment"))
    return Assignment(id=found.address, assigned_to=assignee)


@routes.post(
    "/admin/reviews/<review>/decision",
    summary="Approve, change or reject a review of a member",
    responses=responses(good={200: "The same was decided before", 201: "Decided"}, refused=POSTING),
    operation_id="decideReview",
)
def post_decision(review: Address, body: Annotated[DecisionBody, Body()]) -> Response[DecisionResult]:
    context = request_context(routes)
    staff, services = context.staff, context.services
    authorize(staff, "decide")
    found = get_review(staff, review, services.reviews)
    services.colleagues.explain_own_team(staff, found)
    services.colleagues.refuse_opener(staff, found)
    result = decide_review(
        staff,
        review,
        body.terms,
        body.reason,
        now=context.now,
        current=lambda: services.compiled(staff.program),
        version=context.version,
        reviews=services.reviews,
        ledger=services.ledger(None),
        queue=services.activities,
    )
    if found.kind == "erasure" and body.decision == "approve":
        erase_decided(context, found.member, found.summary["reason"], about={"opened_by": str(found.opened_by)})
    return created(result, again=result.again)
