"""The badges function: what members did and wrote, judged by a model where a badge asks for it."""

from collections.abc import Iterator

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from badges.settings import Settings
from infra.function import Commons, Function
from infra.iam_grants import grant_items
from infra.models import DEFAULT, GRANTED, Model
from infra.nag_suppressions import accept_wildcard
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
                judge_model=DEFAULT,
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
        """Converse is an InvokeModel to IAM: of the profile, and of the model wherever the profile passes it on."""
        arns = dict.fromkeys(arn for model in GRANTED for arn in _arns(self, model))
        self.function.add_to_role_policy(iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[*arns]))
        for foundation in dict.fromkeys(model.foundation for model in GRANTED if "*" in model.regions):
            accept_wildcard(
                self.function.execution_role,
                f"arn:<AWS::Partition>:bedrock:*::foundation-model/{foundation}",
                because="A global profile passes a question on to any region; it is this one model in each.",
            )


def _arns(scope: Construct, model: Model) -> Iterator[str]:
    """A global profile asks for the model without a region as well."""
    stack = Stack.of(scope)
    yield _arn(stack, "inference-profile", model.profile)
    regions = (*model.regions, "") if "*" in model.regions else model.regions
    for region in regions:
        yield _arn(stack, "foundation-model", model.foundation, region=region, account="")


def _arn(stack: Stack, kind: str, name: str, *, region: str | None = None, account: str | None = None) -> str:
    return stack.format_arn(
        service="bedrock",
        region=region,
        account=account,
        resource=kind,
        resource_name=name,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
