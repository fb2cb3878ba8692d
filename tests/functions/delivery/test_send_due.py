"""What is due is sent once, in its reader's hours and within their caps, and taken back where it has to be."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from ladder.domain.delivery.ports import Guarantee, Pace
from ladder.domain.delivery.rules import DeliveryRules
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable
from ladder.domain.message import Message
from tests.builders.delivery import HOOK, JO, KIM, NOON, ROOM, RULES, DeliveryWorld, news, reader
from tests.fakes.outbox import FakeChannel, MemoryOutbox


def test_a_member_and_their_team_read_of_a_badge_each_in_words_for_them() -> None:
    world = DeliveryWorld()
    world.put(news())
    world.send()
    assert {(sent.to, sent.title) for sent in world.shown()} == {
        ("jo", "You received the badge sharer."),
        ("C-north", "Jo has the badge sharer."),
    }
    assert set(world.statuses().values()) == {"sent"}


def test_what_a_member_keeps_to_themselves_is_not_even_stored_for_others() -> None:
    world = DeliveryWorld()
    world.put(news(member=KIM))
    assert [item.notification.audience for item in world.items(KIM)] == ["member"]


def test_the_same_event_again_is_said_once() -> None:
    world = DeliveryWorld()
    for _ in range(3):
        world.put(news())
        world.send()
    assert sorted(world.channel.seen.values()) == [1, 1]


@pytest.mark.parametrize(("guarantee", "visible"), [("idempotent", 1), ("findable", 1), ("one_extra", 2)])
def test_a_lost_answer_shows_a_message_as_often_as_its_channel_says(guarantee: Guarantee, visible: int) -> None:
    world = DeliveryWorld(channels={"room": FakeChannel(guarantee)})
    world.channel.faults.extend([AnswerLost("cut")] * 3)
    world.put(news(member=KIM))
    for _ in range(8):
        world.send()
        world.wait(minutes=3)
    assert list(world.channel.seen.values()) == [visible]
    assert world.statuses(KIM) == {"member academy#1": "sent"}


def test_a_message_that_never_arrived_is_found_missing_and_sent() -> None:
    world = DeliveryWorld()
    world.put(news(member=KIM))
    claimed, *_ = world.items(KIM)
    world.outbox.save(claimed, replace(claimed, status="sending", tries=1, retry_at=NOON + timedelta(minutes=2)))
    world.send()
    assert world.shown() == []
    world.wait(minutes=3)
    world.send()
    assert list(world.channel.seen.values()) == [1]


def test_later_messages_to_a_reader_wait_until_the_earlier_one_is_through() -> None:
    world = DeliveryWorld()
    world.channel.faults.append(Unavailable("down"))
    for number in range(3):
        world.put(news(f"academy#{number}", KIM, text=news().text))
        world.wait(seconds=1)
    world.put(news("academy#9", JO))
    world.send()
    assert {sent.to for sent in world.shown()} == {"jo", "C-north"}
    world.wait(minutes=5)
    world.send()
    told = [outgoing.facts.get("n", outgoing.key) for _, outgoing in world.channel.sends if outgoing.to == "kim"]
    keys = [item.notification.key for item in world.items(KIM)]
    assert told == [keys[0], *keys]


def test_what_the_channel_refuses_for_good_is_set_apart_with_its_reason_and_delays_nothing() -> None:
    world = DeliveryWorld()
    world.channel.faults.append(Rejected("invalid_blocks"))
    world.put(news("academy#1", KIM))
    world.wait(seconds=1)
    world.put(news("academy#2", KIM))
    world.send()
    assert [item.status for item in world.items(KIM)] == ["refused", "sent"]
    assert world.items(KIM)[0].because == Message("text.verbatim", {"text": "invalid_blocks"})
    assert world.reports == ["refused"]


def test_a_closed_channel_keeps_everything_until_it_is_mended() -> None:
    world = DeliveryWorld()
    world.channel.faults.append(ChannelClosed("token_revoked"))
    for number in range(5):
        world.put(news(f"academy#{number}", member=f"{number:032x}"[:32]))
    world.readers.readers |= {f"{number:032x}": reader(f"M{number}", "private") for number in range(5)}
    world.send()
    assert world.reports == ["a channel is closed"]
    assert len(world.channel.sends) == 1
    world.wait(minutes=16)
    world.send()
    assert len(world.shown()) == 5


def test_another_channel_takes_over_where_the_program_names_one() -> None:
    mail = replace(ROOM, key="mail", kind="mail", teams={}, member="{user}@bank.example", occasions=("order",))
    world = DeliveryWorld(
        rules=DeliveryRules(channels=(replace(ROOM, otherwise="mail"), mail)),
        channels={"room": FakeChannel(), "mail": FakeChannel()},
    )
    world.channel.faults.append(ChannelClosed("gone"))
    world.put(news(member=KIM))
    world.send()
    assert world.shown() == []
    assert [sent.to for sent in world.shown("mail")] == ["kim@bank.example"]
    assert sorted(item.status for item in world.items(KIM)) == ["dropped", "sent"]


def test_a_channel_that_asks_to_wait_is_not_asked_again_before() -> None:
    world = DeliveryWorld()
    world.channel.faults.extend([Throttled("429", seconds=40)] * 2)
    world.put(news(member=KIM))
    for _ in range(20):
        world.send()
        world.wait(seconds=10)
    times = [at for at, _ in world.channel.sends]
    assert len(times) == 3
    assert all(later - earlier >= timedelta(seconds=40) for earlier, later in pairwise(times))


def test_nobody_is_written_to_after_their_shift_and_the_message_comes_the_next_morning() -> None:
    world = DeliveryWorld()
    world.wait(hours=8)  # 20:00 in Paris
    world.put(news(at=world.now))
    world.send()
    assert world.shown() == []
    world.wait(hours=11, minutes=59)
    world.send()
    assert world.shown() == []
    world.wait(minutes=1)
    world.send()
    assert len(world.shown()) == 2


def test_a_cap_lets_the_next_message_wait_for_the_next_day() -> None:
    world = DeliveryWorld(rules=replace(RULES, daily_messages=2))
    for number in range(5):
        world.put(news(f"academy#{number}", KIM))
        world.wait(seconds=1)
    sent_by_day = []
    for _ in range(3):
        world.send()
        sent_by_day.append(len(world.shown()))
        world.wait(days=1)
    assert sent_by_day == [2, 4, 5]


def test_what_is_not_urgent_comes_in_one_message_where_the_program_says_when() -> None:
    world = DeliveryWorld(rules=replace(RULES, digest_at=time(15, 30)))
    for number in range(3):
        world.put(news(f"academy#{number}", KIM))
        world.wait(seconds=1)
    world.put(news("academy#order", KIM, occasion="order", feed=None))
    world.send()
    assert len(world.shown()) == 1  # an order does not wait
    world.wait(hours=4)
    world.send()
    world.send()
    assert [sent.title for sent in world.shown()][1:] == ["3 pieces of news for you"]
    assert world.shown()[1].paragraphs == ("You received the badge sharer.",) * 3
    assert sorted(item.status for item in world.items(KIM)) == ["digested"] * 3 + ["sent"] * 2


@pytest.mark.parametrize(
    ("preferences", "because"),
    [
        ({"muted": frozenset({"badge"})}, "delivery.muted"),
        ({"channels_off": frozenset({"room"})}, "delivery.channel_off"),
        ({"recognition": "none"}, "delivery.no_recognition"),
    ],
)
def test_a_member_who_wants_no_such_message_gets_none_also_where_they_say_so_later(
    preferences: dict[str, object], because: str
) -> None:
    world = DeliveryWorld()
    world.put(news(member=KIM))
    world.readers.readers[KIM] = reader("Kim", **{"recognition": "private", **preferences})  # type: ignore[arg-type]
    world.send()
    (item,) = world.items(KIM)
    assert (item.status, item.because) == ("dropped", Message(because))
    assert world.channel.sends == []


def test_a_team_hears_nothing_of_a_member_who_has_changed_their_mind() -> None:
    world = DeliveryWorld()
    world.put(news())
    world.readers.readers[JO] = reader("Jo", "private")
    world.send()
    assert [sent.to for sent in world.shown()] == ["jo"]


def test_of_two_processes_one_sends_and_caps_hold_between_them() -> None:
    world = DeliveryWorld(rules=replace(RULES, daily_messages=1))
    for number in range(2):
        world.put(news(f"academy#{number}", KIM))
    first, second = world.items(KIM)
    heard = world.outbox.heard("academy", KIM)
    claims = [
        world.outbox.save(item, replace(item, status="sending"), replace(heard, messages={item.notification.key: NOON}))
        for item in (first, second, first)
    ]
    assert claims == [True, False, False]


def test_a_channel_that_does_not_show_what_it_took_is_looked_at_again_and_then_by_a_person() -> None:
    world = DeliveryWorld(channels={"room": FakeChannel(shows=False)})
    world.put(news(member=KIM))
    for _ in range(4):
        world.send()
        world.wait(minutes=6)
    (review,) = world.reviews.reviews.values()
    assert (review.kind, review.subject) == ("audit", "academy#1")
    assert review.because == (Message("delivery.not_shown", {"channel": "room"}),)
    assert len(world.channel.sends) == 1


def test_what_a_channel_cannot_take_back_becomes_a_task_for_a_person_once_a_message() -> None:
    world = DeliveryWorld(channels={"room": FakeChannel(can_withdraw=False)})
    world.put(news())
    world.send()
    world.withdraw(JO, "academy#1")
    for _ in range(3):
        world.send()
        world.wait(minutes=6)
    because = (Message("delivery.take_back_by_hand", {"channel": "room"}),)
    tasks = [(review.kind, review.member, review.subject, review.because) for review in world.reviews.reviews.values()]
    assert tasks == [("audit", JO, "academy#1", because)] * 2  # to the member, and to their team
    assert {(item.status, item.because) for item in world.items()} == {("sent", Message("delivery.stays"))}
    assert world.reports == []


def test_what_stays_and_is_about_no_entry_is_told_to_operators() -> None:
    world = DeliveryWorld(channels={"room": FakeChannel(can_withdraw=False)})
    world.put(news("appointment#a1", KIM))
    world.send()
    world.withdraw(KIM, "appointment#a1")
    world.send()
    assert (world.reviews.reviews, world.reports) == ({}, ["a person has to take it back"])


def test_a_member_is_written_to_at_the_address_that_the_list_of_members_has() -> None:
    world = DeliveryWorld(rules=DeliveryRules(channels=(replace(ROOM, member="{address}", teams={}),)))
    world.readers.readers[JO] = replace(reader("Jo"), addresses={"room": "U0123456789"})
    world.put(news(), news("academy#2", KIM))
    world.send()
    assert [sent.to for sent in world.shown()] == ["U0123456789"]
    (item,) = world.items(KIM)
    assert (item.status, item.because) == ("dropped", Message("delivery.no_address"))


@pytest.mark.slow
def test_ten_thousand_recognitions_at_once_never_go_over_the_pace_of_a_channel_and_none_is_lost() -> None:
    pace = Pace(to_address=timedelta(seconds=1), on_channel=timedelta(milliseconds=250))
    teams = {f"team-{number}": f"C-{number}" for number in range(8)}
    rules = DeliveryRules(channels=(replace(ROOM, member=None, teams=teams),))
    world = DeliveryWorld(rules=rules, channels={"room": FakeChannel(pace=pace)})
    world.put(*(news(f"academy#{number}", team=f"team-{number % 8}") for number in range(10_000)))
    world.time_left = 1_000  # of an invocation, so that the test takes fewer of them
    while len(world.channel.sends) < 10_000:
        before = len(world.channel.sends)
        world.send()
        world.wait(seconds=1)
        assert len(world.channel.sends) > before
    by_address = dict[str, list[datetime]]()
    for at, outgoing in world.channel.sends:
        by_address.setdefault(outgoing.to, []).append(at)
    assert {len(times) for times in by_address.values()} == {1_250}
    for times, apart in [([at for at, _ in world.channel.sends], 0.25), *((times, 1) for times in by_address.values())]:
        assert all(later - earlier >= timedelta(seconds=apart) for earlier, later in pairwise(times))
    assert set(world.statuses().values()) == {"sent"}


def test_a_feed_never_gets_messages_faster_than_its_channel_allows() -> None:
    world = DeliveryWorld(channels={"room": FakeChannel(pace=Pace(to_address=timedelta(seconds=1)))})
    world.put(*(news(f"academy#{number}") for number in range(200)))
    world.rules = replace(RULES, daily_messages=50, weekly_messages=200)
    for _ in range(5):
        world.send()
        world.wait(seconds=20)
    times = [at for at, outgoing in world.channel.sends if outgoing.to == "C-north"]
    assert len(times) == 200
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(times))


def test_a_system_hears_facts_at_once_at_any_hour_and_no_name() -> None:
    world = DeliveryWorld(
        rules=DeliveryRules(channels=(HOOK,), daily_messages=1), channels={"hook": FakeChannel("idempotent")}
    )
    world.wait(hours=12)
    world.put(*(news(f"academy#{number}", facts={"badge": "SHARER"}) for number in range(3)))
    world.send()
    assert [(sent.facts["badge"], sent.member) for sent in world.shown("hook")] == [("SHARER", JO)] * 3
    assert not any("Jo" in sent.title for sent in world.shown("hook"))


def test_nothing_is_sent_to_whoever_was_erased() -> None:
    world = DeliveryWorld()
    world.put(news(member=KIM))
    del world.readers.readers[KIM]
    world.send()
    assert world.channel.sends == []


def test_a_run_without_time_leaves_the_rest_for_the_next() -> None:
    world = DeliveryWorld(time_left=10)
    world.put(news())
    world.send()
    assert world.channel.sends == []
    assert isinstance(world.outbox, MemoryOutbox)
