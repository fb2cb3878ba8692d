"""DynamoDB busy, down, in conflict, or with its answer lost: tried again, or Unavailable, and nothing lost."""

import math
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.table import Table
from ladder.domain.challenges.rotation import Launch
from ladder.domain.errors import Superseded, Unavailable
from tests.builders.full_program import DAY, NOW, PROGRAM, claim, day_of, program, roster, rotation, row, standing
from tests.builders.stores import EMULATED, Tables
from tests.fakes.faulty_client import Fault, Faulty, answer_lost, cancelled, passed_on, refused, sent_twice

THROTTLED = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]
FIRST, NEXT = claim(), claim(revision=2)

type Act = Callable[[Table, str], object]  # told the table and the name of the audit table

ACTS: dict[str, Act] = {
    "publish": lambda table, audit: DynamoPrograms(table).publish(program()),
    "enrol": lambda table, audit: DynamoPrograms(table).enrol(PROGRAM, roster(3)),
    "record": lambda table, audit: DynamoHistories(table).record(PROGRAM, DAY, {"AHT": day_of(row(400))}),
    "save": lambda table, audit: DynamoAssignments(table).save(FIRST, {"AHT_SPRINT": standing(3)}),
    "fix_budgets": lambda table, audit: DynamoAssignments(table).fix_budgets(PROGRAM, DAY, [7] * 5_000),
    "save_outcomes": lambda table, audit: DynamoAssignments(table).save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": b"\6"}),
    "save_miss_streaks": lambda table, audit: DynamoAssignments(table).save_miss_streaks(
        PROGRAM, DAY, {"AHT_SPRINT": b"\3"}
    ),
    "claim": lambda table, audit: DynamoRotations(table).claim(rotation(FIRST), instead_of=None),
    "revise": lambda table, audit: DynamoRotations(table).claim(rotation(NEXT), instead_of=FIRST),
    "advance": lambda table, audit: DynamoRotations(table).advance(rotation(FIRST, step="collected")),
    "record_launch": lambda table, audit: DynamoRotations(table).record_launch(FIRST, "A#1", Launch(state="intent")),
    "activate": lambda table, audit: DynamoRotations(table, audit=audit).activate(FIRST, at=NOW),
}
NEEDS_A_CLAIM = {"revise", "advance", "record_launch", "activate"}
every_act = pytest.mark.parametrize("name", ACTS)


def prepared(tables: Tables, name: str) -> Act:
    if name in NEEDS_A_CLAIM:
        DynamoRotations(tables.table()).claim(rotation(FIRST), instead_of=None)
    return ACTS[name]


def items(tables: Tables) -> list[Any]:
    """Everything stored, but for what differs from claim to claim."""
    found = [item for name in (tables.programs, tables.audit) for item in tables.client.scan(TableName=name)["Items"]]
    return sorted(({**item, "nonce": None} for item in found), key=lambda item: str((item["pk"], item["sk"])))


def writes(tables: Tables, *faults: Fault) -> Faulty:
    """Faults that meet writes only: reads are passed on."""
    return _WritesOnly(tables.client, *faults)


class _WritesOnly(Faulty):
    def __getattr__(self, operation: str) -> Any:
        return getattr(self.client, operation) if operation in {"get_item", "query"} else super().__getattr__(operation)


@every_act
@pytest.mark.parametrize("code", THROTTLED)
def test_throttling_is_unavailable_and_the_act_works_when_it_is_tried_again(
    tables: Tables, name: str, code: str
) -> None:
    act = prepared(tables, name)
    with pytest.raises(Unavailable):
        act(tables.table(Faulty(tables.client, refused(code))), tables.audit)
    act(tables.table(), tables.audit)


@every_act
def test_a_server_that_fails_is_unavailable(tables: Tables, name: str) -> None:
    act = prepared(tables, name)
    with pytest.raises(Unavailable):
        act(tables.table(writes(tables, refused("InternalServerError", status=500))), tables.audit)


@every_act
def test_an_error_that_nobody_expects_stays_what_it_is(tables: Tables, name: str) -> None:
    act = prepared(tables, name)
    with pytest.raises(ClientError, match="ValidationException"):
        act(tables.table(writes(tables, refused("ValidationException"))), tables.audit)


@every_act
def test_a_write_that_the_sdk_sent_twice_counts_once(tables: Tables, name: str) -> None:
    """Without the token that makes the SDK's own repetition of a transaction harmless."""
    act = prepared(tables, name)
    with suppress(Unavailable) if name == "enrol" else nullcontext():  # which finds itself overtaken, by itself
        assert act(tables.table(writes(tables, sent_twice)), tables.audit) is not False
    once = items(tables)
    if name not in {"publish", "claim", "revise"}:  # which are new acts when they are repeated
        act(tables.table(), tables.audit)
    assert items(tables) == once


