"""Write units of a night in the steady state: the real adapters on the emulator's DynamoDB, as it bills them."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from infra.local.emulator import Emulator, emulator
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table
from ladder.domain.programs.program import Program
from ladder.usage import Usage
from tests.bench.bench_nights import BenchNights, fair_program, nights_from, settled, steady_program
from tests.bench.rows import at_most

MEMBERS = 4_096
NIGHTS = 4
UNCOUNTED = 2  # the first settles every date that is copied, the second is one for good measure
COPIED = timedelta(days=20)  # a night looks at no rotation that is older


def write_units_a_night(of: Callable[[], Program]) -> float:
    """What a night's acts write, its claim by the tick included, per agent and night."""
    runner, first = settled(MEMBERS, of())
    with emulator() as aws:
        usage = Usage()
        moved = _in_dynamodb(runner, first, aws, usage)
        for night in nights_from(first, UNCOUNTED):
            moved.play(night)
        before = usage.write_units
        for night in nights_from(first + timedelta(days=UNCOUNTED), NIGHTS):
            moved.play(night)
        return (usage.write_units - before) / NIGHTS / MEMBERS


def _in_dynamodb(runner: BenchNights, first: date, aws: Emulator, usage: Usage) -> BenchNights:
    """The same program on tables: its program, roster, history as far as it is known, and its last weeks' rotations."""
    table = Table(aws.client("dynamodb"), create(aws, "programs"), usage)
    stores: dict[str, Any] = {
        "programs": DynamoPrograms(table),
        "rotations": DynamoRotations(table, audit=create(aws, "audit")),
        "assignments": DynamoAssignments(table),
        "histories": DynamoHistories(table),
    }
    same: dict[str, Any] = {"program": runner.program, "platform": runner.platform, "executions": runner.executions}
    source: Any = runner.figures
    moved = BenchNights(members=runner.members, skipped=frozenset(), **same, **stores)
    moved.source = source
    runner.figures.recorded_in(moved.histories, runner.program, night=first - timedelta(days=1))
    for rotation in runner.rotations.between(runner.program.key, first - COPIED, first):
        moved.rotations.claim(rotation, instead_of=None)
        assignment = runner.assignments.load(runner.program.key, rotation.claim.rotation)
        moved.assignments.save(rotation.claim, assignment)
    return moved


def create(aws: Emulator, name: str) -> str:
    aws.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


for rules, metrics in (
    (steady_program, "3 metrics"),
    (fair_program, "3 metrics, one at the usual mix of 3 contact types"),
):
    at_most(
        0.05,
        "write units per agent and night",
        f"DynamoDB writes at {MEMBERS:,} agents, {metrics} (one category of three a night, nights 63 to 66)",
    )(partial(write_units_a_night, rules))
