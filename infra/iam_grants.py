"""Grants of single actions on tables and buckets."""

from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.function import Function
from infra.nag_suppressions import accept_wildcard

MEMBER_ACTIONS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem")
"""Everything that changing a member's ledger takes; only erasure deletes."""


def grant_items(function: Function, table: dynamodb.ITable, *actions: str) -> None:
    """Grant actions on the table alone: the grants of CDK's own table include every index, present and future."""
    _allow(function, actions, table.table_arn)


def grant_index(function: Function, table: dynamodb.ITable, index: str) -> None:
    _allow(function, ("Query",), f"{table.table_arn}/index/{index}")


def _allow(function: Function, actions: tuple[str, ...], resource: str) -> None:
    allowed = [f"dynamodb:{action}" for action in actions]
    function.add_to_role_policy(iam.PolicyStatement(actions=allowed, resources=[resource]))


def grant_objects(
    function: Function, bucket: s3.Bucket, actions: list[str], *, listing: list[str], because: str
) -> None:
    """Grant actions on all objects of a bucket, and listing: without it, S3 answers "denied" for a missing object."""
    for allowed, resource in ((actions, bucket.arn_for_objects("*")), (listing, bucket.bucket_arn)):
        function.add_to_role_policy(iam.PolicyStatement(actions=allowed, resources=[resource]))
    logical_id = Stack.of(bucket).get_logical_id(cast("s3.CfnBucket", bucket.node.default_child))
    accept_wildcard(function.execution_role, f"<{logical_id}.Arn>/*", because=because)
