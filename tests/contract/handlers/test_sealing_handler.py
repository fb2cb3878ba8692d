"""The sealing function's handler, as the clock calls it."""

import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.audit import audited, exchange_keys
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.table import encode
from ladder.domain.errors import Rejected, Unavailable
from tests.builders.audit_chain import PROGRAM, record
from tests.builders.planning import program
from tests.builders.stores import EMULATED, Tables

pytestmark = EMULATED

CONTEXT: Any = SimpleNamespace(
    function_name="sealing", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="1"
)
NUMBERS = count()


@pytest.fixture
def handler(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    bucket = f"sealing-{next(NUMBERS)}"
    aws.client("s3").create_bucket(Bucket=bucket)
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_AUDIT_TABLE": tables.audit,
        "LADDER_ANCHORS_BUCKET": bucket,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    DynamoPrograms(tables.table()).publish(program(key=PROGRAM))
    tables.table().write(audited(record(1), tables.audit))
    monkeypatch.delitem(sys.modules, "sealing.handler", raising=False)
    yield importlib.import_module("sealing.handler")
    sys.modules.pop("sealing.handler", None)


def test_the_clock_has_everything_sealed_and_anchored(handler: ModuleType) -> None:
    told = {"seals": 1, "records": 1, "anchored": 1}
    assert handler.handler({"seal": True}, CONTEXT) == told


@pytest.mark.parametrize("event", [{}, {"seal": False}, {"deliver": True}])
def test_what_nobody_knows_is_rejected(handler: ModuleType, event: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="not the schedule's"):
        handler.handler(event, CONTEXT)


def test_the_first_call_of_a_day_finds_what_is_not_as_it_was_left(
    handler: ModuleType, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler.handler({"seal": True}, CONTEXT)
    changed = {**exchange_keys(record(1).item), "why": "somebody wrote it anew"}
    tables.client.put_item(TableName=tables.audit, Item=encode(changed))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(handler, "datetime", SimpleNamespace(now=tomorrow.astimezone))
    with pytest.raises(Rejected, match=f"{PROGRAM}: VERDICT#000001 was changed after it was sealed"):
        handler.handler({"seal": True}, CONTEXT)


def test_a_program_that_could_not_be_sealed_fails_the_call(
    handler: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> bool:
        raise Unavailable("S3 is down")

    _, _, anchors = handler.ports()
    monkeypatch.setattr(anchors, "of_day", down)
    with pytest.raises(Unavailable, match=f"not sealed: {PROGRAM}"):
        handler.handler({"seal": True}, CONTEXT)
