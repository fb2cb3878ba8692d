"""The metric files that a program may be measured by."""

from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.findings import accept_wildcard
from infra.function import Function


def grant_files(function: Function, bucket: s3.Bucket) -> None:
    """To read, and to be told that a file is not there: without leave to list, S3 says "denied" of it."""
    for action, resource in (("s3:GetObject", bucket.arn_for_objects("*")), ("s3:ListBucket", bucket.bucket_arn)):
        function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
    accept_wildcard(
        function.execution_role,
        f"<{Stack.of(bucket).get_logical_id(cast('s3.CfnBucket', bucket.node.default_child))}.Arn>/*",
        because="Programs are published after this is deployed, and each has files of its own.",
    )
