"""The badges function: evaluates what members did and wrote, with a model where a badge requires it."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from badges.settings import MODEL_REFUSED, Settings
from infra.function import Commons, Function
from infra.iam_grants import MEMBER_ACTIONS, grant_items
from infra.models import DEFAULT, GRANTED
from infra.monitoring import WINDOW
from infra.nag_suppressions import accept_wildcard
from infra.queues import JUDGE_TIMEOUT
from infra.secrets import JUDGE, grant_secrets

BATCH_SIZE = 5
MAX_CONCURRENCY = 5
NAMESPACE = "Ladder"  # of metrics from logs


class Badges(Construct):
    """Evaluates the cases in the queue. Batches fail partially; a message waits while the model or the budget does.

    Five at once: a model answers in seconds, nobody waits for a badge, and all evaluations of a program contend for
    the counter of its daily budget.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
        cases: sqs.IQueue,
        activities: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        programs, members, audit = commons.storage.programs, commons.storage.members, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="badges",
            commons=commons,
            settings=Settings(
                environment=commons.environment.name,
                programs_table=programs.table_name,
                members_table=members.table_name,
                audit_table=audit.table_name,
                activities_queue_url=activities.queue_url,
                judge_model=DEFAULT,
            ),
            memory_size=512,
            timeout=JUDGE_TIMEOUT,
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                cases,
                batch_size=BATCH_SIZE,
                report_batch_item_failures=True,
                max_concurrency=MAX_CONCURRENCY,
            )
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, *MEMBER_ACTIONS)
        grant_items(self.function, audit, "PutItem")
        activities.grant(self.function, "sqs:SendMessage")
        self._grant_models()
        grant_secrets(self.function, JUDGE, environment=commons.environment)
        refused = logs.MetricFilter(
            self,
            "ModelRefused",
            log_group=self.function.log_group,
            filter_pattern=logs.FilterPattern.string_value("$.message", "=", MODEL_REFUSED),
            metric_namespace=NAMESPACE,
            metric_name="ModelRefused",
        )
        commons.monitoring.alarm("ModelRefused", refused.metric(statistic="Sum", period=WINDOW))

    def _grant_models(self) -> None:
        """IAM checks Converse as InvokeModel: on the profile, and on the model in each region that the profile uses.

        A global profile also needs the model's ARN without a region.
        """
        stack, arns = Stack.of(self), dict[str, None]()
        for model in GRANTED:
            arns[_arn(stack, "inference-profile", model.profile)] = None
            for region in (*model.regions, "") if "*" in model.regions else model.regions:
                arns[_arn(stack, "foundation-model", model.foundation, region=region, account="")] = None
        self.function.add_to_role_policy(iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[*arns]))
        for foundation in dict.fromkeys(model.foundation for model in GRANTED if "*" in model.regions):
            accept_wildcard(
                self.function.execution_role,
                f"arn:<AWS::Partition>:bedrock:*::foundation-model/{foundation}",
                because="A global profile forwards a request to any region; it is this one model in each.",
            )


def _arn(stack: Stack, kind: str, name: str, *, region: str | None = None, account: str | None = None) -> str:
    return stack.format_arn(
        service="bedrock",
        region=region,
        account=account,
        resource=kind,
        resource_name=name,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
