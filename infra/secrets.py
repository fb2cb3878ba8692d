"""The secrets of the sources that a program names."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam

from infra.findings import accept_wildcard
from infra.function import Function

SECRETS = "ladder/*"


def grant_secrets(function: Function) -> None:
    """Programs name their secrets after the bundle is deployed, so the grant is for a prefix, not for one secret."""
    secrets = Stack.of(function).format_arn(
        service="secretsmanager", resource="secret", resource_name=SECRETS, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    function.add_to_role_policy(iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secrets]))
    accept_wildcard(
        function.execution_role,
        f"arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:{SECRETS}",
        because="A program names its sources' secrets when it is published, long after this is deployed.",
    )