@every_act
def test_a_write_whose_answer_was_lost_is_done_and_its_repetition_finds_it_so(tables: Tables, name: str) -> None:
    act = prepared(tables, name)
    with pytest.raises(Unavailable):
        act(tables.table(writes(tables, answer_lost)), tables.audit)
    once = items(tables)
    if name != "publish":  # publishing again is another version
        act(tables.table(), tables.audit)
    assert items(tables) == once


@every_act
def test_a_conflict_is_waited_out(tables: Tables, name: str) -> None:
    act = prepared(tables, name)
    conflicts = [refused("TransactionConflictException"), cancelled("TransactionConflict", "None")]
    faulty = writes(tables, *conflicts)
    act(tables.table(faulty), tables.audit)
    assert not faulty.faults


@every_act
def test_a_conflict_for_ever_ends_as_unavailable_after_a_bounded_number_of_calls(tables: Tables, name: str) -> None:
    act = prepared(tables, name)
    faulty = writes(tables, *[cancelled("None", "TransactionConflict")] * (ATTEMPTS + 1))
    with pytest.raises(Unavailable):
        act(tables.table(faulty), tables.audit)
    assert faulty.calls.total() == ATTEMPTS


def test_a_throttled_part_of_a_transaction_is_unavailable(tables: Tables) -> None:
    for reason in ("ThrottlingError", "ProvisionedThroughputExceeded"):
        with pytest.raises(Unavailable):
            DynamoPrograms(tables.table(writes(tables, cancelled("None", reason)))).publish(program())


def test_a_function_without_an_audit_table_cannot_activate(tables: Tables) -> None:
    rotations = DynamoRotations(tables.table())
    rotations.claim(rotation(FIRST), instead_of=None)
    with pytest.raises(RuntimeError, match="audit table"):
        rotations.activate(FIRST, at=NOW)
    assert rotations.pointer(PROGRAM) is None


def test_a_claim_made_and_lost_to_the_network_is_still_the_same_claim(tables: Tables) -> None:
    rotations = DynamoRotations(tables.table(Faulty(tables.client, sent_twice)))
    assert rotations.claim(rotation(FIRST), instead_of=None)
    rotations = DynamoRotations(tables.table(Faulty(tables.client, sent_twice)))
    assert rotations.claim(rotation(claim(attempt=2)), instead_of=FIRST)
    rotations = DynamoRotations(tables.table(Faulty(tables.client, sent_twice)))
    assert rotations.claim(rotation(NEXT), instead_of=claim(attempt=2))


def test_a_roster_cut_off_between_two_blocks_is_whole_after_the_next_try(tables: Tables) -> None:
    whole = roster(5_000)
    faulty = writes(tables, passed_on, refused("ThrottlingException"))
    with pytest.raises(Unavailable):
        DynamoPrograms(tables.table(faulty)).enrol(PROGRAM, whole)
    assert DynamoPrograms(tables.table()).roster(PROGRAM) == whole[:4_096]
    DynamoPrograms(tables.table()).enrol(PROGRAM, whole)
    assert DynamoPrograms(tables.table()).roster(PROGRAM) == whole


def test_only_operations_that_leave_nothing_unprocessed_are_used(tables: Tables) -> None:
    faulty = Faulty(tables.client)
    for act in ACTS.values():
        with suppress(Superseded):
            act(tables.table(faulty), tables.audit)
    assert set(faulty.calls) == {"get_item", "query", "put_item", "update_item", "transact_write_items"}


@EMULATED
def test_written_units_are_counted_by_the_kilobyte(tables: Tables) -> None:
    """On MiniStack, as moto counts one unit a write, whatever its size."""
    DynamoAssignments(tables.table()).save(FIRST, {"AHT_SPRINT": standing(4_096)})
    stored = tables.client.scan(TableName=tables.programs)["Items"][0]["standings"]["M"]["AHT_SPRINT"]["M"]
    assert tables.usage.write_units == math.ceil((len(stored["columns"]["B"]) + 120) / 1024)
    assert tables.usage.read_units > 0


def test_a_refused_write_is_counted_too(tables: Tables) -> None:
    rotations = DynamoRotations(tables.table())
    rotations.claim(rotation(FIRST), instead_of=None)
    before = tables.usage.write_units
    rotations.claim(rotation(FIRST), instead_of=None)
    assert tables.usage.write_units == before + 1


def test_a_history_of_several_megabytes_is_read_page_by_page(tables: Tables) -> None:
    histories = DynamoHistories(tables.table())
    noise = np.random.default_rng(1)
    metrics = {metric: day_of(noise.random(4_096, dtype=np.float32)) for metric in "ABCD"}
    for distance in range(40):
        histories.record(PROGRAM, DAY + timedelta(days=distance), metrics)
    faulty = Faulty(tables.client)
    last = DAY + timedelta(days=39)
    history = DynamoHistories(tables.table(faulty)).load(
        PROGRAM, first=DAY, last=last, members=4_096, metrics=tuple("ABCD")
    )
    assert faulty.calls["query"] > 1
    assert (history.columns["D"].values == metrics["D"].values).all()
