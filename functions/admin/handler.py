"""The admin Lambda: what people decide, over HTTP, and what the clock does about it: chain it, deliver the rest."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from admin import member_routes, program_routes, review_routes
from admin.deliver import deliver_the_rest
from admin.open_overdue import open_overdue
from admin.seal import seal, verify_audit_chain
from admin.services import RequestContext, Services
from admin.settings import Settings, read_models
from admin.staff import staff
from ladder.adapters.anchors import S3Anchors
from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.identities import DynamoIdentities, DynamoLinks
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.program_stores import ProgramStores
from ladder.adapters.dynamodb.programs import DynamoPublications
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.rosters import DynamoPeople
from ladder.adapters.dynamodb.staff import DynamoDecisions, DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.adapters.sqs import SqsActivities
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.errors import Rejected, Unavailable
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.app import answered, new_app
from ladder.web.claims import Claims
from ladder.web.request_validation import MOST_BYTES

MOST_BYTES_OF_PROGRAMS = 256 * 1024

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
app = new_app()
for each in (review_routes, program_routes, member_routes):
    app.include_router(each.routes)


@dataclass(frozen=True, slots=True)
class Ports:
    """What the clock looks through, and the desk of whoever asks."""

    members: MemberStores
    audit: Table
    anchors: S3Anchors
    desk: Services


@cache
def ports() -> Ports:
    """Made by the first call and kept: loading AWS's models costs more than everything else a start does."""
    session = aws_session()
    names = (settings.programs_table, settings.members_table, settings.audit_table)
    dynamodb = session.create_client("dynamodb")
    programs, table, audit = (Table(dynamodb, name, usage) for name in names)
    members = MemberStores(members=table, programs=programs, audit=audit.name, cache=store_cache)
    anchors = S3Anchors(session.create_client("s3"), settings.anchors_bucket)
    desk = _desk(session, members, audit)
    return Ports(members, audit, anchors, desk)


def _desk(session: Any, members: MemberStores, audit: Table) -> Services:
    table, programs, stores = members.members, members.programs, ProgramStores(members.programs)
    key = IdentityKey(Secrets(session.create_client("secretsmanager")), settings.identity_secret)
    identities = DynamoIdentities(table, key=key)
    links = DynamoLinks(table, identities, audit=audit.name)
    return Services(
        programs=members.published,
        publications=DynamoPublications(programs, audit=audit.name),
        decisions=DynamoDecisions(audit, table),
        activities=SqsActivities(session.create_client("sqs"), settings.activities_queue_url),
        people=DynamoPeople(table, members.published),
        identities=identities,
        links=links,
        logins=identities,
        declarations=DynamoDeclarations(table, audit=audit.name),
        erasures=DynamoErasures(table, programs),
        reviews=DynamoReviewQueue(table, audit=audit.name, links=links),
        reviewers=CognitoReviewers(session.create_client("cognito-idp"), settings.user_pool),
        disputes=DynamoDisputes(table, audit=audit.name),
        verdicts=DynamoVerdicts(table, audit=audit.name),
        rotations=stores.rotations,
        placements=stores.assignments,
        models=read_models(settings.judge_models),
        executions=cache(lambda: _executions(session)),
        figures=lambda: stores.histories,
        ledger=members.ledger,
        belongings=lambda program: DynamoPersonalData(table, audit, members.ledger(program)),
        current=members.compiled,
        book=members.compiled_version,
        pause=backoff,
    )


def _executions(session: Any) -> StepFunctionsExecutions:
    return StepFunctionsExecutions(session.create_client("stepfunctions"), settings.rotation_machine)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Raises Rejected where nobody here knows what is asked."""
    if "requestContext" in event:
        visiting, most = partial(_visit, time.monotonic()), _most_bytes(event)
        return answered(app, event, context, visiting=visiting, logger=logger, usage=usage, most_bytes=most)
    for asked, act in BY_THE_CLOCK.items():
        if event.get(asked):
            return act()
    raise Rejected(f"ask for one of {', '.join(BY_THE_CLOCK)}")


def _visit(began: float, claims: Claims) -> RequestContext:
    now, desk = datetime.now(UTC), ports().desk
    return RequestContext(
        staff(claims, now=now, logins=desk.logins, declarations=desk.declarations),
        now,
        desk,
        lambda: time.monotonic() - began,
    )


def _most_bytes(event: Mapping[str, Any]) -> int:
    return MOST_BYTES_OF_PROGRAMS if event.get("rawPath", "").endswith(program_routes.LARGE) else MOST_BYTES


def _look_after() -> dict[str, Any]:
    """What was decided takes effect, overdue badges are put in the queue, and all is chained.

    Where one fails, the others are done all the same.
    """
    programs, reviews = ports().members.published, ports().desk.reviews
    try:
        delivered = deliver_the_rest(programs=programs, reviews=reviews, queue=ports().desk.activities)
    finally:
        try:
            opened = open_overdue(programs=programs, reviews=reviews, now=datetime.now(UTC))
        finally:
            sealed = _seal()
    return {**sealed, "delivered": delivered, "opened": opened}


def _seal() -> dict[str, Any]:
    """A program that could not be sealed, or is not as it was left, fails the call: an alarm hears of it."""
    audit, anchors, now = DynamoAudit(ports().audit), ports().anchors, datetime.now(UTC)
    sealed = seal(programs=ports().members.published, audit=audit, anchors=anchors, now=now, pause=backoff)
    told = {"seals": sealed.seals, "records": sealed.records, "anchored": len(sealed.anchored)}
    logger.info("sealed", told=told, failed=sealed.failed, usage=usage.as_dict())
    if sealed.failed:
        raise Unavailable(f"not sealed: {', '.join(sealed.failed)}")
    if broken := verify_audit_chain(sealed.anchored, audit=audit, anchors=anchors, now=now):
        raise Rejected("; ".join(f"{program}: {link}" for program, link in broken.items()))
    return told


BY_THE_CLOCK: Mapping[str, Callable[[], dict[str, Any]]] = {"seal": _look_after}
