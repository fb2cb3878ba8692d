"""Who may do what with the items of a table."""

from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.function import Function
from infra.nag_suppressions import accept_wildcard


def grant_items(function: Function, table: dynamodb.ITable, *actions: str) -> None:
    """On the table alone: the grants of CDK's own table would take in every index it has, now and later."""
    _allow(function, actions, table.table_arn)


def grant_index(function: Function, table: dynamodb.ITable, index: str) -> None:
    _allow(function, ("Query",), f"{table.table_arn}/index/{index}")


def _allow(function: Function, actions: tuple[str, ...], resource: str) -> None:
    allowed = [f"dynamodb:{action}" for action in actions]
    function.add_to_role_policy(iam.PolicyStatement(actions=allowed, resources=[resource]))


def grant_files(function: Function, bucket: s3.Bucket) -> None:
    """To read, and to be told that a file is not there: without leave to list, S3 says "denied" of it."""
    for action, resource in (("s3:GetObject", bucket.arn_for_objects("*")), ("s3:ListBucket", bucket.bucket_arn)):
        function.add_to_role_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
    accept_wildcard(
        function.execution_role,
        f"<{Stack.of(bucket).get_logical_id(cast('s3.CfnBucket', bucket.node.default_child))}.Arn>/*",
        because="Programs are published after this is deployed, and each has files of its own.",
    )
