"""The badges function: what members did and wrote, judged by a model where a badge asks for it."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from badges.settings import Settings
from infra.function import Commons, Function
from infra.items import grant_items
from infra.models import MODELS
from infra.queues import TIMEOUT_OF_THE_JUDGE
from infra.secrets import JUDGE, grant_secrets

BATCH = 5
AT_ONCE = 5

MEMBERS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")


class Badges(Construct):
    """Judges what the queue holds. A batch fails in part, and a message waits where the model or the budget does.

    Five at once: a model answers in seconds, nobody waits for a badge, and all of a program meet at the counter of
    what its day may cost.
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
        cases: sqs.IQueue,
        activities: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
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
                judge_model=MODELS[0],
            ),
            memory_size=512,
            timeout=TIMEOUT_OF_THE_JUDGE,
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                cases,
                batch_size=BATCH,
                report_batch_item_failures=True,
                max_concurrency=AT_ONCE,
            )
        )
        grant_items(self.function, programs, "GetItem", "Query")
        grant_items(self.function, members, *MEMBERS)
        grant_items(self.function, audit, "PutItem")
        activities.grant(self.function, "sqs:SendMessage")
        self._may_ask()
        grant_secrets(self.function, JUDGE, environment=commons.environment)

    def _may_ask(self) -> None:
        """Converse is an InvokeModel to IAM."""
        models = [_model(self, each) for each in MODELS]
        self.function.add_to_role_policy(iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=models))


def _model(scope: Construct, name: str) -> str:
    return Stack.of(scope).format_arn(
        service="bedrock",
        account="",
        resource="foundation-model",
        resource_name=name,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
