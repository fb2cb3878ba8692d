"""The outbox holds each notification once, lists what is due in its order, and lets one of several processes act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from ladder.adapters.dynamodb.outbox import FORGOTTEN, DynamoOutbox
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.notification import Action, Notification, OutboxItem
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.ports import Heard, Outbox, Pace
from ladder.domain.message import Message
from tests.builders.delivery import JO, KIM, NOON, RULES, news, reader
from tests.builders.ledger_stores import stack_tables
from tests.builders.stores import Tables
from tests.fakes.outbox import MemoryOutbox

SECOND = timedelta(seconds=1)


@dataclass
class OutboxStore:
    outbox: Outbox
    erase: Callable[[str], object]


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> OutboxStore:
    if request.param == "memory":
        memory = MemoryOutbox()
        return OutboxStore(memory, memory.erased.add)
    stores = stack_tables(request.getfixturevalue("tables")).stores()
    erasures = DynamoErasures(stores.members, stores.programs)
    return OutboxStore(DynamoOutbox(stores.members), lambda member: erasures.close("academy", member, at=NOON))


def notification(about: str = "academy#1", member: str = KIM, *, seconds: int = 0, **more: object) -> Notification:
    whose = reader("Kim", "private")
    told = news(about, member, **more)  # type: ignore[arg-type]
    (made,) = notifications(told, RULES, preferences=whose.preferences, now=NOON + seconds * SECOND)
    return made


def due(outbox: Outbox, lane: str = "", *, seconds: float = 60) -> list[OutboxItem]:
    return list(outbox.due("academy", "room", lane, NOON + seconds * SECOND))


def test_a_notification_comes_back_as_it_was_put_and_only_once(store: OutboxStore) -> None:
    button = Action("confirm", Message("delivery.confirm_button"), "value")
    put = notification(facts={"points": 5, "share": 0.5, "upheld": True}, actions=(button,), link="#/ledger")
    assert store.outbox.put(put)
    assert not store.outbox.put(replace(put, created_at=NOON + SECOND))
    (item,) = store.outbox.of_member("academy", KIM)
    assert item == OutboxItem(notification=put, due_at=NOON)
    assert due(store.outbox) == [item]


def test_what_is_due_is_listed_in_its_order_by_channel_and_lane_and_nothing_before_its_time(store: OutboxStore) -> None:
    for number in (3, 1, 2):
        store.outbox.put(notification(f"academy#{number}", seconds=number))
    shared = news("academy#9", JO)
    for made in notifications(shared, RULES, preferences=reader("Jo").preferences, now=NOON):
        store.outbox.put(made)
    assert [item.notification.news.about for item in due(store.outbox)] == [
        "academy#9", "academy#1", "academy#2", "academy#3",
    ]  # fmt: skip
    assert [item.notification.news.about for item in due(store.outbox, seconds=1.5)] == ["academy#9", "academy#1"]
    assert [item.notification.reader for item in due(store.outbox, "team:North")] == ["North"]
    assert list(store.outbox.due("bank", "room", "", NOON + SECOND)) == []
    assert list(store.outbox.due("academy", "mail", "", NOON + SECOND)) == []


def test_a_retried_message_keeps_its_place_and_one_that_waits_for_the_morning_gets_another(store: OutboxStore) -> None:
    for number in (1, 2, 3):
        store.outbox.put(notification(f"academy#{number}", seconds=number))
    first, second, _ = due(store.outbox)
    store.outbox.save(first, replace(first, retry_at=NOON + timedelta(hours=1), failures=1))
    store.outbox.save(second, replace(second, due_at=NOON + timedelta(hours=9)))
    assert [item.notification.news.about for item in due(store.outbox)] == ["academy#1", "academy#3"]
    assert due(store.outbox, seconds=10 * 3600)[-1].notification.news.about == "academy#2"


def test_of_two_changes_of_one_item_the_first_is_stored(store: OutboxStore) -> None:
    store.outbox.put(notification())
    (item,) = due(store.outbox)
    sent = replace(item, status="sent", receipt="C1/17.4", to="kim", tries=1, sent_at=NOON, because=Message("x.y"))
    assert store.outbox.save(item, sent)
    assert not store.outbox.save(item, replace(item, status="dropped"))
    assert store.outbox.of_member("academy", KIM) == [replace(sent, version=1)]
    assert due(store.outbox) == []


def test_of_two_claims_that_count_against_one_cap_the_first_is_stored(store: OutboxStore) -> None:
    for number in (1, 2):
        store.outbox.put(notification(f"academy#{number}"))
    before = store.outbox.heard("academy", KIM)
    claims = [
        store.outbox.save(item, replace(item, status="sending"), Heard({item.notification.key: NOON}, before.version))
        for item in due(store.outbox)
    ]
    heard = store.outbox.heard("academy", KIM)
    assert claims == [True, False]
    assert (before, heard.version, list(heard.messages.values())) == (Heard(), 1, [NOON])
    assert [item.status for item in due(store.outbox)] == ["sending", "waiting"]


def test_what_was_heard_more_than_a_week_ago_is_forgotten_once_more_is_heard(store: OutboxStore) -> None:
    store.outbox.put(notification())
    (item,) = due(store.outbox)
    old, new = NOON - timedelta(days=9), NOON
    assert store.outbox.save(item, replace(item, status="sending"), Heard({"old": old, "new": new}))
    assert store.outbox.heard("academy", KIM).messages.get("new") == new


@pytest.mark.parametrize(("occasion", "left"), [(None, []), ("badge", ["kudos"])])
def test_what_is_silenced_is_not_put_whichever_comes_first(
    store: OutboxStore, occasion: Occasion | None, left: list[str]
) -> None:
    store.outbox.silence("academy", KIM, "academy#1", NOON, occasion=occasion)
    put = [store.outbox.put(notification(occasion=kind)) for kind in ("badge", "kudos")]
    assert put == [False, bool(left)]
    assert store.outbox.put(notification("academy#2"))
    if occasion is None:
        store.outbox.silence("academy", KIM, "academy#1", NOON, occasion="kudos")
        assert not store.outbox.put(notification(occasion="order"))


def test_a_digest_and_its_parts_change_together_or_not_at_all(store: OutboxStore) -> None:
    for number in (1, 2):
        store.outbox.put(notification(f"academy#{number}"))
    parts = due(store.outbox)
    whole = notification("digest#1", occasion="digest", feed=None)
    stale = [parts[0], replace(parts[1], version=7)]
    assert not store.outbox.digest(stale, whole)
    assert [item.status for item in store.outbox.of_member("academy", KIM)] == ["waiting", "waiting"]
    assert store.outbox.digest(parts, whole)
    assert [item.notification for item in due(store.outbox)] == [whole]
    assert not store.outbox.digest(parts, whole)


def test_turns_are_as_far_apart_as_the_channel_and_each_address_ask_for(store: OutboxStore) -> None:
    pace = Pace(to_address=SECOND, on_channel=SECOND / 4)

    def turn(to: str, after: float) -> float:
        wait = store.outbox.take_turn("academy", "room", to, NOON + after * SECOND, pace=pace)
        return wait / SECOND

    assert turn("C1", 0) == 0
    assert turn("C2", 0.1) == pytest.approx(0.15)
    assert turn("C2", 0.25) == 0
    assert turn("C1", 0.6) == pytest.approx(0.4)
    assert turn("C1", 1.0) == 0
    assert store.outbox.take_turn("academy", "other", "C1", NOON, pace=pace) == timedelta(0)


def test_a_channel_that_is_held_back_gives_nobody_a_turn_before(store: OutboxStore) -> None:
    store.outbox.hold_back("academy", "room", "C1", NOON + 30 * SECOND)
    store.outbox.hold_back("academy", "room", "C1", NOON + 5 * SECOND)
    assert store.outbox.take_turn("academy", "room", "C1", NOON, pace=Pace()) == 30 * SECOND
    assert store.outbox.take_turn("academy", "room", "C2", NOON, pace=Pace()) == timedelta(0)
    assert store.outbox.take_turn("academy", "room", "C1", NOON + 30 * SECOND, pace=Pace()) == timedelta(0)


def test_nothing_is_put_for_or_heard_by_whoever_was_erased(store: OutboxStore) -> None:
    store.outbox.put(notification())
    (item,) = due(store.outbox)
    store.erase(KIM)
    assert not store.outbox.put(notification("academy#2"))
    assert not store.outbox.save(item, replace(item, status="sending"), Heard({item.notification.key: NOON}))


def test_an_erasure_leaves_what_was_sent_to_be_taken_back_and_no_word_of_it(tables: Tables) -> None:
    stores = stack_tables(tables).stores()
    outbox, erasures = DynamoOutbox(stores.members), DynamoErasures(stores.members, stores.programs)
    for number in (1, 2):
        outbox.put(notification(f"academy#{number}", seconds=number))
    first, _ = due(outbox)
    outbox.save(first, replace(first, status="sent", to="kim", receipt="C1/17.4", sent_at=NOON, tries=1))
    erasures.close("academy", KIM, at=NOON)
    for _ in range(2):
        erasures.forget("academy", KIM, user=None)
    assert outbox.of_member("academy", KIM) == []
    (left,) = due(outbox)
    assert left == outbox.of_member("academy", FORGOTTEN)[0]
    assert (left.status, left.to, left.receipt) == ("withdrawing", "kim", "C1/17.4")
    assert left.notification.key == first.notification.key
    assert KIM not in str(left)
    assert "sharer" not in str(left)
