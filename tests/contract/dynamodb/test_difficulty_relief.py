"""Eases twice over: granted by the very decision, found by program and by member, and gone with their member."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from functools import partial

import pytest

from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.reviews import DynamoDifficultyReliefs
from ladder.adapters.dynamodb.table import Table, decode
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.ports import DifficultyReliefs
from ladder.domain.errors import MemberErased
from ladder.domain.reviews.opening import miss_streak_review
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review, ReviewDecision
from tests.builders.academy import academy
from tests.builders.ledger_stores import stack_tables
from tests.builders.review_queues import members_of, queue_of
from tests.builders.reviews import APPROVE, HOLD, MEMBER, NOW, REJECT
from tests.builders.stores import Tables
from tests.fakes.difficulty_reliefs import MemoryDifficultyReliefs
from tests.fakes.reviews import MemoryReviewQueue

THIRD = date(2026, 3, 9)
STRETCH = miss_streak_review("academy", MEMBER, "AHT sprint #1", THIRD, now=NOW)
LATER = NOW + timedelta(days=3)
EASE = DifficultyRelief(member=MEMBER, category="AHT sprint #1", since=NOW)


@dataclass(frozen=True, slots=True)
class ReliefStores:
    queue: ReviewQueue
    eases: DifficultyReliefs
    erase: Callable[[str, str], None]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> ReliefStores:
    if request.param == "memory":
        memory = MemoryReviewQueue()
        return ReliefStores(memory, MemoryDifficultyReliefs(memory), memory.erase)
    tables: Tables = request.getfixturevalue("tables")
    live = stack_tables(tables)
    members = members_of(live)
    erasures = DynamoErasures(members, tables.table())
    return ReliefStores(queue_of(live), DynamoDifficultyReliefs(members), partial(erasures.forget, user=None))


def opened(kept: ReliefStores, *reviews: Review) -> None:
    for each in reviews:
        assert kept.queue.open(each)


def by(name: str = "anna", **changes: object) -> ReviewDecision:
    return replace(ReviewDecision(terms=APPROVE, reason="they have a hard week", by=name, at=NOW), **changes)  # type: ignore[arg-type]


def test_approving_a_missed_stretch_eases_and_rejecting_it_does_not(kept: ReliefStores) -> None:
    other = miss_streak_review("academy", MEMBER, "QA", THIRD, now=NOW)
    opened(kept, STRETCH, other, HOLD)
    kept.queue.decide(STRETCH, by())
    kept.queue.decide(other, by(terms=REJECT))
    kept.queue.decide(HOLD, by())
    assert list(kept.eases.decided("academy", since=NOW)) == [EASE]
    assert list(kept.eases.of("academy", MEMBER)) == [EASE]


def test_only_the_decision_that_stands_eases(kept: ReliefStores) -> None:
    opened(kept, STRETCH)
    assert kept.queue.decide(STRETCH, by(terms=REJECT))
    assert not kept.queue.decide(STRETCH, by("ole"))
    assert list(kept.eases.of("academy", MEMBER)) == []


def test_a_difficulty_relief_is_its_programs_and_its_members(kept: ReliefStores) -> None:
    colleague = miss_streak_review("academy", "0" * 32, "QA", THIRD, now=NOW)
    opened(kept, STRETCH, colleague)
    for each in (STRETCH, colleague):
        kept.queue.decide(each, by())
    assert [each.member for each in kept.eases.of("academy", "0" * 32)] == ["0" * 32]
    assert list(kept.eases.of("bank", MEMBER)) == list(kept.eases.decided("bank", since=NOW)) == []
    assert {each.member for each in kept.eases.decided("academy", since=NOW)} == {MEMBER, "0" * 32}


def test_a_night_asks_for_the_late_ones_alone(kept: ReliefStores) -> None:
    again = miss_streak_review("academy", MEMBER, "AHT sprint #1", THIRD + timedelta(days=9), now=LATER)
    opened(kept, STRETCH, again)
    kept.queue.decide(STRETCH, by())
    kept.queue.decide(again, by(at=LATER))
    assert [each.since for each in kept.eases.decided("academy", since=LATER)] == [LATER]
    assert {each.since for each in kept.eases.of("academy", MEMBER)} == {NOW, LATER}


def test_a_difficulty_relief_goes_with_its_member(kept: ReliefStores) -> None:
    opened(kept, STRETCH)
    kept.queue.decide(STRETCH, by())
    kept.erase("academy", MEMBER)
    assert list(kept.eases.decided("academy", since=NOW)) == list(kept.eases.of("academy", MEMBER)) == []


def test_nobody_who_was_erased_is_eased(tables: Tables) -> None:
    live = stack_tables(tables)
    members = members_of(live)
    queue_of(live).open(STRETCH)
    DynamoErasures(members, tables.table()).close("academy", MEMBER, at=NOW)
    with pytest.raises(MemberErased):
        queue_of(live).decide(STRETCH, by())
    assert DynamoDifficultyReliefs(members).of("academy", MEMBER) == []


def test_a_difficulty_relief_is_among_what_a_member_is_shown_of_themselves(tables: Tables) -> None:
    live = stack_tables(tables)
    queue_of(live).open(STRETCH)
    queue_of(live).decide(STRETCH, by())
    audit = Table(tables.client, tables.audit, tables.usage)
    belongings = DynamoPersonalData(members_of(live), audit, live.stores().ledger(academy()))
    (told,) = belongings.of("academy", MEMBER)["relief"]
    assert told["sk"] == f"RELIEF#AHT sprint #1#{NOW.astimezone(UTC).isoformat()}"


def test_a_difficulty_relief_is_kept_for_a_month_and_is_no_review_that_waits(tables: Tables) -> None:
    live = stack_tables(tables)
    queue_of(live).open(STRETCH)
    queue_of(live).decide(STRETCH, by())
    items = [decode(item) for item in tables.client.scan(TableName=live.members)["Items"]]
    (item,) = [each for each in items if each["sk"].startswith("RELIEF#")]
    assert item["expires_at"] == int((NOW + timedelta(days=30)).timestamp())
    assert (queue_of(live).waiting("academy"), queue_of(live).undelivered("academy")) == ([], [])
