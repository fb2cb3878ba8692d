"""The publishing Lambda: HTTP routes by which admins change a program."""

import os
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session
from ladder.adapters.cognito import CognitoReviewers
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.programs import DynamoPublications, DynamoWrittenPrograms
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.rosters import DynamoPeople, DynamoRosters
from ladder.adapters.dynamodb.staff import DynamoDecisions, DynamoDeclarations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.settings import YES, from_env
from ladder.usage import Usage
from ladder.web.app import MOST_BYTES, new_app, resolve
from ladder.web.staff import asked_by
from publishing.program_routes import LARGE, routes
from publishing.services import Services
from publishing.settings import Settings

MOST_BYTES_OF_PROGRAMS = 256 * 1024

logger = Logger()
settings = from_env(Settings, os.environ)
usage = Usage()  # of the process: the log shows it growing
store_cache = StoreCache()
app = new_app()
app.include_router(routes)


@cache
def services() -> Services:
    """Make the stores at the first call and keep them: loading AWS's models costs most of a cold start."""
    session = aws_session()
    names = (settings.programs_table, settings.members_table, settings.audit_table)
    dynamodb = session.create_client("dynamodb")
    programs, table, audit = (Table(dynamodb, name, usage) for name in names)
    members = MemberStores(members=table, programs=programs, audit=audit.name, cache=store_cache)
    key = IdentityKey(Secrets(session.create_client("secretsmanager")), settings.identity_secret)
    return Services(
        programs=members.published,
        publications=DynamoPublications(programs, audit=audit.name),
        written=DynamoWrittenPrograms(programs),
        decisions=DynamoDecisions(audit, table),
        people=DynamoPeople(table, members.published),
        logins=DynamoIdentities(table, key=key),
        declarations=DynamoDeclarations(table, audit=audit.name),
        rosters=DynamoRosters(store_cache.slots, members.published),
        reviews=DynamoReviewQueue(table, audit=audit.name, programs=programs.name),
        reviewers=CognitoReviewers(session.create_client("cognito-idp"), settings.user_pool),
        models=settings.models,
        production=settings.production == YES,
        ledger=members.ledger,
        compiled_version=members.compiled_version,
    )


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    has_program = event.get("rawPath", "").endswith(LARGE)
    return resolve(
        app,
        event,
        context,
        request_context=partial(asked_by, services=services),
        logger=logger,
        usage=usage,
        most_bytes=MOST_BYTES_OF_PROGRAMS if has_program else MOST_BYTES,
    )
