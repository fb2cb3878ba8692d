"""The admin function's handler, as the clock calls it."""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.domain.errors import Rejected
from tests.builders.audit_chain import PROGRAM
from tests.builders.judged_badges import CHAMPION
from tests.builders.ledger_stores import stack_tables
from tests.builders.planning import program
from tests.builders.programs import with_values
from tests.builders.stores import EMULATED, Tables

pytestmark = EMULATED

CONTEXT: Any = SimpleNamespace(
    function_name="admin", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="1"
)


@pytest.fixture
def handler(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_MEMBERS_TABLE": stack_tables(tables).members,
        "LADDER_AUDIT_TABLE": tables.audit,
        "LADDER_ACTIVITIES_QUEUE_URL": f"{aws.endpoint}/000000000000/activities.fifo",
        "LADDER_IDENTITY_SECRET": "identity",
        "LADDER_USER_POOL": "people",
        "LADDER_PRODUCTION": "no",
        "LADDER_ROTATION_MACHINE": "arn",
        "LADDER_JUDGE_MODELS": "none=2999-01-01",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    DynamoPrograms(tables.table()).publish(program(key=PROGRAM))
    monkeypatch.delitem(sys.modules, "admin.handler", raising=False)
    yield importlib.import_module("admin.handler")
    sys.modules.pop("admin.handler", None)


def test_the_clock_has_overdue_badges_reviewed_once(handler: ModuleType, tables: Tables) -> None:
    late = program(key=PROGRAM)
    judged = (replace(CHAMPION, review_on=date(2026, 1, 1)),)
    DynamoPrograms(tables.table()).publish(with_values(late, judged=judged))
    assert handler.handler({"deliver": True}, CONTEXT)["opened"] == 1
    ports, later = handler.ports(), datetime.now(UTC) + timedelta(minutes=15)
    assert handler.open_overdue(programs=ports.members.published, reviews=ports.services.reviews, now=later) == 0
    [waiting] = ports.services.reviews.waiting(PROGRAM)
    assert waiting.kind == "badge"


@pytest.mark.parametrize("event", [{}, {"deliver": False}, {"seal": True}])
def test_what_nobody_knows_is_rejected(handler: ModuleType, event: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="neither a request nor the schedule"):
        handler.handler(event, CONTEXT)
