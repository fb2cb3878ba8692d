"""The appointments Lambda: ledger entries change appointments, a schedule reminds of them, replies by mail answer."""

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from appointments.announce import Teller, announce
from appointments.receive_reply import ReceivedReply, receive_reply
from appointments.remind import remind
from appointments.settings import Settings
from appointments.update import update
from ladder.adapters.aws import aws_session
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.entry_messages import MemberEntry, read_entry_message
from ladder.adapters.invitation_mail import read_reply_mail
from ladder.adapters.ses_receipts import read_receipt
from ladder.adapters.sqs import SqsActivities
from ladder.domain.activities.activity import Activity, Key
from ladder.domain.errors import MemberErased, Rejected
from ladder.settings import from_env
from ladder.usage import Usage

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
queue = SqsActivities(session.create_client("sqs"), settings.activities_queue_url)
store_cache = StoreCache()


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    service = AppointmentService(usage)
    if any(record.get("EventSource") == "aws:sns" for record in event.get("Records", ())):  # mail
        return {"answered": service.receive(event["Records"])}
    if "Records" not in event:
        reminded = service.remind(lambda: context.get_remaining_time_in_millis() / 1000)
        logger.info("reminded", reminded=reminded, usage=asdict(usage))
        return {"reminded": reminded}
    failed = process(event["Records"], service.take)
    logger.info("updated", changed=service.changed, told=service.told, failed=len(failed), usage=asdict(usage))
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
    """Serves one invocation, and counts the appointments that it changed and the notifications that it put."""

    def __init__(self, usage: Usage) -> None:
        self._members = MemberStores(
            members=Table(dynamodb, settings.members_table, usage),
            programs=Table(dynamodb, settings.programs_table, usage),
            audit=settings.audit_table,
            cache=store_cache,
        )
        self._appointments = DynamoAppointments(self._members.members)
        now, table = datetime.now(UTC), self._members.members
        self._teller = Teller(DynamoOutbox(table), DynamoPreferences(table), now)
        self.changed = self.told = 0

    def remind(self, time_left: Callable[[], float]) -> int:
        return remind(
            programs=self._members.published,
            current=self._members.program,
            appointments=self._appointments,
            teller=self._teller,
            time_left=time_left,
        )

    def receive(self, records: list[dict[str, Any]]) -> int:
        """Return how many mails were answers. What is none is dropped, and its sender hears nothing."""
        answered = 0
        for record in records:
            try:
                mail = read_receipt(record)
                sender, reply = read_reply_mail(mail.raw)
                receive_reply(
                    ReceivedReply(sender=sender, reply=reply, is_proven=mail.is_proven, received_at=mail.received_at),
                    current=self._members.program,
                    find=lambda program, member: store_cache.slots.member(program, member, self._members.published),
                    appointments=self._appointments,
                    queue=queue,
                )
            except Rejected as why:
                logger.warning("no answer to an invitation", why=str(why))
                continue
            answered += 1
        return answered

    def take(self, member_entry: MemberEntry) -> None:
        key, member, entry = member_entry
        program = self._members.program(key)
        updated = update(
            entry.activity,
            program=program,
            member=member,
            find=partial(self._find, key, member),
            appointments=self._appointments,
            queue=queue,
            now=self._teller.now,
        )
        if updated is not None:
            self.changed += updated.before != updated.after
            self.told += announce(
                updated.after, program=program, member=member, appointments=self._appointments, teller=self._teller
            )

    def _find(self, program: str, member: str, event: Key) -> Activity | None:
        known = self._members.ledger().find(program, member, [event]).get(event)
        return known.activity if known else None
