"""Deeds: what the ledger has taken in, told to whoever listens. A pipe from its stream, a topic, a queue a listener."""

import json
from collections.abc import Mapping

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

TOGETHER = 10  # records: the most that a topic takes in one call
# Types of which nobody asks a model: what Ladder itself did, and what takes back or excuses something else.
NO_DEEDS = [
    "badge.granted",
    "calendar.day_off",
    "challenge.completed",
    "entry.reversed",
    "hold.denied",
    "hold.released",
    "ledger.rebuilt",
    "order.placed",
    "points.granted",
    "team.achieved",
]
READING = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")


class Deeds(Construct):
    """Tells of each new entry what it is, once at least, and of nothing else that is written about members.

    Both the pipe and each subscription filter: the pipe so that states, holds and reviews are not paid for, the
    subscription because the emulator's pipes know no filter. What the topic refuses is tried again until the stream
    forgets it, after a day: an alarm is what ends that.
    """

    def __init__(self, scope: Construct, construct_id: str, *, members: dynamodb.ITable) -> None:
        super().__init__(scope, construct_id)
        stream = members.table_stream_arn
        if stream is None:
            raise ValueError("the table of members has no stream")
        self.topic = sns.Topic(
            self, "Topic", enforce_ssl=True, master_key=kms.Alias.from_alias_name(self, "Key", "alias/aws/sns")
        )
        role = _role(self, stream=stream, topic=self.topic)
        self.pipe = pipes.CfnPipe(
            self,
            "Pipe",
            role_arn=role.role_arn,
            source=stream,
            source_parameters=_new_entries(),
            target=self.topic.topic_arn,
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


def _new_entries() -> pipes.CfnPipe.PipeSourceParametersProperty:
    """From the oldest record that the stream has: a pipe that is replaced leaves nothing out."""
    pattern = json.dumps(_pattern(), sort_keys=True)
    return pipes.CfnPipe.PipeSourceParametersProperty(
        dynamo_db_stream_parameters=pipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty(
            starting_position="TRIM_HORIZON",
            batch_size=TOGETHER,
            on_partial_batch_item_failure="AUTOMATIC_BISECT",
        ),
        filter_criteria=pipes.CfnPipe.FilterCriteriaProperty(filters=[pipes.CfnPipe.FilterProperty(pattern=pattern)]),
    )


def _pattern() -> Mapping[str, object]:
    image = {"sk": {"S": [{"prefix": "ENTRY#"}]}, "type": {"S": [{"anything-but": NO_DEEDS}]}}
    return {"eventName": ["INSERT"], "dynamodb": {"NewImage": image}}


def _of_deeds() -> Mapping[str, sns.FilterOrPolicy]:
    """The same, in the words of a subscription."""
    is_entry = sns.SubscriptionFilter.string_filter(match_prefixes=["ENTRY#"])
    is_deed = sns.SubscriptionFilter.string_filter(denylist=NO_DEEDS)
    image = {
        "sk": _nested(S=sns.FilterOrPolicy.filter(is_entry)),
        "type": _nested(S=sns.FilterOrPolicy.filter(is_deed)),
    }
    inserted = sns.SubscriptionFilter.string_filter(allowlist=["INSERT"])
    return {"eventName": sns.FilterOrPolicy.filter(inserted), "dynamodb": _nested(NewImage=_nested(**image))}


def _nested(**inner: sns.FilterOrPolicy) -> sns.FilterOrPolicy:
    return sns.FilterOrPolicy.policy(inner)


def _role(scope: Construct, *, stream: str, topic: sns.ITopic) -> iam.Role:
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("pipes.amazonaws.com"))
    reading = [f"dynamodb:{action}" for action in READING]
    role.add_to_policy(iam.PolicyStatement(actions=reading, resources=[stream]))
    role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn]))
    return role
