"""The badges function as it is deployed, on an emulated AWS whose Bedrock is the fake model."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.emulator import emulator
from infra.local.fake_model import FakeLLM
from ladder.adapters.case_messages import read_case_message
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.table import Table, decode
from ladder.domain.activities.activity import Activity, without_text
from ladder.domain.points.apply import evaluate
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from ladder.usage import Usage
from tests.builders.case_messages import POST
from tests.builders.judged_badges import NOW

CONTEXT = SimpleNamespace(
    function_name="badges",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda",
    aws_request_id="r-1",
    get_remaining_time_in_millis=lambda: 120_000,
)
NAMES = ("programs", "members", "audit")


@dataclass(slots=True)
class DeployedBadges:
    module: Any
    aws: Any
    queue: str
    model: FakeLLM
    bank: Program

    def bring(self, **changed: Any) -> list[str]:
        """Ids of what must come again, of a post; its entry is in the ledger already, if none of its id was."""
        body = json.dumps({**POST, **changed})
        ((_, member, written),) = read_case_message(body)
        self.record(without_text(written), member=member)
        return self.brings(body)

    def record(self, *done: Activity, member: str = "m1") -> None:
        """As rewards do it."""
        service = self.module.EvaluationService(Usage())
        ledger = service._members.ledger(self.bank)
        for each in done:
            before, known = ledger.load("academy", member, [each.key])
            if not known:
                after, entries = evaluate(compile_program(self.bank), before, [each], allowances={})
                made = LedgerChange(
                    program="academy", member=member, before=before, after=after, entries=entries, due_at=NOW
                )
                ledger.commit(made)

    def brings(self, body: str) -> list[str]:
        answer = self.module.handler({"Records": [{"messageId": "1", "body": body}]}, CONTEXT)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def items(self, table: str, prefix: str) -> list[dict[str, Any]]:
        found = self.aws.client("dynamodb").scan(TableName=table)["Items"]
        return [item for item in map(decode, found) if item["sk"].startswith(prefix)]

    def sent(self) -> list[dict[str, Any]]:
        told = self.aws.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [each for message in told.get("Messages", []) for each in json.loads(message["Body"])["activities"]]


@contextmanager
def deployed_badges(monkeypatch: pytest.MonkeyPatch, bank: Program) -> Iterator[DeployedBadges]:
    """Deploy the function over new tables, with this program published."""
    with FakeLLM() as model, emulator(model_url=model.url) as aws:
        dynamodb = aws.client("dynamodb")
        for name in NAMES:
            dynamodb.create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                BillingMode="PAY_PER_REQUEST",
            )
        queue = aws.client("sqs").create_queue(QueueName="a.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        DynamoPrograms(Table(dynamodb, "programs", Usage())).publish(bank)
        environment = {
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LADDER_ACTIVITIES_QUEUE_URL": queue,
            "LADDER_ENVIRONMENT": "dev",
            "LADDER_JUDGE_MODEL": "eu.amazon.nova-2-lite-v1:0",
            "POWERTOOLS_SERVICE_NAME": "badges",
            **{f"LADDER_{name.upper()}_TABLE": name for name in NAMES},
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop("badges.handler", None)
        yield DeployedBadges(importlib.import_module("badges.handler"), aws, queue, model, bank)
        sys.modules.pop("badges.handler", None)
