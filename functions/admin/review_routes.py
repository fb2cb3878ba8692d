"""HTTP routes of reviews: what waits for a person, and what they decide."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from admin.api_models import (
    LONGEST_WAIT,
    MEMBER,
    MOST_REVIEWS,
    ONE,
    POSITION,
    POSTING,
    REVIEW,
    USUAL_REVIEWS,
    AssignmentBody,
    DecisionBody,
    OpeningBody,
    responses,
)
from admin.decide_review import DecisionResult, decide_review
from admin.review_queue import (
    Assigned,
    Assignment,
    OpenedReview,
    ReviewDetail,
    ReviewFilter,
    ReviewPage,
    assign_review,
    open_review,
    show_review,
    show_reviews,
)
from admin.services import request_context
from admin.versions import pause
from ladder.domain.reviews.review import Kind
from ladder.web.app import created, new_routes

routes = new_routes()

Address = Annotated[str, Path(pattern=REVIEW, description="the review's id, as in the queue")]


@routes.get(
    "/admin/reviews",
    summary="List open reviews, oldest first, and the workload of each reviewer",
    responses=responses(good={200: "A page of the queue"}),
    operation_id="showReviews",
)
def list_reviews(
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_REVIEWS, description="reviews per page")] = USUAL_REVIEWS,
    kind: Annotated[Kind | None, Query(description="only reviews of this kind")] = None,
    member: Annotated[str | None, Query(pattern=MEMBER, description="only reviews of this member")] = None,
    min_age_hours: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="only reviews that waited so long")] = 0,
    assigned: Annotated[Assigned | None, Query(description="only reviews assigned to")] = None,
    after: Annotated[str | None, Query(pattern=POSITION, description="the `next` of the page before")] = None,
) -> ReviewPage:
    context = request_context(routes)
    wanted = ReviewFilter(
        limit=limit, kind=kind, member=member, min_age_hours=min_age_hours, assigned=assigned, after=after
    )
    return show_reviews(context.staff, wanted, now=context.now, reviews=context.services.reviews)


@routes.post(
    "/admin/reviews",
    summary="Open a review of an entry",
    responses=responses(good={200: "The review already exists", 201: "Review opened"}, refused=POSTING),
    operation_id="openReview",
)
def post_review(body: Annotated[OpeningBody, Body()]) -> Response[OpenedReview]:
    context = request_context(routes)
    services = context.services
    opened = open_review(
        context.staff,
        body.request,
        now=context.now,
        people=services.people,
        ledger=services.ledger(None),
        colleagues=services.colleagues,
        reviews=services.reviews,
    )
    return created(opened, again=opened.again)


@routes.get(
    "/admin/reviews/<review>",
    summary="Show a review with everything it is decided by",
    responses=responses(good={200: "The review"}, refused=ONE),
    operation_id="showReview",
)
def get_review(review: Address) -> ReviewDetail:
    context = request_context(routes)
    return show_review(
        context.staff,
        review,
        now=context.now,
        version=context.version,
        reviews=context.services.reviews,
        ledger=context.services.ledger(None),
        disputes=context.services.disputes,
        verdicts=context.services.verdicts,
    )


@routes.post(
    "/admin/reviews/<review>/assignment",
    summary="Assign a review",
    responses=responses(good={200: "Who has the review now"}, refused=POSTING),
    operation_id="assignReview",
)
def post_assignment(review: Address, body: Annotated[AssignmentBody, Body()]) -> Assignment:
    context = request_context(routes)
    return assign_review(
        context.staff,
        review,
        body.to,
        now=context.now,
        reviews=context.services.reviews,
        colleagues=context.services.colleagues,
    )


@routes.post(
    "/admin/reviews/<review>/decision",
    summary="Approve, change or reject",
    responses=responses(good={200: "The same was decided before", 201: "Decided"}, refused=POSTING),
    operation_id="decideReview",
)
def post_decision(review: Address, body: Annotated[DecisionBody, Body()]) -> Response[DecisionResult]:
    context = request_context(routes)
    services = context.services
    result = decide_review(
        context.staff,
        review,
        body.terms,
        body.reason,
        now=context.now,
        current=context.compiled,
        version=context.version,
        reviews=services.reviews,
        ledger=services.ledger(None),
        queue=services.activities,
        pause_badge=lambda badge: pause(
            context.staff,
            "badge",
            badge,
            paused=True,
            reason=body.reason,
            now=context.now,
            programs=services.programs,
            publications=services.publications,
        ),
    )
    return created(result, again=result.again)
