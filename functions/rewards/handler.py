"""The rewards Lambda: activities from the queue, and the hour at which held awards fall due."""

import os
from collections.abc import Sequence
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
from rewards.release import release
from rewards.reward import RewardContext, reward, update_team
from rewards.settings import Settings

logger = Logger()
settings = from_env(Settings, os.environ)
session = aws_session()
dynamodb = session.create_client("dynamodb")
queue = SqsActivities(session.create_client("sqs"), settings.activities_queue_url)
store_cache = StoreCache()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    usage = Usage()
    counter = RewardService(_members(usage))
    if "Records" not in event:
        return {"released": counter.release()}
    failed = process([_received(record) for record in event["Records"]], counter.clerk(context))
    logger.info("rewarded", events=counter.told, failed=len(failed), usage=usage.as_dict())
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


class RewardService:
    """Serves one invocation, and counts what came of it."""

    def __init__(self, members: MemberStores) -> None:
        self._members = members
        self.told = {"entries": 0, "again": 0, "refused": 0, "parked": 0, "erased": 0}

    def clerk(self, context: LambdaContext) -> BatchProcessor:
        return BatchProcessor(
            read=read_message,
            give=self._give,
            park=self._park,
            time_left=lambda: context.get_remaining_time_in_millis() / 1000,
            drop=self._drop,
            report=lambda group, error: logger.error("members wait", group=group, exc_info=error),
        )

    def release(self) -> int:
        now = datetime.now(UTC)
        return release(programs=self._members.published, holds=self._members.holds, queue=queue, now=now)

    def _give(self, program: str, member: str, activities: Sequence[Activity]) -> None:
        book = self._members.compiled(program)
        desk = RewardContext(
            member=member,
            book=book,
            books=lambda version: self._members.compiled_version(program, version),
            ledger=self._members.ledger(book.program),
            allowances=self._members.allowances,
            now=datetime.now(UTC),
        )
        rewarded = reward(desk, activities, pause=backoff)
        update_team(desk, rewarded, teams=self._members.teams, queue=queue)
        self.told["entries"] += len(rewarded.entries)
        self.told["again"] += rewarded.again
        self.told["refused"] += rewarded.refused

    def _drop(self, messages: int) -> None:
        self.told["erased"] += messages

    def _park(self, program: str, member: str, body: str, why: str) -> None:
        logger.warning("message set apart", why=why)
        self._members.ledger().quarantine(program, member, body, why)
        self.told["parked"] += 1


def _members(usage: Usage) -> MemberStores:
    return MemberStores(
        members=Table(dynamodb, settings.members_table, usage),
        programs=Table(dynamodb, settings.programs_table, usage),
        audit=settings.audit_table,
        cache=store_cache,
    )


def _received(record: dict[str, Any]) -> Received:
    return Received(record["messageId"], record["attributes"]["MessageGroupId"], record["body"])
