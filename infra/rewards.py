"""The rewards function: activities in, entries of the ledger out."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import grant_index, grant_items
from infra.queues import TIMEOUT_OF_THE_CONSUMER
from infra.schedule import Schedule
from infra.storage import DUE
from rewards.settings import Settings

RELEASE = Duration.hours(1)
BATCH = 10  # the most that a FIFO queue hands over
AT_ONCE = 20

MEMBERS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")


class Rewards(Construct):
    """Pays what the queue holds, and once an hour what was held and is due.

    A batch fails in part: what the function names comes back, and only that. How many run at once
    is bounded at the queue and not by reserved concurrency, which would let messages through only to throttle them into
    the dead letters. Twenty work off a night of 4,000 members in seconds and leave the account's concurrency to others;
    more would only meet at the counter of the program's cap, which is one item.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        programs: dynamodb.ITable,
        members: dynamodb.ITable,
        audit: dynamodb.ITable,
        activities: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = Function(
            self,
            "Function",
            name="rewards",
            commons=commons,
            settings=Settings(
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                activities_queue_url=activities.queue_url,
            ),
            memory_size=512,
            timeout=TIMEOUT_OF_THE_CONSUMER,
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                activities, batch_size=BATCH, report_batch_item_failures=True, max_concurrency=AT_ONCE
            )
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, *MEMBERS)
        grant_index(self.function, members, DUE)
        grant_items(self.function, audit, "PutItem")
        activities.grant(self.function, "sqs:SendMessage")

    def release(self, *, failed: sqs.IQueue) -> events.Rule:
        """Looks for held awards whose time has come."""
        event = {"release": True}
        return Schedule(self, "Release", every=RELEASE, function=self.function, event=event, failed=failed)
