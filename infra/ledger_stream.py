"""Deeds: what the ledger has taken in, told to whoever listens. A pipe from its stream, a topic, a queue a listener."""

import json
from collections.abc import Mapping

from aws_cdk import Duration, Names, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.environments import Environment

TOGETHER = 10  # records: the most that a topic takes in one call
RETRIES = 1_000
OLDEST = Duration.hours(12)  # of a record that is still tried: then there are twelve to read it from its stream
# Types of which nobody asks a model: what Ladder itself did, and what takes back or excuses something else.
NO_DEEDS = [
    "badge.granted",
    "calendar.day_off",
    "challenge.completed",
    "entry.reversed",
    "hold.denied",
    "hold.released",
    "hold.upheld",
    "ledger.rebuilt",
    "order.placed",
    "points.granted",
    "team.achieved",
]
READING = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")


class LedgerStream(Construct):
    """Tells of each new entry what it is, once at least, and of nothing else that is written about members.

    Both the pipe and each subscription filter: the pipe so that states, holds and reviews are not paid for, the
    subscription because the emulator's pipes know no filter. What the topic refuses is tried again for some hours;
    then where it stands in the stream is left in `failed`, while the stream still has it (docs/badges.md).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        members: dynamodb.ITable,
        failed: sqs.IQueue,
        environment: Environment,
    ) -> None:
        super().__init__(scope, construct_id)
        stream = members.table_stream_arn
        if stream is None:
            raise ValueError("the table of members has no stream")
        self.topic = sns.Topic(
            self, "Topic", enforce_ssl=True, master_key=kms.Alias.from_alias_name(self, "Key", "alias/aws/sns")
        )
        role = _role(self, stream=stream, topic=self.topic, failed=failed)
        self.pipe = pipes.CfnPipe(
            self,
            "Pipe",
            role_arn=role.role_arn,
            source=stream,
            source_parameters=_new_entries(failed),
            target=self.topic.topic_arn,
            log_configuration=pipes.CfnPipe.PipeLogConfigurationProperty(
                cloudwatch_logs_log_destination=pipes.CfnPipe.CloudwatchLogsLogDestinationProperty(
                    log_group_arn=_log(self, environment).log_group_arn
                ),
                level="ERROR",
            ),
        )
        self.pipe.node.add_dependency(role)

    def tell(self, queue: sqs.Queue, *, failed: sqs.IQueue) -> None:
        """As the stream has it, without an envelope; what cannot be handed over is left in `failed`."""
        subscription = subscriptions.SqsSubscription(
            queue,
            raw_message_delivery=True,
            dead_letter_queue=failed,
            filter_policy_with_message_body=_of_deeds(),
        )
        self.topic.add_subscription(subscription)


def _log(scope: Construct, environment: Environment) -> logs.LogGroup:
    """Under the prefix whose policy lets AWS's own services write."""
    name = Names.unique_resource_name(scope, max_length=200, separator="-")
    return logs.LogGroup(
        scope,
        "Logs",
        log_group_name=f"/aws/vendedlogs/pipes/{name}",
        retention=environment.log_retention,
        removal_policy=environment.removal_policy,
    )


def _new_entries(failed: sqs.IQueue) -> pipes.CfnPipe.PipeSourceParametersProperty:
    """From the oldest record that the stream has: a pipe that is replaced leaves nothing out."""
    pattern = json.dumps(_pattern(), sort_keys=True)
    return pipes.CfnPipe.PipeSourceParametersProperty(
        dynamo_db_stream_parameters=pipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty(
            starting_position="TRIM_HORIZON",
            batch_size=TOGETHER,
            on_partial_batch_item_failure="AUTOMATIC_BISECT",
            maximum_retry_attempts=RETRIES,
            maximum_record_age_in_seconds=OLDEST.to_seconds(),
            dead_letter_config=pipes.CfnPipe.DeadLetterConfigProperty(arn=failed.queue_arn),
        ),
        filter_criteria=pipes.CfnPipe.FilterCriteriaProperty(filters=[pipes.CfnPipe.FilterProperty(pattern=pattern)]),
    )


def _pattern() -> Mapping[str, object]:
    image = {"sk": {"S": [{"prefix": "ENTRY#"}]}, "type": {"S": [{"anything-but": NO_DEEDS}]}}
    return {"eventName": ["INSERT"], "dynamodb": {"NewImage": image}}


def _of_deeds() -> Mapping[str, sns.FilterOrPolicy]:
    """That it is a new entry, and not of which type: SNS multiplies values by how deep they are nested, up to 150."""
    is_entry = sns.SubscriptionFilter.string_filter(match_prefixes=["ENTRY#"])
    image = {"sk": _nested(S=sns.FilterOrPolicy.filter(is_entry))}
    inserted = sns.SubscriptionFilter.string_filter(allowlist=["INSERT"])
    return {"eventName": sns.FilterOrPolicy.filter(inserted), "dynamodb": _nested(NewImage=_nested(**image))}


def _nested(**inner: sns.FilterOrPolicy) -> sns.FilterOrPolicy:
    return sns.FilterOrPolicy.policy(inner)


def _role(scope: Construct, *, stream: str, topic: sns.ITopic, failed: sqs.IQueue) -> iam.Role:
    """For pipes of this account only: the service asks for others, too."""
    ours = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com", conditions=ours))
    reading = [f"dynamodb:{action}" for action in READING]
    role.add_to_policy(iam.PolicyStatement(actions=reading, resources=[stream]))
    role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]))
    role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[failed.queue_arn]))
    return role
