"""The ledger and what hangs on it, in memory and on DynamoDB alike."""

import random
import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ladder.adapters.dynamodb.ledger import MARK
from ladder.domain.activities.activity import DENIED, RELEASED, REVERSED, Activity, digest
from ladder.domain.errors import Superseded
from ladder.domain.message import Message
from ladder.domain.points.ledger import (
    REFUSALS_KEPT,
    Entry,
    EntryLine,
    LedgerChange,
    ReserveWithdrawal,
    State,
    StockChange,
)
from ladder.domain.reviews.opening import reviews_of
from ladder.usage import Usage
from tests.builders.capped_academy import academy
from tests.builders.holds import waiting
from tests.builders.ledger_stores import LedgerStores, dynamodb_ledger, in_memory_ledger
from tests.builders.stores import Tables, create_table
from tests.fakes.dynamodb import MemoryDynamoDB

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
ACADEMY = academy()
WEEKS = timedelta(days=14)


@pytest.fixture(params=["memory", "dynamodb", "dynamodb in memory"])
def books(request: pytest.FixtureRequest) -> LedgerStores:
    match request.param:
        case "memory":
            return in_memory_ledger()
        case "dynamodb":
            return dynamodb_ledger(request.getfixturevalue("tables"), ACADEMY)
        case _:
            client = MemoryDynamoDB()
            tables = Tables(client, create_table(client, "programs"), create_table(client, "audit"), Usage())
            return dynamodb_ledger(tables, ACADEMY)


def activity(key: str = "e1", kind: str = "forum.posted", **attributes: Any) -> Activity:
    return Activity(source="lms", id=key, type=kind, occurred_at=AT, received_at=AT, attributes=attributes)


def entry(key: str = "e1", *, held: int = 0, sequence: int = 1, **attributes: Any) -> Entry:
    because = Message("points.reason", {"reason": "a person looks at it"}) if held else None
    line = EntryLine("POSTS", base=40, bonus=2, paid=42 - held, held=held, because=because)
    return Entry(
        activity=activity(key, **attributes),
        program_version=1,
        lines=(line,),
        points=42 - held,
        spent=0,
        held=held,
        sequence=sequence,
        recorded_at=AT,
    )


def change(before: State, *entries: Entry, member: str = "m", **told: Any) -> LedgerChange:
    after = before.copy()
    after.earned += sum(each.points for each in entries)
    after.sequence += len(entries)
    after.waiting = waiting(*entries)
    whole = {"due_at": AT + WEEKS, "after": after, **told}
    return LedgerChange(program="academy", member=member, before=before, entries=entries, **whole)


def state_of(books: LedgerStores, member: str = "m") -> State:
    return books.ledger.load("academy", member, [])[0]


def test_of_nobody_known_there_is_an_empty_state_and_no_entry(books: LedgerStores) -> None:
    assert books.ledger.load("academy", "m", [("lms", "e1")]) == (State(), {})
    assert books.ledger.entries("academy", "m") == []


def test_what_is_committed_is_there_with_its_digest(books: LedgerStores) -> None:
    first, second = entry("e1", module="m1"), entry("e#2", sequence=2)
    books.ledger.commit(change(State(), first, second))
    state, known = books.ledger.load("academy", "m", [first.key, second.key, ("lms", "e3")])
    assert (state.version, state.sequence, state.earned) == (1, 2, 84)
    assert known == {each.key: digest(each.activity) for each in (first, second)}
    assert books.ledger.entries("academy", "m") == [first, second]


def test_entries_come_in_the_order_they_were_recorded_whatever_their_ids(books: LedgerStores) -> None:
    books.ledger.commit(change(State(), entry("z")))
    books.ledger.commit(change(state_of(books), entry("a", sequence=2)))
    assert [each.key[1] for each in books.ledger.entries("academy", "m")] == ["z", "a"]


def test_one_member_and_one_program_never_see_another(books: LedgerStores) -> None:
    books.ledger.commit(change(State(), entry()))
    books.ledger.commit(replace(change(State(), entry("other")), program="academy2"))
    assert state_of(books, "n") == State()
    assert [each.key[1] for each in books.ledger.entries("academy2", "m")] == ["other"]
    assert books.ledger.entries("academ", "m") == []


REFUSALS = ["entry exists", "other version", "reserve moved", "stock moved"]


@pytest.mark.parametrize("why", REFUSALS)
def test_what_somebody_else_wrote_refuses_all_of_a_change(books: LedgerStores, why: str) -> None:
    draw, taken = ReserveWithdrawal(DAY, 0, 100), StockChange("EARLY", 0, 1)
    books.ledger.commit(change(State(), entry("e1"), withdrawals=[draw], stock=[taken]))
    other = state_of(books, "n")
    late: dict[str, LedgerChange] = {
        "entry exists": change(state_of(books), entry("e1")),
        "other version": change(State(), entry("e2")),
        "reserve moved": change(other, entry("e2"), member="n", withdrawals=[draw]),
        "stock moved": change(other, entry("e2"), member="n", withdrawals=[replace(draw, before=100)], stock=[taken]),
    }
    with pytest.raises(Superseded):
        books.ledger.commit(late[why])
    assert [each.key[1] for each in books.ledger.entries("academy", "m")] == ["e1"]
    assert (state_of(books).version, state_of(books, "n")) == (1, State())
    assert (books.allowances.reserve_taken("academy", DAY), books.allowances.stock_taken("academy", "EARLY")) == (
        100,
        1,
    )


