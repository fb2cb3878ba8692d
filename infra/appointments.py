"""The appointments function: members' sessions and deadlines, as their ledgers say, and reminders of them."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from appointments.settings import REMIND_MINUTES, Settings
from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_index, grant_items
from infra.queues import CONSUMER_TIMEOUT
from infra.schedule import Schedule
from infra.storage import DUE

BATCH_SIZE = 10
MAX_CONCURRENCY = 5
REPLIES_TO = "calendar"  # the local part of the address that answers go to


class Appointments(Construct):
    """Processes the queue of new ledger entries, and every five minutes reminders that are due.

    A schedule that looks at an index, and no schedule of its own for each reminder: the moment stands in the same item
    as the appointment, so no move, cancellation or erasure leaves a reminder behind.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, commons: Commons, entries: sqs.IQueue, activities: sqs.IQueue
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="appointments",
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
                entries, batch_size=BATCH_SIZE, report_batch_item_failures=True, max_concurrency=MAX_CONCURRENCY
            )
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, *MEMBER_ACTIONS)
        grant_index(self.function, members, DUE)
        activities.grant(self.function, "sqs:SendMessage")
        Schedule(
            self,
            "Remind",
            every=Duration.minutes(REMIND_MINUTES),
            silent_after=Duration.hours(1),
            function=self.function,
            event={"remind": True},
            commons=commons,
        )
        if commons.environment.reply_domain:
            self._receive_replies(commons.environment.reply_domain, commons)

    def _receive_replies(self, domain: str, commons: Commons) -> None:
        """Receive mail to calendar@<domain>, and pass it to the function; somebody activates the rule set once.

        An account has one active rule set in a region, so a stack must not activate its own.
        """
        ours = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        service = iam.ServicePrincipal("ses.amazonaws.com", conditions=ours)
        key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=commons.environment.removal_policy)
        key.grant(service, "kms:GenerateDataKey", "kms:Decrypt")  # SES may use no key that AWS manages
        topic = sns.Topic(self, "Replies", enforce_ssl=True, master_key=key)
        topic.grant_publish(service)
        rules = ses.ReceiptRuleSet(self, "ReplyRules")
        rules.add_rule(
            "Reply",
            recipients=[f"{REPLIES_TO}@{domain}"],
            scan_enabled=True,
            tls_policy=ses.TlsPolicy.REQUIRE,
            actions=[actions.Sns(topic=topic, encoding=actions.EmailEncoding.BASE64)],
        )
        topic.add_subscription(subscriptions.LambdaSubscription(self.function, dead_letter_queue=commons.failed_calls))
