"""The Lambda base: what all functions of the stack have in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environments import Environment
from infra.nag_suppressions import accept
from ladder.settings import to_env

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SHARED = "ladder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commons:
    """What the functions of a stack share; `root` is the folder that holds them all and `ladder/`."""

    environment: Environment
    root: Path
    layer: lambda_.ILayerVersion


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

    Its role may write to its own log group and nothing else until a construct grants more.
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
    ) -> None:
        environment = commons.environment
        log_group = logs.LogGroup(
            scope, "Logs", retention=environment.log_retention, removal_policy=environment.removal_policy
        )
        self.execution_role = _role(scope, log_group=log_group)
        super().__init__(
            scope,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=environment.architecture,
            handler=f"{name}.handler.handler",
            code=_function_code(name, root=commons.root),
            layers=[commons.layer],
            environment={**to_env(settings), "POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_LOG_LEVEL": "INFO"},
            memory_size=memory_size,
            timeout=timeout,
            role=self.execution_role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
        )
        accept(self, "L1", because="Ladder is typed, tested and pinned for Python 3.13; all functions move at once.")


def _role(scope: Construct, *, log_group: logs.LogGroup) -> iam.Role:
    """Create a role instead of AWSLambdaBasicExecutionRole, which may write to every log group of the account."""
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    log_group.grant_write(role)
    return role


def _function_code(name: str, *, root: Path) -> lambda_.Code:
    """Take `name`'s folder and the shared package only, so that a change of a sibling leaves this function unchanged.

    The patterns are anchored: in the default GLOB mode a bare name would also drop a folder of that name in `ladder/`.
    """
    siblings = sorted(path.name for path in root.iterdir() if path.is_dir() and path.name not in {name, SHARED})
    exclude = [*(f"/{sibling}/" for sibling in siblings), "__pycache__/", "*.pyc"]
    return lambda_.Code.from_asset(str(root), exclude=exclude, ignore_mode=IgnoreMode.GIT)
