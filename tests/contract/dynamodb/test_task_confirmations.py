"""TaskConfirmations as they are stored: one a task, counted, audited, and out of the clock's sight."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import DynamoHolds, DynamoLedger
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import Put, Table
from ladder.adapters.dynamodb.task_confirmations import DynamoTaskConfirmations
from ladder.domain.errors import MemberErased
from ladder.domain.message import Message
from ladder.domain.points.ledger import FOR_COLLEAGUE, Entry, EntryLine, LedgerChange, OpenHold, State
from ladder.domain.points.task_confirmations import WINDOW_DAYS, TaskConfirmation
from ladder.domain.reviews.review import review_id
from tests.builders.academy_events import MONDAY, at, passed
from tests.builders.holds import waiting
from tests.builders.ledger_stores import stack_tables
from tests.builders.stores import Tables

JO, AL, DAY, NOON = "a" * 32, "b" * 32, date(2026, 3, 2), at(MONDAY, 12)
TASK = Entry(
    activity=passed("t"),
    program_version=1,
    lines=(EntryLine("PASSED", base=50, held=50, because=FOR_COLLEAGUE),),
    points=0,
    spent=0,
    held=50,
    recorded_at=NOON,
    sequence=1,
)
CONFIRMED = TaskConfirmation(
    program="academy", member=JO, event=TASK.key, worth=50, by=AL, day=DAY, at=NOON, flagged=False
)
HOLD = OpenHold(
    member=JO,
    event=TASK.key,
    worth=50,
    rules=("PASSED",),
    review=review_id("hold", *TASK.key),
    waits_for_colleague=True,
)


@dataclass
class StoredTask:
    table: Table
    tables: Tables
    confirmations: DynamoTaskConfirmations

    def commit(self, *entries: Entry, decided: bool = False) -> None:
        ledger = DynamoLedger(self.table, audit=self.tables.audit, names=())
        before, _ = ledger.load("academy", JO, ())
        ledger.commit(
            LedgerChange(
                program="academy",
                member=JO,
                before=before,
                after=State(sequence=before.sequence + 1, waiting=waiting(*entries)),
                entries=entries,
                due_at=NOON - timedelta(days=1),
                decided=[TASK.key] if decided else (),
            )
        )

    def audited(self) -> list[str]:
        return [
            item["what"] for item in Table(self.tables.client, self.tables.audit, self.tables.usage).query("academy")
        ]


@pytest.fixture
def stored(tables: Tables) -> StoredTask:
    table = stack_tables(tables).stores().members
    made = StoredTask(table, tables, DynamoTaskConfirmations(table, audit=tables.audit))
    made.commit(TASK)
    return made


def test_what_waits_for_a_colleague_is_listed_for_them_and_never_due_by_the_clock(stored: StoredTask) -> None:
    assert stored.confirmations.waiting("academy") == [(JO, TASK.key)]
    assert DynamoHolds(stored.table).due("academy", NOON + timedelta(days=3650)) == []
    assert stored.confirmations.waiting("bank") == []
    ((hold, entry),) = stored.confirmations.tasks("academy", [(JO, TASK.key), (JO, ("lms", "never"))])
    assert (hold, entry.key) == (HOLD, TASK.key)


def test_a_confirmation_is_recorded_once_with_its_record_and_its_counters(stored: StoredTask) -> None:
    known = stored.confirmations
    assert known.flagged("academy", HOLD) is None
    assert known.record(CONFIRMED, given=0)
    assert not known.record(replace(CONFIRMED, by="c" * 32), given=0)
    assert known.flagged("academy", HOLD) is False
    assert known.flagged("academy", replace(HOLD, worth=60)) is None
    assert (known.given("academy", AL, DAY), known.given("academy", AL, DAY + timedelta(days=1))) == (1, 0)
    assert known.confirmers("academy", JO, until=DAY) == {AL: 1}
    assert known.confirmers("academy", JO, until=DAY + timedelta(days=WINDOW_DAYS)) == {}
    assert stored.audited() == ["audit.task_confirmed"]


def test_a_count_or_a_worth_that_moved_since_it_was_read_records_nothing(stored: StoredTask) -> None:
    assert not stored.confirmations.record(CONFIRMED, given=3)
    assert not stored.confirmations.record(replace(CONFIRMED, worth=60), given=0)
    assert stored.audited() == []


def test_what_was_decided_in_the_meantime_is_not_confirmed(stored: StoredTask) -> None:
    stored.commit(replace(TASK, activity=passed("u"), lines=(), held=0), decided=True)
    assert not stored.confirmations.record(CONFIRMED, given=0)
    assert stored.confirmations.waiting("academy") == []


@pytest.mark.parametrize("whose", [JO, AL])
def test_nobody_who_was_erased_confirms_or_is_confirmed(stored: StoredTask, whose: str) -> None:
    stored.table.write(
        Put(item={"pk": keys.member("academy", whose), "sk": keys.STATE, "erased_at": "x"}, only_if=None)
    )
    with pytest.raises(MemberErased):
        stored.confirmations.record(CONFIRMED, given=0)


def test_a_suspected_ring_is_said_in_the_review_of_the_hold(stored: StoredTask) -> None:
    assert stored.confirmations.record(replace(CONFIRMED, flagged=True), given=0)
    queue = DynamoReviewQueue(stored.table, audit=stored.tables.audit)
    (review,) = queue.find("academy", [(JO, review_id("hold", *TASK.key))])
    assert review.because == (FOR_COLLEAGUE, Message("reviews.ring_suspected"))
    assert (review.status, stored.audited()) == ("open", ["audit.ring_suspected"])


def test_two_programs_share_no_confirmation(stored: StoredTask) -> None:
    assert not stored.confirmations.record(replace(CONFIRMED, program="bank"), given=0)
    assert stored.confirmations.record(CONFIRMED, given=0)
    assert stored.confirmations.given("bank", AL, DAY) == 0


def test_an_erasure_forgets_who_confirmed_what_of_the_member_and_what_they_confirmed(stored: StoredTask) -> None:
    stored.confirmations.record(CONFIRMED, given=0)
    erasures = DynamoErasures(stored.table, stored.tables.table())
    for member in (JO, AL):
        erasures.forget("academy", member, user=None)
    assert stored.confirmations.confirmers("academy", JO, until=DAY) == {}
    assert stored.confirmations.flagged("academy", HOLD) is None
    assert stored.confirmations.given("academy", AL, DAY) == 0
