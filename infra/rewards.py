"""The rewards function: turns activities into ledger entries."""

from aws_cdk import Duration
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_index, grant_items
from infra.queues import CONSUMER_TIMEOUT
from infra.schedule import Schedule
from infra.storage import DUE
from rewards.settings import Settings

RELEASE = Duration.hours(1)
BATCH_SIZE = 10  # the most that a FIFO queue delivers at once
MAX_CONCURRENCY = 20


class Rewards(Construct):
    """Processes the activities queue, and once an hour held awards that are due.

    Batches fail partially: only the messages that the function names come back. Concurrency is limited at the queue
    and not by reserved concurrency, which would receive messages only to throttle them into the dead-letter queue.
    Twenty at once process a night of 4,000 members in seconds and leave the account's concurrency to others; more
    would only contend for the counter of the program's cap, which is one item.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        activities: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
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
            timeout=CONSUMER_TIMEOUT,
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                activities, batch_size=BATCH_SIZE, report_batch_item_failures=True, max_concurrency=MAX_CONCURRENCY
            )
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, *MEMBER_ACTIONS)
        grant_index(self.function, members, DUE)
        grant_items(self.function, audit, "PutItem")
        activities.grant(self.function, "sqs:SendMessage")
        Schedule(
            self,
            "Release",
            every=RELEASE,
            silent_after=Duration.hours(3),
            function=self.function,
            event={"release": True},
            commons=commons,
        )
