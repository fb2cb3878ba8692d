"""A sealer that is killed between any two outside calls, and run again, leaves each record in exactly one seal."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from ladder.domain.audit.seal import MAX_RECORDS, Seal
from ladder.domain.errors import Unavailable
from sealing.seal import Sealed, seal
from tests.builders.audit_chain import NOW, PROGRAM, record, verified
from tests.builders.planning import program
from tests.fakes import MemoryPrograms
from tests.fakes.audit import MemoryAnchors, MemoryAudit
from tests.fakes.fault_injection import Fate, Interposed, Killed, When, lost_answer

PROGRAMS = (PROGRAM, "school")
RECORDS = 2 * MAX_RECORDS + 3


class SealingRunner:
    """Two programs with three batches of records each."""

    def __init__(self, records: int = RECORDS) -> None:
        self.programs, self.audit, self.anchors = MemoryPrograms(), MemoryAudit(), MemoryAnchors()
        for key in PROGRAMS:
            self.programs.publish(program(key=key))
            for number in range(records):
                self.audit.record(record(number, program=key, at=NOW - timedelta(minutes=30, seconds=number)))

    def seal(self, fate: Fate | None = None, *, audit: Any = None, **later: int) -> Sealed:
        fate = fate or Fate()
        return seal(
            programs=Interposed(self.programs, fate),
            audit=Interposed(audit or self.audit, fate),
            anchors=Interposed(self.anchors, fate),
            now=NOW + timedelta(**later),
            pause=lambda tries: None,
        )

    def seals(self, key: str = PROGRAM) -> list[dict[str, Any]]:
        return [item for item in self.audit.items(key) if item["key"].startswith("SEAL#")]

    def holds(self, records: int = RECORDS) -> bool:
        for key in PROGRAMS:
            found = verified(self.audit.items(key), self.anchors.of(key), now=NOW + timedelta(days=2), program=key)
            listed = Counter(name for item in self.seals(key) for name in item["records"])
            if not found.holds or found.unsealed or set(listed.values()) != {1} or len(listed) != records:
                return False
        return True


@cache
def undisturbed() -> tuple[str, ...]:
    fate, runner = Fate(), SealingRunner()
    assert runner.seal(fate) == Sealed(seals=6, records=2 * RECORDS, anchored=PROGRAMS)
    assert runner.holds()
    return tuple(fate.calls)


CALLS = range(len(undisturbed()))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_run_again_each_record_is_in_one_seal(at: int, when: When) -> None:
    runner = SealingRunner()
    with pytest.raises(Killed):
        runner.seal(Fate(at=at, when=when))
    runner.seal(minutes=15)
    assert runner.holds()
    assert {key: runner.anchors.of(key)[-1].n for key in PROGRAMS} == dict.fromkeys(PROGRAMS, 3)


@pytest.mark.parametrize("at", CALLS)
def test_an_answer_lost_at_any_call_changes_nothing(at: int) -> None:
    runner = SealingRunner()
    with suppress(Unavailable):  # where even the programs are not known
        runner.seal(lost_answer(at))
    runner.seal(minutes=15)
    assert runner.holds()


def test_one_program_that_cannot_be_sealed_does_not_keep_the_next_from_it() -> None:
    runner = SealingRunner()
    sealed = runner.seal(lost_answer(1))
    assert (list(sealed.failed), sealed.seals) == ([PROGRAM], 3)


def test_a_program_whose_newest_seal_was_spoiled_does_not_keep_the_next_from_being_sealed() -> None:
    runner = SealingRunner()
    runner.audit.stored[PROGRAM, "SEAL#000000001"] = {"program": PROGRAM, "key": "SEAL#000000001"}
    sealed = runner.seal()
    assert (sealed.failed, sealed.seals) == ({PROGRAM: "KeyError: 'n'"}, 3)


def test_nothing_new_makes_neither_seal_nor_anchor_until_the_next_day() -> None:
    runner = SealingRunner()
    runner.seal()
    assert runner.seal(minutes=15) == Sealed()
    assert runner.seal(days=1) == Sealed(anchored=PROGRAMS)
    assert [anchor.n for anchor in runner.anchors.of(PROGRAM)] == [3, 3]


def test_every_run_that_seals_anchors_its_newest_seal() -> None:
    runner = SealingRunner()
    runner.seal()
    runner.audit.record(record(1_000, at=NOW))
    assert runner.seal(minutes=15) == Sealed(seals=1, records=1, anchored=(PROGRAM,))
    assert [anchor.n for anchor in runner.anchors.of(PROGRAM)] == [3, 4]


@pytest.mark.parametrize("at", range(7))
def test_an_anchor_that_a_killed_run_left_out_is_written_by_the_next(at: int) -> None:
    runner = SealingRunner()
    runner.seal()
    runner.audit.record(record(1_000, at=NOW))
    with pytest.raises(Killed):
        runner.seal(Fate(at=at), minutes=15)
    runner.seal(minutes=30)
    assert [anchor.n for anchor in runner.anchors.of(PROGRAM)] == [3, 4]


def test_a_program_without_a_record_has_neither_seal_nor_anchor() -> None:
    runner = SealingRunner(records=0)
    assert runner.seal() == Sealed()
    assert not runner.anchors.of(PROGRAM)


def test_between_its_looks_at_everything_it_looks_an_hour_back_and_finds_what_came_later_still_the_next_day() -> None:
    runner = SealingRunner()
    runner.seal()
    runner.audit.record(record(1_000, at=NOW - timedelta(minutes=80)))  # before the newest that it has seen
    runner.audit.record(record(1_001, at=NOW - timedelta(days=9)))
    assert runner.seal(minutes=15).records == 1
    assert runner.seal(days=1).records == 1


def test_a_sealer_that_was_overtaken_reads_again_and_leaves_the_work_to_the_other() -> None:
    runner = SealingRunner()

    class Overtaken(MemoryAudit):
        """In which somebody else seals in the moment before we do."""

        def seal(self, made: Seal) -> bool:
            runner.seal()
            return super().seal(made)

    overtaken = Overtaken()
    overtaken.stored = runner.audit.stored
    assert runner.seal(audit=overtaken) == Sealed(
        anchored=(PROGRAM,)
    )  # the other's first program was not yet ours to see
    assert runner.holds()


def test_a_seal_that_is_refused_although_nobody_else_makes_one_fails_loudly() -> None:
    class Stuck(MemoryAudit):
        def seal(self, made: Seal) -> bool:
            return False

    runner, stuck = SealingRunner(), Stuck()
    stuck.stored = runner.audit.stored
    assert runner.seal(audit=stuck).failed == {
        key: f"Unavailable: the seals of {key!r} are refused, and nobody else makes any" for key in PROGRAMS
    }
