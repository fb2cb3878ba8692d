"""The stores that tests run on twice: as fakes in memory, and as the adapters on tables of an emulated DynamoDB."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.figures_of_today import DynamoFiguresOfToday
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table, decode, encode
from ladder.domain.challenges.ports import Assignments, Histories, MemberMetrics, MemberStandings, Rotations
from ladder.domain.programs.ports import Programs
from ladder.usage import Usage
from tests.fakes import MemoryAssignments, MemoryHistories, MemoryPrograms, MemoryRotations
from tests.fakes.figures_of_today import MemoryFiguresOfToday

EMULATED = pytest.mark.emulator  # needs MiniStack, as several write at once

BEGAN = time.time()
NUMBERS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    programs: Programs
    histories: Histories
    assignments: Assignments
    rotations: Rotations
    figures: MemberMetrics  # as `histories` has them
    placements: MemberStandings  # as `assignments` has them
    today: DynamoFiguresOfToday | MemoryFiguresOfToday
    audit_record: Callable[[str, str], Mapping[str, Any] | None]  # of a program's rotation


@dataclass(frozen=True, slots=True)
class Tables:
    """Two empty tables, and what their use has cost."""

    client: Any
    programs: str
    audit: str
    usage: Usage

    def table(self, client: Any = None) -> Table:
        """What is written twice expires at one moment, however slow the machine is."""
        return Table(client or self.client, self.programs, self.usage, pause=lambda tries: None, clock=lambda: BEGAN)

    def audit_record(self, program: str, rotation: str) -> Mapping[str, Any] | None:
        key = encode({"pk": program, "sk": f"ROTATION#{rotation}"})
        found = self.client.get_item(TableName=self.audit, Key=key).get("Item")
        return {name: value for name, value in decode(found).items() if name not in {"pk", "sk"}} if found else None


def in_memory_stores() -> Stores:
    rotations, histories, assignments = MemoryRotations(), MemoryHistories(), MemoryAssignments()
    return Stores(
        programs=MemoryPrograms(),
        histories=histories,
        assignments=assignments,
        rotations=rotations,
        figures=histories,
        placements=assignments,
        today=MemoryFiguresOfToday(),
        audit_record=lambda program, rotation: rotations.audit.get((program, rotation)),
    )


def dynamodb_stores(tables: Tables) -> Stores:
    table = tables.table()
    return Stores(
        programs=DynamoPrograms(table),
        histories=DynamoHistories(table),
        assignments=DynamoAssignments(table),
        rotations=DynamoRotations(table, audit=tables.audit),
        figures=DynamoHistories(table),
        placements=DynamoAssignments(table),
        today=DynamoFiguresOfToday(table),
        audit_record=tables.audit_record,
    )


def create_table(client: Any, name: str) -> str:
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def audit_table(client: Any, name: str) -> str:
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk", "at")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByTime",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
