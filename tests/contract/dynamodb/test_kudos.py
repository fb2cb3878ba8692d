"""Kudos are stored with the lists by which later ones are judged, and go with either of the two members."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.adapters.dynamodb.kudos import DynamoKudos
from ladder.adapters.dynamodb.outbox import FORGOTTEN, DynamoOutbox
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.table import decode
from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.kudos import WINDOW, Kudos, KudosStore
from ladder.domain.delivery.member_change import KudosGiven
from ladder.domain.delivery.other_news import kudos_given
from ladder.domain.errors import MemberErased
from tests.builders.delivery import JO, KIM, NOON, RULES, reader
from tests.builders.ledger_stores import stack_tables
from tests.builders.stores import Tables
from tests.fakes.kudos import MemoryKudos

THANKS = Kudos(
    program="academy", member=JO, id="first-one", by=KIM, value="helpful", text="Thank you!", at=NOON, pays=True
)


@dataclass
class StoredKudos:
    kudos: KudosStore
    audited: Callable[[], list[str]]
    erase: Callable[[str], object]


@pytest.fixture(params=["memory", "dynamodb"])
def stored(request: pytest.FixtureRequest) -> StoredKudos:
    if request.param == "memory":
        memory = MemoryKudos()
        return StoredKudos(memory, lambda: [record.what for record in memory.audit], memory.erased.add)
    tables: Tables = request.getfixturevalue("tables")
    stores = stack_tables(tables).stores()
    erasures = DynamoErasures(stores.members, stores.programs)

    def audited() -> list[str]:
        return [str(decode(item)["what"]) for item in tables.client.scan(TableName=tables.audit)["Items"]]

    kudos = DynamoKudos(stores.members, audit=tables.audit)
    return StoredKudos(kudos, audited, lambda member: erasures.close("academy", member, at=NOON))


def record(stored: StoredKudos, kudos: Kudos) -> bool:
    return stored.kudos.record(kudos, stored.kudos.given(kudos.program, kudos.by))


def test_kudos_come_back_as_they_were_given_and_count_in_both_lists(stored: StoredKudos) -> None:
    assert record(stored, THANKS)
    assert stored.kudos.find("academy", JO, KIM, "first-one") == THANKS
    assert list(stored.kudos.of("academy", JO)) == [THANKS]
    assert stored.kudos.given("academy", KIM).given == ((JO, NOON),)
    assert stored.kudos.received("academy", JO, until=NOON) == {KIM: 1}
    assert stored.kudos.received("academy", JO, until=NOON + WINDOW) == {}
    assert stored.audited() == ["audit.kudos_given"]


def test_the_same_kudos_are_stored_once(stored: StoredKudos) -> None:
    assert record(stored, THANKS)
    assert not record(stored, replace(THANKS, text="other words"))
    assert stored.kudos.find("academy", JO, KIM, "first-one") == THANKS


def test_of_two_that_were_judged_by_one_list_the_first_is_stored(stored: StoredKudos) -> None:
    before = stored.kudos.given("academy", KIM)
    results = [stored.kudos.record(replace(THANKS, id=name), before) for name in ("first-one", "second-one")]
    assert results == [True, False]
    assert record(stored, replace(THANKS, id="second-one", at=NOON + timedelta(days=20), pays=False))
    assert stored.kudos.received("academy", JO, until=NOON + timedelta(days=20)) == {KIM: 2}
    assert sorted(stored.audited()) == ["audit.kudos_given", "audit.kudos_returned"]


@pytest.mark.parametrize("erased", [JO, KIM])
def test_nobody_thanks_or_is_thanked_after_their_erasure(stored: StoredKudos, erased: str) -> None:
    stored.erase(erased)
    with pytest.raises(MemberErased):
        record(stored, THANKS)
    assert stored.audited() == []


@pytest.mark.parametrize("erased", [JO, KIM])
def test_an_erasure_of_either_takes_the_words_and_what_was_said_of_them(tables: Tables, erased: str) -> None:
    stores = stack_tables(tables).stores()
    store, outbox = DynamoKudos(stores.members, audit=tables.audit), DynamoOutbox(stores.members)
    store.record(THANKS, store.given("academy", KIM))
    given = KudosGiven(id=THANKS.id, by=KIM, value="helpful", text=THANKS.text, at=NOON)
    news = kudos_given("academy", JO, given, rules=None, team="North")
    for notification in notifications(news, RULES, preferences=reader("Jo").preferences, now=NOON):
        outbox.put(notification)
        *_, item = outbox.of_member("academy", JO)
        outbox.save(item, replace(item, status="sent", to="C1", receipt="C1/1.7", sent_at=NOON))
    erasures = DynamoErasures(stores.members, stores.programs)
    erasures.close("academy", erased, at=NOON)
    erasures.forget("academy", erased, user=None)
    scanned: list[Any] = tables.client.scan(TableName=stores.members.name)["Items"]
    assert "Thank you" not in str(scanned)
    assert {item.status for item in outbox.of_member("academy", FORGOTTEN)} == {"withdrawing"}
