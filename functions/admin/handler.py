"""The admin Lambda: HTTP routes for people, and a schedule that delivers their decisions."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from admin import member_routes, program_routes, review_routes, roster_routes
from admin.decide_order import send_remaining_refunds
from admin.decide_review import deliver_remaining
from admin.personal_data import erase_leavers
from admin.review_queue import open_overdue
from admin.services import Services
from admin.settings import Settings
from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.figures_of_today import DynamoFiguresOfToday
from ladder.adapters.dynamodb.fulfilments import DynamoFulfilments
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.programs import DynamoPublications
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.rosters import DynamoPeople, DynamoRosters
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.staff import DynamoDecisions, DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.adapters.sqs import SqsActivities
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.challenges.ports import MemberMetrics
from ladder.domain.errors import Rejected
from ladder.settings import YES, from_env
from ladder.usage import Usage
from ladder.web.app import MOST_BYTES, new_app, resolve
from ladder.web.staff import asked_by

LEAVERS_HOUR = 2  # UTC
MOST_BYTES_OF_FILES = 2_000_000  # a list of members, with its quotes escaped
LONGEST_ERASURE = 120_000  # milliseconds; one that is cut off goes on at the next run

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
app = new_app()
for routes in (review_routes.routes, program_routes.routes, roster_routes.routes, member_routes.routes):
    app.include_router(routes)


@dataclass(frozen=True, slots=True)
class Ports:
    """The stores of the schedule, and the services of requests."""

    members: MemberStores
    services: Services


@cache
def ports() -> Ports:
    """Make the stores at the first call and keep them: loading AWS's models costs most of a cold start."""
    session = aws_session()
    names = (settings.programs_table, settings.members_table, settings.audit_table)
    dynamodb = session.create_client("dynamodb")
    programs, table, audit = (Table(dynamodb, name, usage) for name in names)
    members = MemberStores(members=table, programs=programs, audit=audit.name, cache=store_cache)

    def figures() -> MemberMetrics:
        from ladder.adapters.dynamodb.histories import DynamoHistories  # noqa: PLC0415 - numpy, for exports alone

        return DynamoHistories(programs)

    key = IdentityKey(Secrets(session.create_client("secretsmanager")), settings.identity_secret)
    identities = DynamoIdentities(table, key=key)
    links = DynamoLinks(table, identities, audit=audit.name)
    services = Services(
        programs=members.published,
        publications=DynamoPublications(programs, audit=audit.name),
        decisions=DynamoDecisions(audit, table),
        activities=SqsActivities(session.create_client("sqs"), settings.activities_queue_url),
        people=DynamoPeople(table, members.published),
        identities=identities,
        links=links,
        logins=identities,
        declarations=DynamoDeclarations(table, audit=audit.name),
        rosters=DynamoRosters(store_cache.slots, members.published),
        erasures=DynamoErasures(table, programs),
        reviews=DynamoReviewQueue(table, audit=audit.name, links=links),
        reviewers=CognitoReviewers(session.create_client("cognito-idp"), settings.user_pool),
        disputes=DynamoDisputes(table, audit=audit.name),
        fulfilments=DynamoFulfilments(table, audit=audit.name),
        verdicts=DynamoVerdicts(table, audit=audit.name),
        rotations=DynamoRotations(programs),
        placements=DynamoAssignments(programs),
        production=settings.production == YES,
        executions=cache(
            lambda: StepFunctionsExecutions(session.create_client("stepfunctions"), settings.rotation_machine)
        ),
        figures=figures,
        figures_of_today=DynamoFiguresOfToday(programs),
        ledger=members.ledger,
        personal_data=lambda program: DynamoPersonalData(table, audit, members.ledger(program)),
        compiled=members.compiled,
        compiled_version=members.compiled_version,
        backoff=backoff,
    )
    return Ports(members, services)


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a request, or, on the schedule, deliver decisions, open reviews of overdue badges, and erase leavers.

    Raises Rejected for any other event.
    """
    if "requestContext" in event:
        request_context = partial(asked_by, services=lambda: ports().services)
        has_file = event.get("rawPath", "").endswith(roster_routes.LARGE)
        return resolve(
            app,
            event,
            context,
            request_context=request_context,
            logger=logger,
            usage=usage,
            most_bytes=MOST_BYTES_OF_FILES if has_file else MOST_BYTES,
        )
    if not event.get("deliver"):
        raise Rejected("unknown event: neither a request nor the schedule")
    services, now = ports().services, datetime.now(UTC)
    programs, reviews, queue = ports().members.published, services.reviews, services.activities
    acts = {
        "delivered": partial(deliver_remaining, programs=programs, reviews=reviews, queue=queue),
        "refunded": partial(send_remaining_refunds, programs=programs, fulfilments=services.fulfilments, queue=queue),
        "opened": partial(open_overdue, programs=programs, reviews=reviews, now=now),
    }
    if now.hour == LEAVERS_HOUR or event.get("leavers"):  # four runs a day, which read every roster; or when asked to
        remaining = context.get_remaining_time_in_millis
        acts["erased"] = partial(erase_leavers, services, now=now, time_left=lambda: remaining() > LONGEST_ERASURE)
    done, failed = dict.fromkeys(("delivered", "refunded", "opened", "erased"), 0), list[Exception]()
    for name, act in acts.items():
        try:
            done[name] = act()
        except Exception as error:  # noqa: BLE001 - if one fails, the others are done all the same
            failed.append(error)
    if failed:
        raise failed[0]
    return done
