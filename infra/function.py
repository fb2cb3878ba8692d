"""The Lambda base: everything that the functions of a stack have in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.environments import Environment
from infra.monitoring import WINDOW, Monitoring
from infra.nag_suppressions import accept
from infra.storage import Storage
from ladder.settings import to_env

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SHARED = "ladder"
MOST_ERRORS = 3  # a superseded run ends with one, which is expected; a step whose retries all failed leaves five


@dataclass(frozen=True, slots=True, kw_only=True)
class Commons:
    """The constructs and folders that the functions of a stack share.

    `root`: the folder that holds them all and `ladder/`; `failed_calls`: where the events of failed schedules go.
    """

    environment: Environment
    root: Path
    layer: lambda_.ILayerVersion
    storage: Storage
    failed_calls: sqs.IQueue
    monitoring: Monitoring


class Dependencies(lambda_.LayerVersion):
    """One layer for all functions: a change of a function uploads that function only."""

    def __init__(self, scope: Construct, construct_id: str, *, folder: Path, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            code=lambda_.Code.from_asset(str(folder)),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[environment.architecture],
            removal_policy=environment.removal_policy,
        )


class Function(lambda_.Function):
    """One folder of `functions/` as a Lambda function, configured by its own Settings.

    Its role may write to its own log group and nothing else until a construct grants more: AWSLambdaBasicExecutionRole
    may write to every log group of the account. Its code is its folder and the shared package, so that a change of a
    sibling leaves it unchanged. `folder`: its whole code instead, where it needs neither the layer nor what is shared.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        commons: Commons,
        settings: "DataclassInstance",
        memory_size: int,
        timeout: Duration,
        folder: Path | None = None,
    ) -> None:
        environment = commons.environment
        log_group = logs.LogGroup(
            scope, "Logs", retention=environment.log_retention, removal_policy=environment.removal_policy
        )
        self.execution_role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(self.execution_role)
        siblings = {path.name for path in commons.root.iterdir() if path.is_dir()} - {name, SHARED}
        # anchored: in the default GLOB mode a bare name would also drop a folder of that name in `ladder/`
        exclude = [*(f"/{sibling}/" for sibling in sorted(siblings)), "__pycache__/", "*.pyc"]
        shared = lambda_.Code.from_asset(str(commons.root), exclude=exclude, ignore_mode=IgnoreMode.GIT)
        super().__init__(
            scope,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=environment.architecture,
            handler=f"{name}.handler.handler",
            code=lambda_.Code.from_asset(str(folder)) if folder else shared,
            layers=[] if folder else [commons.layer],
            environment={**to_env(settings), "POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_LOG_LEVEL": "INFO"},
            memory_size=memory_size,
            timeout=timeout,
            role=self.execution_role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
        )
        accept(self, "L1", because="Ladder is typed, tested and pinned for Python 3.13; all functions move at once.")
        errors = self.metric_errors(period=WINDOW)
        commons.monitoring.alarm(f"{name.title()}Errors", errors, threshold=MOST_ERRORS)
