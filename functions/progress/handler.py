"""The progress Lambda: what a member may see of himself and ask for, over HTTP."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.identities import DynamoIdentities, DynamoLinks
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.reviews import DynamoDifficultyReliefs
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.domain.points.compiled import CompiledProgram
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.app import VISIT, answered, new_app, placed
from ladder.web.claims import Claims
from progress import responses
from progress.api_models import MOST_ENTRIES, NEWEST, USUAL_ENTRIES, DisputeBody, OrderBody
from progress.dispute import Disputed, dispute
from progress.me import Me, me
from progress.order import Checkout, Ordered, order
from progress.settings import Settings
from progress.show_catalogue import Catalogue, show_catalogue
from progress.show_ledger import LedgerPage, show_ledger
from progress.show_links import KnownLinks, show_links
from progress.show_progress import Nights, Progress, show_progress

PLACED = {200: "It was there before", 201: "Done"}

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
app = new_app()


@dataclass(frozen=True, slots=True)
class Ports:
    """What the acts look through."""

    programs: Table
    members: MemberStores
    identities: DynamoIdentities
    disputes: DynamoDisputes
    links: DynamoLinks

    def nights(self, program: str) -> Nights:
        return Nights(
            books=lambda version: self.members.compiled_version(program, version),
            rotations=DynamoRotations(self.programs),
            placements=DynamoAssignments(self.programs),
            eases=DynamoDifficultyReliefs(self.members.members),
            slot=lambda program, member: store_cache.slots.slot(program, member, self.members.published),
        )


@cache
def ports() -> Ports:
    """Made by the first call and kept: loading AWS's models costs more than everything else a start does."""
    session = aws_session()
    dynamodb, secrets = session.create_client("dynamodb"), Secrets(session.create_client("secretsmanager"))
    programs, members = (Table(dynamodb, name, usage) for name in (settings.programs_table, settings.members_table))
    identities = DynamoIdentities(members, key=IdentityKey(secrets, settings.identity_secret))
    return Ports(
        programs=programs,
        members=MemberStores(members=members, programs=programs, audit=settings.audit_table, cache=store_cache),
        identities=identities,
        disputes=DynamoDisputes(members, audit=settings.audit_table),
        links=DynamoLinks(members, identities, audit=settings.audit_table),
    )


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: who asks, when, and the book and the ledger of his program."""

    me: Me
    now: datetime
    book: CompiledProgram
    ledger: DynamoLedger


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return answered(app, event, context, visiting=_visit, logger=logger, usage=usage)


@app.get(
    "/members/me/progress",
    summary="Where I stand, what is ahead, and what today still holds",
    responses=responses.answers(good={200: "My progress"}),
    operation_id="showProgress",
)
def progress() -> Progress:
    visit = _visiting()
    return show_progress(
        visit.me,
        now=visit.now,
        book=visit.book,
        ledger=visit.ledger,
        allowances=ports().members.allowances,
        nights=ports().nights(visit.me.program),
        teams=ports().members.teams,
    )


@app.get(
    "/members/me/ledger",
    summary="What happened, what it brought and why, newest first",
    responses=responses.answers(good={200: "A page of my ledger"}),
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
    responses=responses.answers(good=PLACED, refused=responses.POSTING),
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
    return placed(disputed, again=disputed.again)


@app.get(
    "/members/me/catalogue",
    summary="What points can be spent on",
    responses=responses.answers(good={200: "The catalogue"}),
    operation_id="showCatalogue",
)
def catalogue() -> Catalogue:
    visit = _visiting()
    return show_catalogue(visit.me, book=visit.book, ledger=visit.ledger, allowances=ports().members.allowances)


@app.post(
    "/members/me/orders",
    summary="Spend points on an item of the catalogue",
    responses=responses.answers(good=PLACED, refused=responses.POSTING),
    operation_id="placeOrder",
)
def orders(body: Annotated[OrderBody, Body()]) -> Response[Ordered]:
    visit = _visiting()
    counter = Checkout(
        me=visit.me, book=visit.book, ledger=visit.ledger, allowances=ports().members.allowances, now=visit.now
    )
    ordered = order(counter, order=body.order, item=body.item, pause=backoff)
    return placed(ordered, again=ordered.again)


@app.get(
    "/members/me/links",
    summary="By which systems' ids and logins I am known, and since when",
    responses=responses.answers(good={200: "My links, without the ids themselves"}),
    operation_id="showLinks",
)
def links() -> KnownLinks:
    return show_links(_visiting().me, links=ports().links)


def _visiting() -> RequestContext:
    visit: RequestContext = app.context[VISIT]
    return visit


def _visit(claims: Claims) -> RequestContext:
    now = datetime.now(UTC)
    who = me(claims, now=now, logins=ports().identities)
    book = ports().members.compiled(who.program)
    return RequestContext(who, now, book, ports().members.ledger(book.program))
