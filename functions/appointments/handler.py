"""The appointments Lambda: new entries of the ledger change members' appointments; a schedule reminds of them."""

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from appointments.settings import Settings
from appointments.update import update
from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.entry_messages import MemberEntry, read_entry_message
from ladder.adapters.sqs import SqsActivities
from ladder.domain.activities.activity import Activity, Key
from ladder.domain.errors import MemberErased
from ladder.settings import from_env
from ladder.usage import Usage

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
queue = SqsActivities(session.create_client("sqs"), settings.activities_queue_url)
store_cache = StoreCache()


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    usage = Usage()
    service = AppointmentService(usage)
    failed = process(event["Records"], service.take)
    logger.info("updated", changed=service.changed, failed=len(failed), usage=asdict(usage))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def process(records: list[dict[str, Any]], take: Callable[[MemberEntry], None]) -> list[str]:
    """Return the ids of the messages that must come again; one message's error delays no other's."""
    failed = list[str]()
    for record in records:
        try:
            for entry in read_entry_message(record["body"]):
                take(entry)
        except MemberErased:
            continue
        except Exception as error:
            logger.exception("an entry waits", message_id=record["messageId"], exc_info=error)
            failed.append(record["messageId"])
    return failed


class AppointmentService:
    """Serves one invocation, and counts the appointments that it changed."""

    def __init__(self, usage: Usage) -> None:
        self._members = MemberStores(
            members=Table(dynamodb, settings.members_table, usage),
            programs=Table(dynamodb, settings.programs_table, usage),
            audit=settings.audit_table,
            cache=store_cache,
        )
        self.changed = 0

    def take(self, member_entry: MemberEntry) -> None:
        program, member, entry = member_entry
        updated = update(
            entry.activity,
            program=self._members.program(program),
            member=member,
            find=partial(self._find, program, member),
            appointments=DynamoAppointments(self._members.members),
            queue=queue,
            now=datetime.now(UTC),
        )
        self.changed += updated is not None and updated.before != updated.after

    def _find(self, program: str, member: str, event: Key) -> Activity | None:
        known = self._members.ledger().find(program, member, [event]).get(event)
        return known.activity if known else None