def test_the_reserve_and_the_stock_move_with_the_change(books: LedgerStores) -> None:
    books.ledger.commit(
        change(State(), entry("e1"), withdrawals=[ReserveWithdrawal(DAY, 0, 100)], stock=[StockChange("EARLY", 0, 2)])
    )
    following = change(
        state_of(books), entry("e2"), withdrawals=[ReserveWithdrawal(DAY, 100, 5)], stock=[StockChange("EARLY", 2, -2)]
    )
    books.ledger.commit(following)
    assert (books.allowances.reserve_taken("academy", DAY), books.allowances.stock_taken("academy", "EARLY")) == (
        105,
        0,
    )
    assert (
        books.allowances.reserve_taken("academy", DAY + timedelta(days=1)),
        books.allowances.stock_taken("academy", "LATE"),
    ) == (0, 0)
    books.ledger.commit(change(state_of(books), entry("e3"), stock=[StockChange("EARLY", 0, 1)]))
    assert books.allowances.stock_taken("academy", "EARLY") == 1


def test_an_archive_is_kept_beside_the_state_and_replaced_as_a_whole(books: LedgerStores) -> None:
    before = State()
    books.ledger.commit(change(before, after=replace(before.copy(), archive={b"12345"[:MARK].ljust(MARK): 739_000})))
    kept = state_of(books)
    assert list(kept.archive.values()) == [739_000]
    books.ledger.commit(change(kept, entry("e1")))
    assert state_of(books).archive == kept.archive
    books.ledger.commit(change(state_of(books), after=replace(state_of(books).copy(), archive={})))
    assert state_of(books).archive == {}


def due(books: LedgerStores, *, after: timedelta = WEEKS) -> Sequence[tuple[str, tuple[str, str]]]:
    return [(hold.member, hold.event) for hold in books.holds.due("academy", AT + after)]


def test_what_is_held_is_due_at_its_time_until_it_is_decided(books: LedgerStores) -> None:
    books.ledger.commit(change(State(), entry("e1", held=30)))
    assert due(books, after=WEEKS - timedelta(microseconds=1)) == []
    assert due(books) == [("m", ("lms", "e1"))]
    assert books.holds.due("academy2", AT + WEEKS) == []
    books.ledger.commit(change(state_of(books), entry("e2"), decided=[("lms", "e1")]))
    assert due(books) == []


def test_a_change_opens_the_reviews_of_what_waits_and_of_what_is_sampled_until_it_is_decided(
    books: LedgerStores,
) -> None:
    waiting, paid, other = entry("e1", held=30), entry("e2", sequence=2), entry("e3", sequence=3)
    first = change(State(), waiting, paid, other, sampled=[paid])
    books.ledger.commit(first)
    kinds = [(review.kind, review.event) for review in reviews_of(first)]
    assert kinds == [("hold", ("lms", "e1")), ("audit", ("lms", "e2"))]
    assert sorted(books.open_reviews(), key=lambda review: review.kind, reverse=True) == [*reviews_of(first)]
    books.ledger.commit(change(state_of(books), entry("e4"), decided=[("lms", "e1")]))
    assert [(review.kind, review.event) for review in books.open_reviews()] == kinds[1:]


def test_what_waits_for_something_else_has_another_review_and_a_new_date(books: LedgerStores) -> None:
    first = entry("e1", held=30)
    books.ledger.commit(change(State(), first))
    (asked,) = books.open_reviews()
    after = state_of(books)
    after.waiting = {first.key: replace(waiting(first)[first.key], worth=90, released=42)}
    later: dict[str, Any] = {"due_at": AT + 2 * WEEKS, "decided": [first.key]}
    corrected = entry("fix", sequence=2)
    books.ledger.commit(change(state_of(books), corrected, **later, after=after))
    (again,) = books.open_reviews()
    assert again.id != asked.id
    assert [again.summary[name] for name in ("points", "worth", "released")] == ["30", "90", "42"]
    assert due(books) == []
    (hold,) = books.holds.due("academy", AT + 2 * WEEKS)
    assert (hold.event, hold.worth, hold.review) == (first.key, 90, again.id)
    books.ledger.commit(change(state_of(books), entry("e3", sequence=3), decided=[first.key]))
    assert (books.open_reviews(), books.holds.due("academy", AT + 2 * WEEKS)) == ([], [])


@pytest.mark.parametrize("kind", [RELEASED, DENIED, REVERSED])
def test_an_amendment_that_changes_what_is_held_is_not_due_itself(books: LedgerStores, kind: str) -> None:
    amendment = entry("e1", source="lms", id="x")
    amendment = replace(amendment, activity=replace(amendment.activity, type=kind), lines=(), held=30)
    books.ledger.commit(change(State(), amendment))
    assert due(books) == []


def test_a_refused_event_is_audited_once(books: LedgerStores) -> None:
    for _ in range(3):
        books.ledger.refuse("academy", "m", activity(body="one"), at=AT)
    assert books.refused() == 1


def test_of_an_event_that_comes_with_ever_new_bodies_a_few_refusals_are_kept(books: LedgerStores) -> None:
    for number in range(199):
        books.ledger.refuse("academy", "m", activity(body=f"body {number}"), at=AT)
    assert books.refused() == REFUSALS_KEPT
    books.ledger.refuse("academy", "m", activity("e2", body="body 1"), at=AT)
    assert books.refused() == REFUSALS_KEPT + 1


def test_a_body_is_parked_whole_however_large_and_once(books: LedgerStores) -> None:
    noise = random.Random(7)  # noqa: S311
    large = "".join(noise.choices(string.printable, k=1_000_000))
    for _ in range(2):
        books.ledger.quarantine("academy", "m", large, "too large")
        books.ledger.quarantine("academy", "m", "{", "not a message")
    assert books.quarantined("academy", "m") == {large: "too large", "{": "not a message"}
    assert books.quarantined("academy", "n") == {}
