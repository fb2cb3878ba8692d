"""Reviews, over HTTP: what waits for a person, and what they decide."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query

from admin import responses
from admin.api_models import (
    LONGEST_WAIT,
    MEMBER,
    MOST_REVIEWS,
    POSITION,
    REVIEW,
    USUAL_REVIEWS,
    AssignmentBody,
    DecisionBody,
    OpeningBody,
)
from admin.assign_review import Assignment, assign_review
from admin.decide_review import Decision, Rules, decide_review
from admin.open_review import Archive, Opened, open_review
from admin.publish import pause
from admin.services import request_context
from admin.show_review import Shown, show_review
from admin.show_reviews import Assigned, Queue, Wanted, show_reviews
from ladder.domain.reviews.review import Kind
from ladder.web.app import new_routes, placed

routes = new_routes()

Address = Annotated[str, Path(pattern=REVIEW, description="as the queue has it")]


@routes.get(
    "/admin/reviews",
    summary="What waits for a person, oldest first, and how the work is split",
    responses=responses.answers(good={200: "A page of the queue"}),
    operation_id="showReviews",
)
def reviews(
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_REVIEWS, description="reviews of a page")] = USUAL_REVIEWS,
    kind: Annotated[Kind | None, Query(description="of this kind only")] = None,
    member: Annotated[str | None, Query(pattern=MEMBER, description="of this member only")] = None,
    min_age_hours: Annotated[int, Query(ge=0, le=LONGEST_WAIT, description="that have waited so long")] = 0,
    assigned: Annotated[Assigned | None, Query(description="by who has them")] = None,
    after: Annotated[str | None, Query(pattern=POSITION, description="the `next` of the page before")] = None,
) -> Queue:
    visit = request_context(routes)
    wanted = Wanted(limit=limit, kind=kind, member=member, min_age_hours=min_age_hours, assigned=assigned, after=after)
    return show_reviews(visit.staff, wanted, now=visit.now, reviews=visit.desk.reviews)


@routes.post(
    "/admin/reviews",
    summary="Have an entry looked at, or verified by a colleague",
    responses=responses.answers(good={200: "It stood before", 201: "It is in the queue"}, refused=responses.POSTING),
    operation_id="openReview",
)
def opening(body: Annotated[OpeningBody, Body()]) -> Response[Opened]:
    visit = request_context(routes)
    desk = visit.desk
    archive = Archive(people=desk.people, ledger=desk.ledger(None), colleagues=desk.colleagues)
    opened = open_review(visit.staff, body.wish, now=visit.now, archive=archive, reviews=desk.reviews)
    return placed(opened, again=opened.again)


@routes.get(
    "/admin/reviews/<review>",
    summary="Everything that whoever decides it needs to see",
    responses=responses.answers(good={200: "The review"}, refused=responses.ONE),
    operation_id="showReview",
)
def review(review: Address) -> Shown:
    visit = request_context(routes)
    return show_review(
        visit.staff,
        review,
        now=visit.now,
        book=lambda: visit.book,
        reviews=visit.desk.reviews,
        ledger=visit.desk.ledger(None),
        disputes=visit.desk.disputes,
        verdicts=visit.desk.verdicts,
    )


@routes.post(
    "/admin/reviews/<review>/assignment",
    summary="Say who looks at it",
    responses=responses.answers(good={200: "Who looks at it"}, refused=responses.POSTING),
    operation_id="assignReview",
)
def assignment(review: Address, body: Annotated[AssignmentBody, Body()]) -> Assignment:
    visit = request_context(routes)
    return assign_review(
        visit.staff,
        review,
        body.to,
        now=visit.now,
        reviews=visit.desk.reviews,
        colleagues=visit.desk.colleagues,
    )


@routes.post(
    "/admin/reviews/<review>/decision",
    summary="Approve it, change it, or reject it",
    responses=responses.answers(good={200: "It was decided so before", 201: "Decided"}, refused=responses.POSTING),
    operation_id="decideReview",
)
def decision(review: Address, body: Annotated[DecisionBody, Body()]) -> Response[Decision]:
    visit = request_context(routes)
    decided = decide_review(
        visit.staff,
        review,
        body.terms,
        body.reason,
        now=visit.now,
        rules=Rules(current=lambda: visit.book, version=visit.version),
        reviews=visit.desk.reviews,
        ledger=visit.desk.ledger(None),
        queue=visit.desk.activities,
        pause_badge=lambda badge: pause(
            visit.staff,
            "badge",
            badge,
            paused=True,
            reason=body.reason,
            now=visit.now,
            programs=visit.desk.programs,
            publications=visit.desk.publications,
        ),
    )
    return placed(decided, again=decided.again)
