"""Columns of single members go after a time; decisions, programs and rosters stay."""

from collections.abc import Callable

import pytest

from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.quarantine import DynamoQuarantine
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table, decode
from tests.builders.full_program import DAY, PROGRAM, claim, day_of, program, roster, rotation, row, standing
from tests.builders.stores import Tables

SOON = 1_800_000_000

WRITES: dict[str, tuple[Callable[[Table], object], bool]] = {
    "HISTORY": (lambda table: DynamoHistories(table).record(PROGRAM, DAY, {"AHT": day_of(row(1, 2))}), True),
    "ASSIGNMENT": (lambda table: DynamoAssignments(table).save(claim(), {"AHT_SPRINT": standing(2)}), True),
    "BUDGET": (lambda table: DynamoAssignments(table).fix_budgets(PROGRAM, DAY, [1, 2]), True),
    "OUTCOME": (lambda table: DynamoAssignments(table).save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": b"\1\2"}), True),
    "RUN": (lambda table: DynamoAssignments(table).save_miss_streaks(PROGRAM, DAY, {"AHT_SPRINT": b"\1\2"}), True),
    "ROTATION": (lambda table: DynamoRotations(table).claim(rotation(claim()), instead_of=None), False),
    "CONFIG": (lambda table: DynamoPrograms(table).publish(program()), False),
    "ROSTER": (lambda table: DynamoPrograms(table).enrol(PROGRAM, roster(2)), False),
}


@pytest.mark.parametrize("kind", WRITES)
def test_what_concerns_single_members_is_kept_for_400_days(kind: str, tables: Tables) -> None:
    write, expires = WRITES[kind]
    write(Table(tables.client, tables.programs, tables.usage, clock=lambda: SOON))
    items = [decode(item) for item in tables.client.scan(TableName=tables.programs)["Items"]]
    written = [item for item in items if item["sk"].startswith(kind)]
    assert written
    assert {item.get("expires_at") for item in written} == {SOON + 400 * 86_400 if expires else None}


@pytest.mark.parametrize(("owner", "until"), [("source:lms", SOON + 400 * 86_400), ("m", None)])
def test_what_a_source_sent_of_nobody_goes_after_400_days_and_a_member_s_with_them(
    owner: str, until: int | None, tables: Tables
) -> None:
    DynamoQuarantine(tables.table(), clock=lambda: SOON).add(PROGRAM, owner, "{}", "unreadable")
    (item,) = [decode(item) for item in tables.client.scan(TableName=tables.programs)["Items"]]
    assert item.get("expires_at") == until
