"""Who may do what with the items of a table."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from infra.function import Function


def grant_items(function: Function, table: dynamodb.ITable, *actions: str) -> None:
    """On the table alone: the grants of CDK's own table would take in every index it has, now and later."""
    _allow(function, actions, table.table_arn)


def grant_index(function: Function, table: dynamodb.ITable, index: str) -> None:
    _allow(function, ("Query",), f"{table.table_arn}/index/{index}")


def _allow(function: Function, actions: tuple[str, ...], resource: str) -> None:
    allowed = [f"dynamodb:{action}" for action in actions]
    function.add_to_role_policy(iam.PolicyStatement(actions=allowed, resources=[resource]))
