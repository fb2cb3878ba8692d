"""The delivery function: says where people work what has happened, on the channels that a program names."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from delivery.settings import CHANNEL_CLOSED, GIVEN_UP, Settings
from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_index, grant_items
from infra.monitoring import WINDOW
from infra.nag_suppressions import accept_wildcard
from infra.queues import DELIVERY_TIMEOUT
from infra.schedule import Schedule
from infra.secrets import CHANNELS, grant_secrets
from infra.storage import BY_SEQUENCE, DUE

BATCH_SIZE = 10
MAX_CONCURRENCY = 2  # a channel takes a message a second: more at once would only wait for their turns
SEND = Duration.minutes(5)
NAMESPACE = "Ladder"  # of metrics from logs
KEY_TAG = "ladder-channels"  # of a key in KMS: the environment whose channels sign with it
CONNECT_ACTIONS = [
    "CreateNotification",
    "DescribeNotification",
    "SearchNotifications",
    "DeleteNotification",
    "TagResource",
]


class Delivery(Construct):
    """Notes what the ledger's stream brings, and sends what is due: with it, and every five minutes.

    A message that no channel took in days, and a channel whose credentials or address no longer work, raise an alarm.
    """

    def __init__(self, scope: Construct, construct_id: str, *, commons: Commons, news: sqs.IQueue) -> None:
        super().__init__(scope, construct_id)
        bus = events.EventBus.from_event_bus_name(self, "Bus", "default")
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="delivery",
            commons=commons,
            settings=Settings(
                environment=commons.environment.name,
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
            ),
            memory_size=512,
            timeout=DELIVERY_TIMEOUT,
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                news, batch_size=BATCH_SIZE, report_batch_item_failures=True, max_concurrency=MAX_CONCURRENCY
            )
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, *MEMBER_ACTIONS)
        grant_index(self.function, members, DUE)
        grant_index(self.function, members, BY_SEQUENCE)
        bus.grant_put_events_to(self.function)
        grant_secrets(self.function, CHANNELS, environment=commons.environment)
        self._grant_channels_of_aws()
        self._grant_signing(commons.environment.name)
        Schedule(
            self,
            "Send",
            every=SEND,
            silent_after=Duration.minutes(30),
            function=self.function,
            event={"send": True},
            commons=commons,
        )
        for name, line in (("MessageGivenUp", GIVEN_UP), ("ChannelClosed", CHANNEL_CLOSED)):
            found = logs.MetricFilter(
                self,
                name,
                log_group=self.function.log_group,
                filter_pattern=logs.FilterPattern.string_value("$.message", "=", line),
                metric_namespace=NAMESPACE,
                metric_name=name,
            )
            commons.monitoring.alarm(name, found.metric(statistic="Sum", period=WINDOW))

    def _grant_channels_of_aws(self) -> None:
        """Mail and Amazon Connect are reached by the function's role; programs name identity and instance later."""
        because = "A program is published after this is deployed, and names its own sender, or its own instance."
        stack = Stack.of(self)
        for service, kind, actions in (("ses", "identity", ["SendEmail"]), ("connect", "instance", CONNECT_ACTIONS)):
            arn = stack.format_arn(service=service, resource=kind, resource_name="*")
            allowed = [f"{service}:{action}" for action in actions]
            self.function.add_to_role_policy(iam.PolicyStatement(actions=allowed, resources=[arn]))
            accept_wildcard(
                self.function.execution_role,
                f"arn:<AWS::Partition>:{service}:<AWS::Region>:<AWS::AccountId>:{kind}/*",
                because=because,
            )

    def _grant_signing(self, environment: str) -> None:
        """LTI Advantage signs with a key that its owner makes and tags: no other key of the account can be used."""
        keys = Stack.of(self).format_arn(service="kms", resource="key", resource_name="*")
        self.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["kms:Sign"],
                resources=[keys],
                conditions={"StringEquals": {f"aws:ResourceTag/{KEY_TAG}": environment}},
            )
        )
        accept_wildcard(
            self.function.execution_role,
            "arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*",
            because="A channel names its key in a secret, after this is deployed. The key's tag is the condition.",
        )
