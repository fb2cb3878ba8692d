"""The progress Lambda: what a member may see of himself and ask for, over HTTP."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import backoff
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.members import Kept, Members
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.secrets import Secrets
from ladder.adapters.sources.secret import Keyring
from ladder.domain.errors import LadderError
from ladder.domain.rewards.book import Book
from ladder.problem import problem, problem_of
from ladder.settings import from_env
from ladder.usage import Usage
from progress import answers
from progress.api_models import MOST_ENTRIES, NEWEST, USUAL_ENTRIES, DisputeBody, OrderBody
from progress.dispute import Disputed, dispute
from progress.door import content_type, refuse_unreadable, told
from progress.me import Me, me
from progress.order import Counter, Ordered, order
from progress.settings import Settings
from progress.show_catalogue import Catalogue, show_catalogue
from progress.show_ledger import LedgerPage, show_ledger
from progress.show_progress import Nights, Progress, show_progress

PLACED = {200: "It was there before", 201: "Done"}

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
kept = Kept()
app = APIGatewayHttpResolver(enable_validation=True)


@dataclass(frozen=True, slots=True)
class Ports:
    """What the acts look through."""

    programs: Table
    members: Members
    identities: DynamoIdentities
    disputes: DynamoDisputes

    def nights(self, program: str) -> Nights:
        return Nights(
            books=lambda version: self.members.version(program, version),
            rotations=DynamoRotations(self.programs),
            placements=DynamoAssignments(self.programs),
            slot=lambda program, member: kept.slots.slot(program, member, self.members.published),
        )


@cache
def ports() -> Ports:
    """Made by the first call and kept: loading AWS's models costs more than everything else a start does."""
    import botocore.session  # noqa: PLC0415

    session = botocore.session.get_session()
    dynamodb, keyring = session.create_client("dynamodb"), Keyring(Secrets(session.create_client("secretsmanager")))
    programs, members = (Table(dynamodb, name, usage) for name in (settings.programs_table, settings.members_table))
    return Ports(
        programs=programs,
        members=Members(members=members, programs=programs, audit=settings.audit_table, kept=kept),
        identities=DynamoIdentities(members, key=lambda: keyring.text(settings.identity_secret)),
        disputes=DynamoDisputes(members, audit=settings.audit_table),
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: who asks, when, and the book and the ledger of his program."""

    me: Me
    now: datetime
    book: Book
    ledger: DynamoLedger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Who asks comes first: nobody else hears what is wrong with a request."""
    try:
        app.context["visit"] = _visit(event)
        _refuse_unread(event)
        answer = app.resolve(event, context)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is answered, and the same way everywhere
        answer = _problem_of(error)
    finally:
        app.context.clear()
    logger.info("answered", route=event.get("routeKey"), status=answer["statusCode"], usage=usage.as_dict())
    return {**answer, "headers": {**answer["headers"], "cache-control": "no-store"}}


@app.get(
    "/members/me/progress",
    summary="Where I stand, what is ahead, and what today still holds",
    responses=answers.answers(good={200: "My progress"}),
    operation_id="showProgress",
)
def progress() -> Progress:
    visit = _visiting()
    return show_progress(
        visit.me,
        now=visit.now,
        book=visit.book,
        ledger=visit.ledger,
        purse=ports().members.purse,
        nights=ports().nights(visit.me.program),
    )


@app.get(
    "/members/me/ledger",
    summary="What happened, what it brought and why, newest first",
    responses=answers.answers(good={200: "A page of my ledger"}),
    operation_id="showLedger",
)
def ledger(
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES, description="entries of a page")] = USUAL_ENTRIES,
    before: Annotated[int, Query(ge=1, le=NEWEST, description="the `before` of the page before this one")] = NEWEST,
) -> LedgerPage:
    visit = _visiting()
    return show_ledger(
        visit.me,
        limit=limit,
        before=before,
        book=visit.book,
        ledger=visit.ledger,
        quarantine=visit.ledger,
        disputes=ports().disputes,
    )


@app.post(
    "/members/me/disputes",
    summary="Say that an entry is wrong",
    responses=answers.answers(good=PLACED, refused=answers.POSTING),
    operation_id="raiseDispute",
)
def disputes(body: Annotated[DisputeBody, Body()]) -> Response[Disputed]:
    visit = _visiting()
    disputed = dispute(
        visit.me,
        source=body.source,
        event=body.id,
        text=body.text,
        now=visit.now,
        ledger=visit.ledger,
        disputes=ports().disputes,
    )
    return _placed(disputed)


@app.get(
    "/members/me/catalogue",
    summary="What points can be spent on",
    responses=answers.answers(good={200: "The catalogue"}),
    operation_id="showCatalogue",
)
def catalogue() -> Catalogue:
    visit = _visiting()
    return show_catalogue(visit.me, book=visit.book, ledger=visit.ledger, purse=ports().members.purse)


@app.post(
    "/members/me/orders",
    summary="Spend points on an item of the catalogue",
    responses=answers.answers(good=PLACED, refused=answers.POSTING),
    operation_id="placeOrder",
)
def orders(body: Annotated[OrderBody, Body()]) -> Response[Ordered]:
    visit = _visiting()
    counter = Counter(me=visit.me, book=visit.book, ledger=visit.ledger, purse=ports().members.purse, now=visit.now)
    return _placed(order(counter, order=body.order, item=body.item, pause=backoff))


def unprocessable(error: RequestValidationError) -> Response[str]:
    """Says where, and never what was sent."""
    found = [told(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
    return _response(problem(HTTPStatus.UNPROCESSABLE_CONTENT, "; ".join(found)))


def not_found(_: NotFoundError) -> Response[str]:
    return _response(problem(HTTPStatus.NOT_FOUND, "there is nothing here"))


app.exception_handler(RequestValidationError)(unprocessable)
app.exception_handler(NotFoundError)(not_found)


def _visiting() -> Visit:
    visit: Visit = app.context["visit"]
    return visit


def _visit(event: Mapping[str, Any]) -> Visit:
    now, authorizer = datetime.now(UTC), event["requestContext"].get("authorizer") or {}
    who = me(authorizer.get("jwt", {}).get("claims", {}), now=now, logins=ports().identities)
    book = ports().members.book(who.program)
    return Visit(who, now, book, ports().members.ledger(book.program))


def _refuse_unread(event: Mapping[str, Any]) -> None:
    if event["requestContext"]["http"]["method"] == "POST":
        kind = content_type(event.get("headers") or {})
        refuse_unreadable(event.get("body") or "", encoded=bool(event.get("isBase64Encoded")), content_type=kind)


def _placed[Told: (Disputed, Ordered)](told: Told) -> Response[Told]:
    status = HTTPStatus.OK if told.again else HTTPStatus.CREATED
    return Response(status_code=status, content_type="application/json", body=told)


def _problem_of(error: Exception) -> dict[str, Any]:
    if isinstance(error, LadderError):
        logger.warning("refused", why=type(error).__name__)
    else:
        logger.error("failed", exc_info=error)
    answer = problem_of(error)
    if answer["statusCode"] == HTTPStatus.UNAUTHORIZED:
        answer["headers"]["www-authenticate"] = 'Bearer error="invalid_token"'
    return answer


def _response(answer: Mapping[str, Any]) -> Response[str]:
    headers = {name: value for name, value in answer["headers"].items() if name != "content-type"}
    return Response(answer["statusCode"], answer["headers"]["content-type"], answer["body"], headers)
