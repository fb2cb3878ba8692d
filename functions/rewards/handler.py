"""The rewards Lambda: activities from the queue; each hour, held awards that fall due, and what edits give at once."""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ladder.adapters.aws import aws_session, backoff
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.sqs import SqsActivities, read_message
from ladder.domain.activities.activity import Activity
from ladder.settings import from_env
from ladder.usage import Usage
from rewards.batch import BatchProcessor, Received, process
from rewards.look_back import look_back
from rewards.release import release
from rewards.reward import RewardContext, reward
from rewards.settings import Settings
from rewards.teams import update_teams

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
queue = SqsActivities(session.create_client("sqs"), settings.activities_queue_url)
store_cache = StoreCache()


@logger.inject_lambda_context(log_event=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    service = RewardService(_members(usage))

    def time_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    if "Records" not in event:
        return {"released": service.release(), "looked_back": service.look_back(time_left)}
    processor = BatchProcessor(
        read=read_message,
        reward=service.reward,
        quarantine=service.quarantine,
        time_left=time_left,
        count_erased=service.count_erased,
        report=lambda group, error: logger.error("group must wait", group=group, exc_info=error),
    )
    messages = [
        Received(record["messageId"], record["attributes"]["MessageGroupId"], record["body"])
        for record in event["Records"]
    ]
    failed = process(messages, processor)
    logger.info("rewarded", events=service.counts, failed=len(failed), usage=asdict(usage))
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


class RewardService:
    """Serves one invocation, and counts its results."""

    def __init__(self, members: MemberStores) -> None:
        self._members = members
        self.counts = {"entries": 0, "again": 0, "refused": 0, "quarantined": 0, "erased": 0}

    def release(self) -> int:
        now = datetime.now(UTC)
        return release(programs=self._members.published, holds=self._members.holds, queue=queue, now=now)

    def look_back(self, time_left: Callable[[], float]) -> int:
        return look_back(
            programs=self._members.published,
            compiled=self._members.compiled,
            compiled_version=self._members.compiled_version,
            ledger=self._members.ledger,
            look_backs=self._members.look_backs,
            queue=queue,
            now=datetime.now(UTC),
            time_left=time_left,
        )

    def reward(self, program: str, member: str, activities: Sequence[Activity]) -> None:
        compiled = self._members.compiled(program)
        context = RewardContext(
            member=member,
            compiled=compiled,
            compiled_version=lambda version: self._members.compiled_version(program, version),
            ledger=self._members.ledger(compiled),
            allowances=self._members.allowances,
            now=datetime.now(UTC),
        )
        rewarded = reward(context, activities, pause=backoff)
        if compiled.rulebook.teams:
            update_teams(context, rewarded, teams=self._members.teams, queue=queue)
        self.counts["entries"] += len(rewarded.entries)
        self.counts["again"] += rewarded.again
        self.counts["refused"] += rewarded.refused

    def count_erased(self, messages: int) -> None:
        self.counts["erased"] += messages

    def quarantine(self, program: str, member: str, body: str, why: str) -> None:
        logger.warning("message quarantined", why=why)
        self._members.ledger().quarantine(program, member, body, why)
        self.counts["quarantined"] += 1


def _members(usage: Usage) -> MemberStores:
    return MemberStores(
        members=Table(dynamodb, settings.members_table, usage),
        programs=Table(dynamodb, settings.programs_table, usage),
        audit=settings.audit_table,
        cache=store_cache,
    )
