"""Several at once on the real conditions: one wins, or all are kept."""

from contextlib import suppress

import numpy as np
import pytest

from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Superseded, Unavailable
from tests.builders.full_program import DAY, NOW, PROGRAM, claim, day_of, program, rotation, row
from tests.builders.stores import EMULATED, Tables
from tests.builders.threads import at_once
from tests.fakes.faulty_client import Faulty

pytestmark = EMULATED

FIRST = claim()


@pytest.mark.parametrize(
    ("wanted", "instead_of"),
    [(FIRST, None), (claim(attempt=2), FIRST), (claim(revision=2), FIRST)],
    ids=["first", "attempt", "revision"],
)
def test_of_eight_that_claim_at_once_exactly_one_wins(tables: Tables, wanted: Claim, instead_of: Claim | None) -> None:
    rotations = DynamoRotations(tables.table())
    if instead_of is not None:
        rotations.claim(rotation(instead_of), instead_of=None)
    won = at_once(lambda number: rotations.claim(rotation(wanted, actor=f"{number}"), instead_of=instead_of))
    assert sum(won) == 1
    assert rotations.hold(wanted).actor == f"{won.index(True)}"


def test_a_new_attempt_and_a_new_revision_at_once_cannot_both_win(tables: Tables) -> None:
    rotations = DynamoRotations(tables.table())
    rotations.claim(rotation(FIRST), instead_of=None)
    wanted = [claim(attempt=2), claim(revision=2)] * 4
    won = at_once(lambda number: rotations.claim(rotation(wanted[number]), instead_of=FIRST))
    assert sum(won) == 1


def test_eight_activations_at_once_make_one_audit_record_and_none_fails(tables: Tables) -> None:
    rotations = DynamoRotations(tables.table(), audit=tables.audit)
    rotations.claim(rotation(FIRST), instead_of=None)
    at_once(lambda number: rotations.activate(FIRST, at=NOW))
    assert rotations.pointer(PROGRAM) == FIRST.rotation
    assert tables.client.scan(TableName=tables.audit)["Count"] == 1


def test_activating_and_superseding_at_once_leaves_one_truth(tables: Tables) -> None:
    rotations = DynamoRotations(tables.table(), audit=tables.audit)
    rotations.claim(rotation(FIRST), instead_of=None)

    def act(number: int) -> None:
        if number % 2:
            rotations.claim(rotation(claim(revision=2)), instead_of=FIRST)
            return
        with suppress(Superseded):
            rotations.activate(FIRST, at=NOW)

    at_once(act)
    stored = rotations.get(PROGRAM, FIRST.rotation)
    assert stored is not None
    assert stored.superseded
    assert (rotations.pointer(PROGRAM) == FIRST.rotation) == (stored.step == "active")
    assert (tables.audit_record(PROGRAM, FIRST.rotation) is not None) == (stored.step == "active")


def test_corrections_by_several_at_once_are_all_kept(tables: Tables) -> None:
    histories = DynamoHistories(tables.table())

    def record(number: int) -> bool:
        return histories.record(PROGRAM, DAY, {"AHT": day_of(row(*[np.nan] * number, 400 + number))})

    assert all(at_once(record, workers=4))
    history = histories.load(PROGRAM, first=DAY, last=DAY, members=4, metrics=("AHT",))
    assert history.columns["AHT"].values.tolist() == [[400, 401, 402, 403]]


def test_a_recorder_that_loses_every_race_gives_up_as_unavailable(tables: Tables) -> None:
    class Overtaken(Faulty):
        def __getattr__(self, operation: str) -> object:
            if operation == "put_item":
                other = DynamoHistories(tables.table())
                other.record(PROGRAM, DAY, {"QA": day_of(row(float(self.calls.total())))})
            return super().__getattr__(operation)

    with pytest.raises(Unavailable):
        DynamoHistories(tables.table(Overtaken(tables.client))).record(PROGRAM, DAY, {"AHT": day_of(row(400))})


def test_publishers_at_once_get_a_version_each(tables: Tables) -> None:
    programs = DynamoPrograms(tables.table())
    published = at_once(lambda number: programs.publish(program(name=f"{number}")), workers=4)
    assert sorted(each.version for each in published) == [1, 2, 3, 4]
    assert all(programs.version(PROGRAM, each.version) == each for each in published)
    assert programs.current(PROGRAM).version == 4


def test_budgets_proposed_at_once_are_those_of_one(tables: Tables) -> None:
    assignments = DynamoAssignments(tables.table())
    fixed = at_once(lambda number: assignments.fix_budgets(PROGRAM, DAY, [number] * 5_000))
    assert all(each == fixed[0] for each in fixed)
