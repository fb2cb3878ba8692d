"""The secrets of programs, of which each function reads those of its purpose, and the stack's own key."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.environments import Environment
from infra.function import Function
from infra.nag_suppressions import accept, accept_wildcard

PLATFORM, SOURCES, JUDGE, CHANNELS, ANSWERS = (
    "*/platform-??????",
    "*/sources/*",
    "*/judge-??????",
    "*/channels/*",
    "*/answers/*",
)  # an ARN ends with six characters
KEY_LENGTH = 64


class IdentityKey(secretsmanager.Secret):
    """The key that raw user ids are hashed with. Kept where data is kept: without it no member can be looked up.

    Its name is generated, and therefore outside `ladder/`, where the secrets of programs are.
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Ladder: the key that raw user ids are hashed with. Never replace it.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=KEY_LENGTH, exclude_punctuation=True
            ),
            removal_policy=environment.removal_policy,
        )
        accept(self, "SMG4", because="With another key every raw id has another hash, and no member would be found.")

    def grant_reading(self, function: Function) -> None:
        read = iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[self.secret_arn])
        function.add_to_role_policy(read)


def grant_secrets(function: Function, purpose: str, *, environment: Environment) -> None:
    """Grant reading every program's secrets of one purpose: programs are published after the stack is deployed.

    An asterisk matches slashes, too, so a source must not have the name of another purpose: the program check refuses
    such a key.
    """
    name = f"ladder/{environment.name}/{purpose}"
    secrets = Stack.of(function).format_arn(
        service="secretsmanager", resource="secret", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    function.add_to_role_policy(iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secrets]))
    accept_wildcard(
        function.execution_role,
        f"arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:{name}",
        because="A program's secrets are stored when it is published, long after this is deployed.",
    )
