"""Where reviews come from: holds and disputes open them, and nothing of somebody erased does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.table import encode
from ladder.domain.errors import MemberErased
from ladder.domain.message import Message
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import LedgerChange, State
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.review import Review, Terms
from tests.builders.academy import academy
from tests.builders.disputes import RAISED
from tests.builders.holds import waiting
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.review_queues import HERE, LATER, decided, found, members_of, queue_of
from tests.builders.reviews import ENTRY, HOLD, MEMBER, NOW, REJECT, VERDICT
from tests.builders.stores import Tables


def _held(live: StackTables) -> None:
    change = LedgerChange(
        program="academy",
        member=MEMBER,
        before=State(),
        after=State(waiting=waiting(ENTRY)),
        entries=[ENTRY],
        due_at=LATER,
    )
    live.stores().ledger(academy()).commit(change)


def test_what_is_held_opens_a_review_with_it(tables: Tables) -> None:
    live = stack_tables(tables)
    _held(live)
    assert found(queue_of(live), HOLD) == HOLD


@pytest.mark.parametrize("first", [True, False])
def test_what_is_decided_by_time_or_another_event_waits_for_nobody(tables: Tables, *, first: bool) -> None:
    """A decision that came before it stands, and its effect is delivered all the same."""
    live = stack_tables(tables)
    _held(live)
    if first:
        queue_of(live).decide(HOLD, decided(REJECT))
    state = State(version=1)
    release = replace(ENTRY.activity, source="ladder", id="release")
    entry = replace(ENTRY, activity=release, lines=(), held=-50, sequence=2)
    live.stores().ledger(academy()).commit(
        LedgerChange(
            program="academy",
            member=MEMBER,
            before=state,
            after=State(version=1),
            entries=[entry],
            due_at=LATER,
            decided=[ENTRY.key],
        )
    )
    queue = queue_of(live)
    assert queue.waiting("academy") == []
    assert found(queue, HOLD).status == ("decided" if first else "lapsed")
    assert [each.id for each in queue.undelivered("academy")] == ([HOLD.id] if first else [])
    assert queue.decide(HOLD, decided()) is False


def test_a_hold_from_before_there_were_reviews_can_be_decided_and_is_no_review(tables: Tables) -> None:
    live = stack_tables(tables)
    _held(live)
    partition = {"pk": f"academy#{MEMBER}", "sk": f"REVIEW#{HOLD.id}"}
    tables.client.delete_item(TableName=live.members, Key=encode(partition))
    change = LedgerChange(
        program="academy",
        member=MEMBER,
        before=State(version=1),
        after=State(version=1),
        entries=[],
        due_at=LATER,
        decided=[ENTRY.key],
    )
    live.stores().ledger(academy()).commit(change)
    assert queue_of(live).find("academy", [HERE]) == []
    assert not queue_of(live).decide(HOLD, decided())


def _dispute(live: StackTables, raised: Dispute = RAISED) -> Review:
    DynamoDisputes(members_of(live), audit=live.tables.audit).record(raised)
    because = (Message("reviews.disputed"),)
    return entry_review("dispute", raised.program, raised.member, raised.key, because=because, now=raised.raised_at)


def test_a_dispute_opens_a_review_once(tables: Tables) -> None:
    live = stack_tables(tables)
    review = _dispute(live)
    _dispute(live, replace(RAISED, text="in other words"))
    assert found(queue_of(live), review) == review
    assert len(queue_of(live).waiting("academy")) == 1


@pytest.mark.parametrize(
    ("terms", "state"), [(Terms(action="approve", remedy="reverse"), "upheld"), (REJECT, "declined")]
)
def test_whoever_disputed_something_reads_what_became_of_it(tables: Tables, terms: Terms, state: str) -> None:
    live = stack_tables(tables)
    review = _dispute(live)
    assert queue_of(live).decide(review, decided(terms))
    (told,) = DynamoDisputes(members_of(live), audit=tables.audit).of("academy", RAISED.member)
    assert (told.state, told.answer, told.text) == (state, decided().reason, RAISED.text)


def test_nothing_is_opened_or_decided_of_somebody_who_was_erased(tables: Tables) -> None:
    live = stack_tables(tables)
    queue_of(live).open(HOLD)
    erased = {"pk": f"academy#{MEMBER}", "sk": "STATE", "erased_at": datetime.now(UTC).isoformat()}
    tables.client.put_item(TableName=live.members, Item=encode(erased))
    with pytest.raises(MemberErased):
        queue_of(live).decide(HOLD, decided())
    assert not queue_of(live).open(VERDICT)
    by_hand = entry_review("peer", "academy", MEMBER, ("academy", "e"), now=NOW, opened_by="anna", reason="they say so")
    assert not queue_of(live).open(by_hand)
    assert tables.client.scan(TableName=tables.audit)["Count"] == 0
