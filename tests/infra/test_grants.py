"""What the end-to-end tests hold every call of a function against: whether its role allows it, by the template."""

from typing import Any

import pytest

from tests.builders.granted_calls import Call, denied, uses
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")
NAMES = ("Programs", "Members", "Audit")


def logical(template: Template) -> dict[str, str]:
    tables = template.all("DynamoDB::Table")
    return {name: next(each for each in tables if each.startswith(f"Storage{name}")) for name in NAMES}


def refused(template: Template, *calls: Call) -> list[tuple[str, str]]:
    found = denied(uses(calls, logical(template)), {"Resources": template.resources})
    return [(use.action, use.resource.rstrip("0123456789ABCDEF")) for use in found]


def dynamodb(function: str, operation: str, **request: Any) -> Call:
    return function, "dynamodb", operation, request


def test_a_call_is_allowed_on_the_table_that_its_function_was_granted_and_on_no_other(template: Template) -> None:
    export = dynamodb("admin", "BatchGetItem", RequestItems={"Programs": {}, "Members": {}})
    assert refused(template, export) == []
    other = dynamodb("ingestion", "BatchGetItem", RequestItems={"Programs": {}, "Members": {}})
    assert [action for action, _ in refused(template, other)] == ["dynamodb:BatchGetItem"]


def test_an_index_is_no_table(template: Template) -> None:
    assert refused(template, dynamodb("rewards", "Query", TableName="Members", IndexName="Due")) == []
    assert len(refused(template, dynamodb("rewards", "Query", TableName="Members", IndexName="Reviews"))) == 1


def test_a_transaction_asks_for_the_action_of_each_of_its_items(template: Template) -> None:
    items = [{"Put": {"TableName": "Audit"}}, {"Delete": {"TableName": "Members"}}]
    assert refused(template, dynamodb("admin", "TransactWriteItems", TransactItems=items)) == []
    found = refused(template, dynamodb("rewards", "TransactWriteItems", TransactItems=items))
    assert [action for action, _ in found] == ["dynamodb:DeleteItem"]


@pytest.mark.parametrize(
    ("secret", "allowed"),
    [
        ("ladder/dev/academy/sources/lms", True),
        ("ladder/dev/bank/platform", False),
        ("ladder/prod/academy/sources/lms", False),
        ("another/secret", False),
        ("ladder", False),
    ],
)
def test_a_secret_is_granted_by_environment_and_purpose(template: Template, secret: str, *, allowed: bool) -> None:
    read = ("ingestion", "secretsmanager", "GetSecretValue", {"SecretId": secret})
    assert (refused(template, read) == []) == allowed
