"""The ledger stream: a pipe publishes new ledger entries to a topic, to which each consumer subscribes a queue."""

import json
from collections.abc import Sequence

from aws_cdk import Duration, Names, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.environments import Environment
from infra.function import Commons
from infra.monitoring import WINDOW

MAX_BATCH = 10  # records: the most that a topic takes in one call
RETRIES = 1_000
MAX_AGE = Duration.hours(12)  # of a record that is still retried: it stays in its stream for twelve hours more
EXCLUDED_TYPES = ["calendar.day_off", "ledger.rebuilt"]  # types of entries that nobody judges and nobody hears of
LOST_BADGE = "badge"  # what an entry says in `lost` where it took a badge back, whatever its type
ENTRIES = ("ENTRY#",)
NEWS = ("ENTRY#", "KUDOS#", "PREFERENCES", "FULFILMENT#", "DISPUTE#", "REVIEW#")  # what somebody may hear of
NEW, CHANGED, WRITTEN = ("INSERT",), ("MODIFY",), ("INSERT", "MODIFY")


def _pattern(events: Sequence[str], *prefixes: str, **image: object) -> dict[str, object]:
    key = {"S": [{"prefix": prefix} for prefix in prefixes]}
    return {"eventName": [*events], "dynamodb": {"NewImage": {"sk": key, **image}}}


PIPE_FILTERS = [  # one of them is enough; a pipe has five at most
    _pattern(NEW, *ENTRIES, type={"S": [{"anything-but": EXCLUDED_TYPES}]}),
    _pattern(NEW, *ENTRIES, lost={"S": [LOST_BADGE]}),
    _pattern(WRITTEN, "KUDOS#", "PREFERENCES", "FULFILMENT#"),
    _pattern(CHANGED, "DISPUTE#"),
    _pattern(CHANGED, "REVIEW#", kind={"S": ["verdict"]}, decided_at={"S": [{"exists": True}]}),
]
STREAM_ACTIONS = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")


class LedgerStream(Construct):
    """Publishes each new ledger entry at least once, and of other items what somebody may hear of.

    Both the pipe and each subscription filter: the pipe so that states, holds and reviews are not paid for, the
    subscription because the emulator's pipes have no filters. What the topic refuses is retried for hours, while later
    records wait; then its position in the stream is sent to `failed`, while the stream still has the record
    (docs/badges.md).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        failed: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        stream = commons.storage.members.table_stream_arn
        if stream is None:
            raise ValueError("the members table has no stream")
        self.topic = sns.Topic(
            self, "Topic", enforce_ssl=True, master_key=kms.Alias.from_alias_name(self, "Key", "alias/aws/sns")
        )
        role = _role(self, stream=stream, topic=self.topic, failed=failed)
        pipe = pipes.CfnPipe(
            self,
            "Pipe",
            role_arn=role.role_arn,
            source=stream,
            source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
                dynamo_db_stream_parameters=pipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty(
                    starting_position="TRIM_HORIZON",  # a pipe that is replaced skips no record
                    batch_size=MAX_BATCH,
                    on_partial_batch_item_failure="AUTOMATIC_BISECT",
                    maximum_retry_attempts=RETRIES,
                    maximum_record_age_in_seconds=MAX_AGE.to_seconds(),
                    dead_letter_config=pipes.CfnPipe.DeadLetterConfigProperty(arn=failed.queue_arn),
                ),
                filter_criteria=pipes.CfnPipe.FilterCriteriaProperty(
                    filters=[
                        pipes.CfnPipe.FilterProperty(pattern=json.dumps(chosen, sort_keys=True))
                        for chosen in PIPE_FILTERS
                    ]
                ),
            ),
            target=self.topic.topic_arn,
            log_configuration=pipes.CfnPipe.PipeLogConfigurationProperty(
                cloudwatch_logs_log_destination=pipes.CfnPipe.CloudwatchLogsLogDestinationProperty(
                    log_group_arn=_log(self, commons.environment).log_group_arn
                ),
                level="ERROR",
            ),
        )
        pipe.node.add_dependency(role)
        # a topic that accepted only a part of a batch is a partial failure, and not a failure
        for outcome in ("Failed", "PartiallyFailed", "Timeout"):
            failures = cloudwatch.Metric(
                namespace="AWS/EventBridge/Pipes",
                metric_name=f"Execution{outcome}",
                dimensions_map={"PipeName": pipe.ref},
                statistic="Sum",
                period=WINDOW,
            )
            commons.monitoring.alarm(f"LedgerStream{outcome}", failures)

    def subscribe(
        self,
        queue: sqs.Queue,
        *,
        failed: sqs.IQueue,
        items: Sequence[str] = ENTRIES,
        events: Sequence[str] = NEW,
        lost_badges: bool = False,
    ) -> None:
        """Send records to `queue` as the stream has them, without an envelope; failed deliveries go to `failed`.

        `items`: what their keys begin with. Entries of every type pass: SNS multiplies values by how deep they are
        nested, up to 150. `lost_badges`: only entries that took a badge back.
        """
        wanted = sns.SubscriptionFilter.string_filter(match_prefixes=[*items])
        written = sns.SubscriptionFilter.string_filter(allowlist=[*events])
        chosen = {"sk": _nested(S=sns.FilterOrPolicy.filter(wanted))}
        if lost_badges:
            is_lost = sns.SubscriptionFilter.string_filter(allowlist=[LOST_BADGE])
            chosen["lost"] = _nested(S=sns.FilterOrPolicy.filter(is_lost))
        image = _nested(**chosen)
        subscription = subscriptions.SqsSubscription(
            queue,
            raw_message_delivery=True,
            dead_letter_queue=failed,
            filter_policy_with_message_body={
                "eventName": sns.FilterOrPolicy.filter(written),
                "dynamodb": _nested(NewImage=image),
            },
        )
        self.topic.add_subscription(subscription)


def _log(scope: Construct, environment: Environment) -> logs.LogGroup:
    """Its name has the prefix whose policy lets AWS services write."""
    name = Names.unique_resource_name(scope, max_length=200, separator="-")
    return logs.LogGroup(
        scope,
        "Logs",
        log_group_name=f"/aws/vendedlogs/pipes/{name}",
        retention=environment.log_retention,
        removal_policy=environment.removal_policy,
    )


def _nested(**inner: sns.FilterOrPolicy) -> sns.FilterOrPolicy:
    return sns.FilterOrPolicy.policy(inner)


def _role(scope: Construct, *, stream: str, topic: sns.ITopic, failed: sqs.IQueue) -> iam.Role:
    """Only pipes of this account may assume it: the service acts for other accounts, too."""
    ours = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com", conditions=ours))
    reading = [f"dynamodb:{action}" for action in STREAM_ACTIONS]
    role.add_to_policy(iam.PolicyStatement(actions=reading, resources=[stream]))
    role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]))
    role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[failed.queue_arn]))
    return role
