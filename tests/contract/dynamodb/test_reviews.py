"""Reviews twice over: opened once, decided once, and delivered at least once, whoever is at them at the same time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.reviews.opening import badge_review, entry_review
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import ReviewDecision, Terms
from tests.builders.ledger_stores import stack_tables
from tests.builders.review_queues import HERE, LATER, decided, found, queue_of
from tests.builders.reviews import APPROVE, HOLD, MEMBER, NOW, OVERDUE, REJECT, VERDICT
from tests.builders.stores import EMULATED, Tables
from tests.builders.threads import at_once
from tests.fakes.reviews import MemoryReviewQueue


@dataclass(frozen=True, slots=True)
class ReviewStores:
    queue: ReviewQueue
    audited: Callable[[], int]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> ReviewStores:
    if request.param == "memory":
        memory = MemoryReviewQueue()
        return ReviewStores(memory, lambda: len(memory.audit))
    tables: Tables = request.getfixturevalue("tables")
    return ReviewStores(queue_of(stack_tables(tables)), lambda: tables.client.scan(TableName=tables.audit)["Count"])


def test_it_is_opened_once_whatever_has_become_of_it(kept: ReviewStores) -> None:
    assert [kept.queue.open(HOLD), kept.queue.open(replace(HOLD, created_at=LATER))] == [True, False]
    kept.queue.decide(HOLD, decided())
    assert kept.queue.open(HOLD) is False
    assert found(kept.queue, HOLD) == replace(HOLD, decided=decided())


def test_what_waits_is_listed_oldest_first_by_program(kept: ReviewStores) -> None:
    others = [replace(VERDICT, created_at=LATER), replace(HOLD, member="0" * 32), replace(HOLD, program="bank")]
    for each in (*others, HOLD):
        kept.queue.open(each)
    told = [(each.kind, each.member) for each in kept.queue.waiting("academy")]
    assert told == [("hold", "0" * 32), ("hold", MEMBER), ("verdict", MEMBER)]
    assert len(kept.queue.waiting("bank")) == 1
    kept.queue.decide(HOLD, decided())
    assert [each.member for each in kept.queue.waiting("academy")] == ["0" * 32, MEMBER]


def test_a_badge_s_review_stands_where_no_member_is_and_is_opened_and_decided_like_any_other(
    kept: ReviewStores,
) -> None:
    review = badge_review("academy", OVERDUE, now=NOW)
    assert [kept.queue.open(review), kept.queue.open(review)] == [True, False]
    assert [(each.kind, each.member) for each in kept.queue.waiting("academy")] == [("badge", NO_MEMBER)]
    assert kept.queue.find("academy", [(review.member, review.id)]) == [review]
    assert kept.queue.decide(review, decided(REJECT))
    assert kept.queue.waiting("academy") == []
    assert kept.queue.undelivered("academy") == []  # whoever decided has paused it already
    assert kept.queue.open(review) is False


def test_it_is_found_in_its_own_program_alone(kept: ReviewStores) -> None:
    kept.queue.open(HOLD)
    assert kept.queue.find("academy", [HERE, ("0" * 32, HOLD.id), (MEMBER, "0" * 32)]) == [HOLD]
    assert kept.queue.find("bank", [HERE]) == []
    assert kept.queue.find("academy", []) == []


def test_it_is_assigned_by_whoever_saw_it_as_it_is(kept: ReviewStores) -> None:
    kept.queue.open(HOLD)
    given = partial(kept.queue.assign, by="ida")
    assert given(HOLD, "anna", at=LATER)
    assert not given(HOLD, "ole", at=LATER)
    assert given(replace(HOLD, assigned_to="anna"), None, at=LATER + timedelta(hours=1))
    assert given(HOLD, "ole", at=LATER + timedelta(hours=2))
    assert [each.assigned_to for each in kept.queue.waiting("academy")] == ["ole"]
    assert kept.audited() == 3
    kept.queue.decide(HOLD, decided())
    assert not given(replace(HOLD, assigned_to="ole"), "anna", at=LATER + timedelta(hours=3))
    assert kept.audited() == 4


def test_what_a_person_opens_is_audited_once(kept: ReviewStores) -> None:
    wanted = entry_review("peer", "academy", MEMBER, ("academy", "e"), now=NOW, opened_by="anna", reason="they say so")
    assert [kept.queue.open(each) for each in (wanted, replace(wanted, created_at=LATER))] == [True, False]
    kept.queue.open(HOLD)
    assert found(kept.queue, wanted) == wanted
    assert kept.audited() == 1


@pytest.mark.parametrize("second", [decided(), decided(REJECT), decided(by="ole")])
def test_the_first_decision_stands_and_is_audited_once(kept: ReviewStores, second: ReviewDecision) -> None:
    kept.queue.open(VERDICT)
    assert [kept.queue.decide(VERDICT, decided()), kept.queue.decide(VERDICT, second)] == [True, False]
    assert found(kept.queue, VERDICT).decided == decided()
    assert kept.audited() == 1


def test_what_was_never_opened_is_not_decided(kept: ReviewStores) -> None:
    assert not kept.queue.decide(HOLD, decided())
    assert not kept.queue.assign(HOLD, "anna", by="ida", at=LATER)
    assert (kept.audited(), kept.queue.find("academy", [HERE])) == (0, [])


def test_an_effect_is_due_until_it_is_delivered(kept: ReviewStores) -> None:
    for each in (HOLD, VERDICT):
        kept.queue.open(each)
    kept.queue.decide(HOLD, decided())
    kept.queue.decide(VERDICT, decided(REJECT))
    assert [each.id for each in kept.queue.undelivered("academy")] == [HOLD.id]
    assert kept.queue.undelivered("bank") == []
    kept.queue.delivered(HOLD)
    kept.queue.delivered(HOLD)
    assert kept.queue.undelivered("academy") == []


def test_every_part_of_a_decision_is_kept(kept: ReviewStores) -> None:
    kept.queue.open(VERDICT)
    terms = Terms(action="change", badge="WRITER", attributes={"score": 9.5, "passed": True, "note": "näh", "x": None})
    kept.queue.decide(VERDICT, decided(terms))
    assert found(kept.queue, VERDICT).decided == decided(terms)


@EMULATED
def test_of_eight_that_decide_at_once_exactly_one_wins(tables: Tables) -> None:
    live = stack_tables(tables)
    queue_of(live).open(HOLD)
    terms = [APPROVE, REJECT] * 4
    won = at_once(lambda number: queue_of(live).decide(HOLD, decided(terms[number], by=f"{number}")))
    assert sum(won) == 1
    winner = found(queue_of(live), HOLD).decided
    assert winner is not None
    assert (winner.by, winner.terms) == (f"{won.index(True)}", terms[won.index(True)])
    assert tables.client.scan(TableName=tables.audit)["Count"] == 1


@EMULATED
def test_of_eight_that_take_it_at_once_exactly_one_has_it(tables: Tables) -> None:
    live = stack_tables(tables)
    queue_of(live).open(HOLD)
    won = at_once(lambda number: queue_of(live).assign(HOLD, f"{number}", by="ida", at=LATER))
    assert sum(won) == 1
    assert found(queue_of(live), HOLD).assigned_to == f"{won.index(True)}"
    assert tables.client.scan(TableName=tables.audit)["Count"] == 1


def test_the_audit_has_neither_the_reason_nor_what_would_let_it_be_guessed(tables: Tables) -> None:
    live = stack_tables(tables)
    queue_of(live).open(HOLD)
    queue_of(live).decide(HOLD, decided())
    (record,) = tables.client.scan(TableName=tables.audit)["Items"]
    assert decided().reason not in str(record)
    assert len(record["digest"]["B"]) == 32
    assert (record["who"], record["about"]["M"]["kind"]) == ({"S": "anna"}, {"S": HOLD.kind})
    assert HOLD.id not in str(record)  # it is made of the event's id, which can be guessed
    assert HOLD.subject not in str(record)
