"""Parts of a ledger, in memory and on DynamoDB alike: each in its order, and at the cost of what it returns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activities.activity import CORRECTED, LADDER, RELEASED, REVERSED, Activity, Key
from ladder.domain.message import Message
from ladder.domain.points.ledger import Entry, LedgerChange, State
from ladder.usage import Usage
from tests.builders.capped_academy import academy
from tests.builders.ledger_stores import LedgerStores, dynamodb_ledger, in_memory_ledger, members_table
from tests.builders.stores import Tables
from tests.fakes.faulty_client import Fault, Faulty

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENT = ("lms", "e4")


@pytest.fixture(params=["memory", "dynamodb"])
def books(request: pytest.FixtureRequest) -> LedgerStores:
    if request.param == "memory":
        return in_memory_ledger()
    return dynamodb_ledger(request.getfixturevalue("tables"), academy())


def entry(number: int, *, key: Key | None = None, kind: str = "forum.posted", **attributes: Any) -> Entry:
    """`number`: its place in the ledger."""
    source, event = key or ("lms", f"e{number}")
    activity = Activity(source=source, id=event, type=kind, occurred_at=AT, attributes=attributes)
    return Entry(activity=activity, program_version=1, lines=(), points=1, spent=0, held=0, sequence=number)


def recorded(books: LedgerStores, *entries: Entry) -> None:
    for each in entries:
        before, _ = books.ledger.load("academy", "m", [])
        after = before.copy()
        after.sequence += 1
        books.ledger.commit(
            LedgerChange(
                program="academy", member="m", before=before, after=after, entries=[each], due_at=AT + timedelta(days=1)
            )
        )


def sequences(books: LedgerStores, *, before: int | None = None, page: int = 2) -> list[int]:
    return [each.sequence for each in books.ledger.latest("academy", "m", before=before, page=page)]


def test_entries_come_newest_first_however_many_are_read_at_once(books: LedgerStores) -> None:
    recorded(books, *map(entry, range(1, 13)))
    assert sequences(books) == sequences(books, page=100) == [*range(12, 0, -1)]
    assert sequences(books, before=5) == [4, 3, 2, 1]
    assert sequences(books, before=2**53) == [*range(12, 0, -1)]
    assert sequences(books, before=1) == []


def test_nobody_has_entries_before_their_first(books: LedgerStores) -> None:
    assert sequences(books) == []
    assert books.ledger.find("academy", "m", [EVENT]) == {}
    assert books.ledger.beginning("academy", "m", ("lms", "")) == []


def test_entries_are_found_by_their_events_and_by_how_these_begin(books: LedgerStores) -> None:
    placed = entry(2, key=(LADDER, "order:b"))
    later = entry(3, key=(LADDER, "order:a"))
    recorded(books, entry(1), placed, later, entry(4, key=(LADDER, "release:lms:e1")), entry(5, key=("lms", "order:c")))
    assert books.ledger.find("academy", "m", [placed.key, EVENT]) == {placed.key: placed}
    assert books.ledger.beginning("academy", "m", (LADDER, "order:")) == [placed, later]


@pytest.mark.parametrize("first", [True, False])
def test_what_amends_an_event_is_known_whichever_of_them_came_first(books: LedgerStores, *, first: bool) -> None:
    amending = [
        entry(2, key=("lms", "c1"), kind=CORRECTED, id="e4"),
        entry(3, key=(LADDER, "r1"), kind=RELEASED, source="lms", id="e4"),
        entry(4, key=(LADDER, "r2"), kind=REVERSED, source="lms", id="e5"),
    ]
    amended = entry(1 if first else 4, key=EVENT)
    moved = [replace(each, sequence=each.sequence - (not first)) for each in amending]
    recorded(books, *([amended, *moved] if first else [*moved, amended]))
    found = books.ledger.amendments("academy", "m", [EVENT, ("lms", "e6")])
    assert found.types == {EVENT: {CORRECTED, RELEASED}}
    assert (found.outcome(EVENT), found.reverses(EVENT)) == ("paid", False)
    assert books.ledger.amendments("academy", "m", [("lms", "e5")]).reverses(("lms", "e5"))


def test_an_amendment_that_does_not_count_amends_nothing(books: LedgerStores) -> None:
    late = replace(
        entry(2, key=("lms", "c1"), kind=REVERSED, id="e4"),
        notes=(Message("points.not_counted", {"reason": Message("points.too_late", {"days": 9, "most": 7})}),),
    )
    recorded(books, entry(1, key=EVENT), late)
    assert books.ledger.amendments("academy", "m", [EVENT]).types == {}


def lagging(answers: list[int]) -> Fault:
    """The index does not have the newest entry yet."""

    def fault(meant: Callable[[], Any], operation: str) -> Any:
        answer = meant()
        answers.append(len(answer["Items"]))
        return {**answer, "Items": answer["Items"][1:]}

    return fault


def test_an_index_that_lags_is_read_again_until_it_has_the_newest_entry(tables: Tables) -> None:
    name, answers, pauses = members_table(tables.client, "lagging"), list[int](), list[int]()
    written = DynamoLedger(Table(tables.client, name, Usage()), audit=tables.audit, names=())
    change = LedgerChange(
        program="academy",
        member="m",
        before=State(),
        after=State(sequence=3),
        entries=[entry(1), entry(2), entry(3)],
        due_at=AT,
    )
    written.commit(change)

    def passed_on(meant: Callable[[], Any], operation: str) -> Any:
        return meant()

    client = Faulty(tables.client, passed_on, lagging(answers), lagging(answers))  # the state first
    ledger = DynamoLedger(Table(client, name, Usage()), audit=tables.audit, names=(), pause=pauses.append)
    assert [each.sequence for each in islice(ledger.latest("academy", "m", page=2), 2)] == [3, 2]
    assert (answers, pauses) == ([2, 2], [0, 1])
