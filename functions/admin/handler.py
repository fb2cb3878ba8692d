"""The admin Lambda: what people decide, over HTTP, and what the clock does about it: chain it, deliver the rest."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from admin import answers
from admin.api_models import (
    LONGEST_WAIT,
    MEMBER,
    MOST_REVIEWS,
    POSITION,
    REVIEW,
    USUAL_REVIEWS,
    AssignmentBody,
    DecisionBody,
)
from admin.assign_review import Assignment, assign_review
from admin.decide_review import Decision, decide_review
from admin.deliver import deliver_the_rest
from admin.seal import seal
from admin.settings import Settings
from admin.show_review import Shown, show_review
from admin.show_reviews import Assigned, Queue, Wanted, show_reviews
from admin.staff import staff
from ladder.adapters.anchors import S3Anchors
from ladder.adapters.aws import backoff
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.members import Kept, Members
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.adapters.secrets import Secrets
from ladder.adapters.sources.secret import Keyring
from ladder.adapters.sqs import SqsActivities
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.reviews.review import Kind
from ladder.domain.reviews.rights import Staff
from ladder.domain.rewards.book import Book
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.app import VISIT, answered, new_app, placed
from ladder.web.claims import Claims

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
kept = Kept()
app = new_app()

Address = Annotated[str, Path(pattern=REVIEW, description="as the queue has it")]


@dataclass(frozen=True, slots=True)
class Ports:
    """What the acts look through."""

    members: Members
    audit: Table
    anchors: S3Anchors
    queue: SqsActivities
    identities: DynamoIdentities
    reviewers: CognitoReviewers

    @property
    def reviews(self) -> DynamoReviewQueue:
        return DynamoReviewQueue(self.members.members, audit=settings.audit_table)

    @property
    def disputes(self) -> DynamoDisputes:
        return DynamoDisputes(self.members.members, audit=settings.audit_table)

    @property
    def verdicts(self) -> DynamoVerdicts:
        return DynamoVerdicts(self.members.members, self.members.programs, audit=settings.audit_table)


@cache
def ports() -> Ports:
    """Made by the first call and kept: loading AWS's models costs more than everything else a start does."""
    import botocore.session  # noqa: PLC0415

    session = botocore.session.get_session()
    dynamodb, keyring = session.create_client("dynamodb"), Keyring(Secrets(session.create_client("secretsmanager")))
    names = (settings.programs_table, settings.members_table, settings.audit_table)
    programs, members, audit = (Table(dynamodb, name, usage) for name in names)
    return Ports(
        members=Members(members=members, programs=programs, audit=settings.audit_table, kept=kept),
        audit=audit,
        anchors=S3Anchors(session.create_client("s3"), settings.anchors_bucket),
        queue=SqsActivities(session.create_client("sqs"), settings.activities_queue_url),
        identities=DynamoIdentities(members, key=lambda: keyring.text(settings.identity_secret)),
        reviewers=CognitoReviewers(session.create_client("cognito-idp"), settings.user_pool),
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks, and when."""

    staff: Staff
    now: datetime

    @property
    def book(self) -> Book:
        return ports().members.book(self.staff.program)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raises Rejected where nobody here knows what is asked."""
    if "requestContext" in event:
        return answered(app, event, context, visiting=_visit, logger=logger, usage=usage)
    for asked, act in BY_THE_CLOCK.items():
        if event.get(asked):
            return act()
    raise Rejected(f"ask for one of {', '.join(BY_THE_CLOCK)}")


@app.get(
    "/admin/reviews",
    summary="What waits for a person, oldest first, and how the work is split",
    responses=answers.answers(good={200: "A page of the queue"}),
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
    visit = _visiting()
    wanted = Wanted(limit=limit, kind=kind, member=member, min_age_hours=min_age_hours, assigned=assigned, after=after)
    return show_reviews(visit.staff, wanted, now=visit.now, reviews=ports().reviews)


@app.get(
    "/admin/reviews/<review>",
    summary="Everything that whoever decides it needs to see",
    responses=answers.answers(good={200: "The review"}, refused=answers.ONE),
    operation_id="showReview",
)
def review(review: Address) -> Shown:
    visit = _visiting()
    return show_review(
        visit.staff,
        review,
        now=visit.now,
        book=lambda: visit.book,
        reviews=ports().reviews,
        ledger=ports().members.ledger(),
        disputes=ports().disputes,
        verdicts=ports().verdicts,
    )


@app.post(
    "/admin/reviews/<review>/assignment",
    summary="Say who looks at it",
    responses=answers.answers(good={200: "Who looks at it"}, refused=answers.POSTING),
    operation_id="assignReview",
)
def assignment(review: Address, body: Annotated[AssignmentBody, Body()]) -> Assignment:
    return assign_review(
        _visiting().staff,
        review,
        body.to,
        reviews=ports().reviews,
        reviewers=ports().reviewers,
        logins=ports().identities,
    )


@app.post(
    "/admin/reviews/<review>/decision",
    summary="Approve it, change it, or reject it",
    responses=answers.answers(good={200: "It was decided so before", 201: "Decided"}, refused=answers.POSTING),
    operation_id="decideReview",
)
def decision(review: Address, body: Annotated[DecisionBody, Body()]) -> Response[Decision]:
    visit = _visiting()
    decided = decide_review(
        visit.staff,
        review,
        body.terms,
        body.reason,
        now=visit.now,
        badges=lambda: {each.key for each in visit.book.rulebook.judged},
        reviews=ports().reviews,
        queue=ports().queue,
    )
    return placed(decided, again=decided.again)


def _visiting() -> Visit:
    visit: Visit = app.context[VISIT]
    return visit


def _visit(claims: Claims) -> Visit:
    now = datetime.now(UTC)
    return Visit(staff(claims, now=now, logins=ports().identities), now)


def _look_after() -> dict[str, Any]:
    """What was decided takes effect, and is chained; where the one fails, the other is done all the same."""
    try:
        delivered = deliver_the_rest(programs=ports().members.published, reviews=ports().reviews, queue=ports().queue)
    finally:
        sealed = _seal()
    return {**sealed, "delivered": delivered}


def _seal() -> dict[str, Any]:
    """A program that could not be sealed fails the call: it is asked again, and an alarm hears of it."""
    sealed = seal(
        programs=ports().members.published,
        audit=DynamoAudit(ports().audit),
        anchors=ports().anchors,
        now=datetime.now(UTC),
        pause=backoff,
    )
    told = {"seals": sealed.seals, "records": sealed.records, "anchored": sealed.anchored}
    logger.info("sealed", told=told, failed=sealed.failed, usage=usage.as_dict())
    if sealed.failed:
        raise Unavailable(f"not sealed: {', '.join(sealed.failed)}")
    return told


BY_THE_CLOCK: Mapping[str, Callable[[], dict[str, Any]]] = {"seal": _look_after}
