"""What a function's policy does not allow is refused before it reaches an emulator."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.synthesis import synthesise
from tests.builders.policies import FunctionPolicy

NAMES = {
    "LADDER_PROGRAMS_TABLE": "programs",
    "LADDER_MEMBERS_TABLE": "members",
    "LADDER_AUDIT_TABLE": "audit",
    "LADDER_ACTIVITIES_QUEUE_URL": "http://127.0.0.1/000000000000/activities.fifo",
}
CALLS: dict[str, tuple[str, str, str, Mapping[str, Any]]] = {
    "a table of its own": ("ingestion", "dynamodb", "GetItem", {"TableName": "members"}),
    "a queue of its own": ("ingestion", "sqs", "SendMessageBatch", {"QueueUrl": NAMES["LADDER_ACTIVITIES_QUEUE_URL"]}),
    "an index of its own": ("rewards", "dynamodb", "Query", {"TableName": "members", "IndexName": "Due"}),
    "the transaction of an award": (
        "rewards", "dynamodb", "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "members"}},
                {"Update": {"TableName": "members"}},
                {"ConditionCheck": {"TableName": "members"}},
                {"Put": {"TableName": "audit"}},
            ]
        },
    ),
    "a secret of its purpose": (
        "ingestion", "secretsmanager", "GetSecretValue", {"SecretId": "ladder/dev/academy/sources/lms"},
    ),
    "a model of its list": ("badges", "bedrock-runtime", "Converse", {"modelId": "eu.amazon.nova-2-lite-v1:0"}),
}  # fmt: skip
REFUSED: dict[str, tuple[str, str, str, Mapping[str, Any]]] = {
    "another's table": ("ingestion", "dynamodb", "GetItem", {"TableName": "audit"}),
    "a deletion": ("ingestion", "dynamodb", "DeleteItem", {"TableName": "members"}),
    "a queue of others": ("ingestion", "sqs", "SendMessage", {"QueueUrl": "http://127.0.0.1/000000000000/others"}),
    "an index of others": ("rewards", "dynamodb", "Query", {"TableName": "members", "IndexName": "Reviews"}),
    "an item of a transaction": (
        "rewards", "dynamodb", "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "members"}}, {"Delete": {"TableName": "members"}}]},
    ),
    "a secret of another purpose": (
        "ingestion", "secretsmanager", "GetSecretValue", {"SecretId": "ladder/dev/academy/platform"},
    ),
    "a secret of another environment": (
        "ingestion", "secretsmanager", "GetSecretValue", {"SecretId": "ladder/prod/academy/sources/lms"},
    ),
    "a model of no list": ("badges", "bedrock-runtime", "Converse", {"modelId": "another.model"}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _under_its_own_policy() -> None:
    """No handler runs here."""


def ask(function: str, service: str, operation: str, request: Mapping[str, Any]) -> None:
    FunctionPolicy.of(function, synthesise().template, NAMES).check(service, operation, request)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_a_statement_allows_goes_through(call: str) -> None:
    ask(*CALLS[call])


@pytest.mark.parametrize("call", REFUSED)
def test_a_call_that_no_statement_allows_is_refused(call: str) -> None:
    with pytest.raises(ClientError, match=r"AccessDeniedException.*is not authorized to perform"):
        ask(*REFUSED[call])


def test_no_policy_of_what_is_deployed_has_a_condition_as_neither_emulator_would_evaluate_it() -> None:
    """The keys that sign for a channel are the owner's, and known by their tag alone."""
    statements = (
        statement
        for resource in synthesise().template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    )
    assert [statement["Action"] for statement in statements if "Condition" in statement] == ["kms:Sign"]
