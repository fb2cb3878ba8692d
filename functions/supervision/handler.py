"""The supervision Lambda: HTTP routes that show a program to those who look after it. It changes nothing."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.fulfilments import DynamoFulfilments
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.night_usage import DynamoNightUsage
from ladder.adapters.dynamodb.orders import DynamoOrders
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.adapters.dynamodb.programs import DynamoPublications, DynamoWrittenPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.staff import DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.waiting_reviews import DynamoWaitingReviews
from ladder.domain.challenges.ports import MemberMetrics
from ladder.settings import from_env
from ladder.usage import Usage
from ladder.web.app import new_app, resolve
from ladder.web.claims import Claims
from supervision import member_routes, program_routes
from supervision.services import RequestContext, Services
from supervision.settings import Settings
from supervision.viewer import viewer

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
app = new_app()
for routes in (program_routes.routes, member_routes.routes):
    app.include_router(routes)


@cache
def services() -> Services:
    """Make the stores at the first call and keep them: loading AWS's models costs most of a cold start."""
    session = aws_session()
    dynamodb = session.create_client("dynamodb")
    names = (settings.programs_table, settings.members_table, settings.audit_table)
    programs, members, audit = (Table(dynamodb, name, usage) for name in names)
    stores = MemberStores(members=members, programs=programs, audit=audit.name, cache=store_cache)
    assignments = DynamoAssignments(programs)

    def figures() -> MemberMetrics:
        from ladder.adapters.dynamodb.histories import DynamoHistories  # noqa: PLC0415 - numpy, for one member's days

        return DynamoHistories(programs)

    return Services(
        programs=stores.published,
        rotations=DynamoRotations(programs),
        assignments=assignments,
        placements=assignments,
        figures=figures,
        declarations=DynamoDeclarations(members, audit=audit.name),
        teams=stores.teams,
        orders=DynamoOrders(members),
        waiting=DynamoWaitingReviews(members),
        night_usage=DynamoNightUsage(programs, members),
        audit=DynamoAudit(audit),
        staff=lambda program: CognitoReviewers(session.create_client("cognito-idp"), settings.user_pool).names(program),
        salt=lambda program, member: (members.get(keys.member(program, member), keys.SALT) or {}).get("salt"),
        published=DynamoPublications(programs, audit=audit.name),
        fulfilments=DynamoFulfilments(members, audit=settings.audit_table),
        outbox=DynamoOutbox(members),
        written=DynamoWrittenPrograms(programs),
        states=stores.ledger,
        compiled=stores.compiled,
        compiled_version=stores.compiled_version,
    )


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return resolve(app, event, context, request_context=request_context, logger=logger, usage=usage)


def request_context(claims: Claims) -> RequestContext:
    now = datetime.now(UTC)
    return RequestContext(viewer(claims, now=now), now, services())
