"""The delivery Lambda: notes what changes of members give to say, and sends what is due; a schedule sends the rest."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from delivery.note_changes import NewsServices, note_change
from delivery.remind import ReminderServices, remind
from delivery.send_due import DeliveryServices, send_due
from delivery.settings import CHANNEL_CLOSED, GIVEN_UP, Settings
from ladder.adapters.aws import aws_session, single_try_client
from ladder.adapters.channels import Channels
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.dynamodb.readers import DynamoReaders
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.member_changes import read_member_changes
from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.domain.delivery.notification import OutboxItem
from ladder.domain.delivery.ports import Channel
from ladder.domain.delivery.rules import ChannelRules
from ladder.settings import from_env
from ladder.usage import Usage

SECONDS_FOR_THE_QUEUE = 60.0  # of an invocation with messages, to send: the schedule has the rest of the time

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
vault = ProgramSecrets(Secrets(session.create_client("secretsmanager")), environment=settings.environment)
channels = Channels(vault, cache(partial(single_try_client, session)))
store_cache = StoreCache()


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    service = DeliveryService(usage, time_left=lambda: context.get_remaining_time_in_millis() / 1000)
    failed = list[str]()
    if "Records" in event:
        failed = service.note([(record["messageId"], record["body"]) for record in event["Records"]])
    else:
        service.send_all()
    logger.info("delivered", outcomes=dict(service.counts), failed=len(failed), usage=asdict(usage))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


class DeliveryService:
    """Serves one invocation, with the stores and channels that this function keeps open."""

    def __init__(self, usage: Usage, *, time_left: Callable[[], float]) -> None:
        self._members = MemberStores(
            members=Table(dynamodb, settings.members_table, usage),
            programs=Table(dynamodb, settings.programs_table, usage),
            audit=settings.audit_table,
            cache=store_cache,
        )
        self._time_left = time_left
        self._outbox = DynamoOutbox(self._members.members)
        self.counts = Counter[str]()

    def note(self, messages: list[tuple[str, str]]) -> list[str]:
        """Note what each message gives to say, and send what is due of its programs; return those to come again."""
        failed, programs = list[str](), dict[str, None]()
        for message, body in messages:
            try:
                for changed in read_member_changes(body):
                    program = self._members.program(changed.program)
                    if program.delivery.channels:
                        self.counts["noted"] += note_change(program, changed, self._news_services())
                        programs[program.key] = None
            except Exception:  # whatever it is, only this message waits for it
                logger.exception("a change waits", message_id=message)
                failed.append(message)
        until = time.monotonic() + SECONDS_FOR_THE_QUEUE
        for key in programs:
            self._send(key, lambda: min(self._time_left(), until - time.monotonic()))
        return failed

    def send_all(self) -> None:
        """Put reminders and send what is due, of every program.

        What goes wrong with one delays no other, and is raised at the end.
        """
        failed = list[Exception]()
        for key in self._members.published.keys():  # noqa: SIM118 - a port, not a dict
            try:
                self.remind(key)
                self._send(key, self._time_left)
            except Exception as error:
                logger.exception("a program waits", program=key)
                failed.append(error)
        if failed:
            raise ExceptionGroup("some programs could not be delivered", failed)

    def remind(self, key: str) -> None:
        """Put what the clock brings of a program."""
        program = self._members.program(key)
        if program.delivery.channels:
            services = ReminderServices(
                outbox=self._outbox,
                ledger=self._members.ledger(program),
                rotations=DynamoRotations(self._members.programs),
                assignments=DynamoAssignments(self._members.programs),
                planned=lambda version: self._members.compiled_version(key, version),
                roster=lambda: self._members.published.roster(key),
                now=datetime.now(UTC),
                time_left=lambda: self._time_left() > SECONDS_FOR_THE_QUEUE,
            )
            self.counts["reminded"] += remind(program, services)

    def _send(self, key: str, time_left: Callable[[], float]) -> None:
        program = self._members.program(key)
        if program.delivery.channels:
            self.counts += send_due(program, self._delivery_services(time_left))

    def _news_services(self) -> NewsServices:
        published, slots = self._members.published, store_cache.slots
        return NewsServices(
            outbox=self._outbox,
            preferences=DynamoPreferences(self._members.members),
            texts=lambda program, version: self._members.compiled_version(program, version).texts,
            find=lambda program, member: slots.member(program, member, published),
            teammates=lambda program, team: slots.teammates(program, team, published),
            now=datetime.now(UTC),
        )

    def _delivery_services(self, time_left: Callable[[], float]) -> DeliveryServices:
        return DeliveryServices(
            outbox=self._outbox,
            readers=DynamoReaders(self._members),
            reviews=DynamoReviews(self._members.members),
            open_channel=open_channel,
            clock=lambda: datetime.now(UTC),
            sleep=time.sleep,
            time_left=time_left,
            report=report,
        )


def open_channel(program: str, rules: ChannelRules) -> Channel:
    return channels.open(program, rules.key, kind=rules.kind, options=rules.options)


def report(what: str, item: OutboxItem, error: Exception | None) -> None:
    """Log what operators have to look at: an alarm is set on two of these lines."""
    notification, closed = item.notification, what == CHANNEL_CLOSED
    logger.error(
        what if closed else GIVEN_UP,
        why=what,
        error=error and str(error),
        program=notification.program,
        channel=notification.channel,
        notification=notification.key,
        tries=item.tries,
    )
