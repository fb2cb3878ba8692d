"""Disputes are stored once an entry; a login and its place of a rotation are found without creating either."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.table import decode
from ladder.domain.activities.activity import LOGIN, Event, activity_of
from ladder.domain.challenges.assignment import MemberStanding
from ladder.domain.errors import Malformed
from ladder.domain.points.ports import Disputes
from tests.builders.disputes import RAISED
from tests.builders.full_program import PROGRAM, claim, standing
from tests.builders.stores import Stores, Tables
from tests.fakes import MemoryIdentities
from tests.fakes.disputes import MemoryDisputes

LATER = datetime(2026, 3, 11, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DisputeStores:
    disputes: Disputes
    audited: Callable[[], int]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> DisputeStores:
    if request.param == "memory":
        memory = MemoryDisputes()
        return DisputeStores(memory, lambda: len(memory.audit))
    tables: Tables = request.getfixturevalue("tables")
    return DisputeStores(
        DynamoDisputes(tables.table(), audit=tables.audit), lambda: len(_items(tables.client, tables.audit))
    )


def _items(client: Any, table: str) -> list[dict[str, Any]]:
    return [decode(item) for item in client.scan(TableName=table)["Items"]]


def test_a_first_dispute_is_recorded_and_audited(kept: DisputeStores) -> None:
    assert kept.disputes.record(RAISED) is None
    assert kept.disputes.of("academy", RAISED.member) == [RAISED]
    assert kept.audited() == 1


@pytest.mark.parametrize("text", [RAISED.text, "something else"])
def test_a_second_one_of_the_entry_changes_nothing_and_hears_of_the_first(kept: DisputeStores, text: str) -> None:
    kept.disputes.record(RAISED)
    assert kept.disputes.record(replace(RAISED, text=text, raised_at=LATER)) == RAISED
    assert kept.disputes.of("academy", RAISED.member) == [RAISED]
    assert kept.audited() == 1


def test_each_entry_member_and_program_has_its_own(kept: DisputeStores) -> None:
    others = [
        replace(RAISED, id="e#2"),
        replace(RAISED, source="crm"),
        replace(RAISED, member="1" * 32),
        replace(RAISED, program="bank"),
    ]
    assert [kept.disputes.record(each) for each in (RAISED, *others)] == [None] * 5
    assert {each.id for each in kept.disputes.of("academy", RAISED.member)} == {"e#1", "e#2"}
    assert kept.disputes.of("bank", RAISED.member) == [others[-1]]
    assert kept.audited() == 5


def test_the_audit_keeps_neither_the_text_nor_what_would_let_it_be_guessed(tables: Tables) -> None:
    DynamoDisputes(tables.table(), audit=tables.audit).record(RAISED)
    (audited,) = _items(tables.client, tables.audit)
    (stored,) = [item for item in _items(tables.client, tables.programs) if item["sk"].startswith("DISPUTE#")]
    assert RAISED.text not in str(audited)
    assert stored["salt"] not in audited.values()
    assert len(audited["digest"]) == 32


@pytest.mark.parametrize("kind", ["memory", "dynamodb"])
def test_a_login_is_found_once_it_is_linked_and_asking_links_nobody(kind: str, request: pytest.FixtureRequest) -> None:
    people = (
        MemoryIdentities()
        if kind == "memory"
        else DynamoIdentities(request.getfixturevalue("tables").table(), key=lambda: "k")
    )
    assert [people.find("academy", LOGIN, "zoe") for _ in range(2)] == [None, None]
    people.link("academy", LOGIN, "zoe", "0" * 32)
    assert people.find("academy", LOGIN, "zoe") == "0" * 32
    assert [people.find("bank", LOGIN, "zoe"), people.find("academy", "crm", "zoe")] == [None, None]
    people.erase("academy", "0" * 32)
    assert people.find("academy", LOGIN, "zoe") is None


def test_no_source_may_introduce_a_login() -> None:
    event = Event(place="body", id="1", type="forum.posted", occurred_at=LATER, member="zoe")
    with pytest.raises(Malformed):
        activity_of(event, source=LOGIN, received_at=LATER)


def test_a_member_finds_their_own_place_of_a_night(stores: Stores) -> None:
    whole = {"AHT_SPRINT": standing(5_000, seed=1), "QA_CLIMB": standing(5_000, seed=2)}
    stores.assignments.save(claim(), whole)
    for slot in (0, 4_095, 4_096, 4_999):
        expected = {key: MemberStanding.among(each, slot) for key, each in whole.items()}
        assert _placed(stores, slot) == expected


def test_who_joined_since_or_asks_before_the_plan_has_no_place(stores: Stores) -> None:
    assert _placed(stores, 0) == {}
    stores.assignments.save(claim(), {"AHT_SPRINT": standing(3, seed=1)})
    assert _placed(stores, 3) == {"AHT_SPRINT": MemberStanding(0, 0, 0)}


def _placed(stores: Stores, slot: int) -> dict[str, MemberStanding]:
    return stores.placements.standings(PROGRAM, claim().rotation, slot)
