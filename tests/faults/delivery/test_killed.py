"""A run that is killed between any two outside calls, or loses any answer, shows each message once in the end."""

from contextlib import suppress
from itertools import count

import pytest

from ladder.domain.delivery.ports import Guarantee
from ladder.domain.errors import AnswerLost, Throttled, Unavailable
from tests.builders.delivery import JO, KIM, DeliveryWorld, news, reader
from tests.fakes.fault_injection import Fate, Interposed, Killed, When
from tests.fakes.outbox import FakeChannel

MOST_VISIBLE: dict[Guarantee, int] = {"idempotent": 1, "findable": 1, "one_extra": 2}


def world_with(guarantee: Guarantee) -> DeliveryWorld:
    """Three messages to one member, and one of each kind to another and their team."""
    world = DeliveryWorld(channels={"room": FakeChannel(guarantee)})
    for number in range(3):
        world.put(news(f"academy#{number}", KIM))
        world.wait(seconds=1)
    world.put(news("academy#9", JO))
    return world


def run(world: DeliveryWorld, fate: Fate) -> None:
    """With `fate` before every port."""
    channel = Interposed(world.channel, fate)
    world.send(
        outbox=Interposed(world.outbox, fate),
        open_channel=lambda program, rules: channel,
        reviews=Interposed(world.reviews, fate),
    )


def finish(world: DeliveryWorld) -> None:
    for _ in range(6):
        world.wait(minutes=4)
        world.send()


def order_of(world: DeliveryWorld, to: str) -> list[str]:
    """Return the keys of what arrived at an address in the order of their first arrival."""
    arrived = [outgoing.key for outgoing in world.channel.shown.values() if outgoing.to == to]
    return list(dict.fromkeys(arrived))


def calls(guarantee: Guarantee) -> list[str]:
    world, fate = world_with(guarantee), Fate()
    run(world, fate)
    return fate.calls


CASES = [
    (guarantee, at, when)
    for guarantee in MOST_VISIBLE
    for at in range(len(calls(guarantee)))
    for when in ("before", "after")
]


def test_a_message_takes_a_look_at_what_its_reader_heard_a_turn_a_claim_the_call_and_its_record() -> None:
    assert calls("findable")[1:7] == [
        "MemoryOutbox.heard", "MemoryOutbox.take_turn", "MemoryOutbox.save", "FakeChannel.send",
        "FakeChannel.still_there", "MemoryOutbox.save",
    ]  # fmt: skip


@pytest.mark.parametrize("strike", [Killed, Unavailable, AnswerLost, Throttled])
@pytest.mark.parametrize(("guarantee", "at", "when"), CASES)
def test_struck_at_any_call_and_run_again_nothing_is_lost_or_said_more_often_than_promised(
    guarantee: Guarantee, at: int, when: When, strike: type[BaseException]
) -> None:
    world = world_with(guarantee)
    if strike in {Unavailable, Throttled} and when == "after" and "FakeChannel" in calls(guarantee)[at]:
        pytest.skip("a channel that says that it did nothing has done nothing")
    with suppress(Killed, Unavailable):
        run(world, Fate(at=at, when=when, strike=strike))
    finish(world)
    seen = world.channel.seen
    assert len(seen) == 5
    assert max(seen.values()) <= MOST_VISIBLE[guarantee]
    assert {*world.statuses(KIM).values(), *world.statuses(JO).values()} == {"sent"}
    assert order_of(world, "kim") == [item.notification.key for item in world.items(KIM)]


@pytest.mark.parametrize("guarantee", MOST_VISIBLE)
def test_killed_in_every_run_at_a_later_call_it_gets_through_in_the_end(guarantee: Guarantee) -> None:
    world = world_with(guarantee)
    for at in count():
        fate = Fate(at=at)
        with suppress(Killed):
            run(world, fate)
        world.wait(minutes=4)
        if len(fate.calls) <= at:
            break
    finish(world)
    assert max(world.channel.seen.values()) <= MOST_VISIBLE[guarantee]
    assert len(world.channel.seen) == 5


def test_a_storm_of_429_is_waited_for_and_then_everything_arrives_once_in_order() -> None:
    world = DeliveryWorld()
    world.readers.readers |= {f"{number:032x}": reader(f"M{number}", "private") for number in range(30)}
    for number in range(30):
        world.put(news(f"academy#{number}", f"{number % 10:032x}"))
    world.channel.faults.extend([Throttled("429", seconds=5), Throttled("429"), Unavailable("503")] * 15)
    for _ in range(60):
        world.send()
        world.wait(minutes=2)
    assert sorted(world.channel.seen.values()) == [1] * 30
    for number in range(10):
        expected = [item.notification.key for item in world.items(f"{number:032x}")]
        assert order_of(world, f"m{number}") == expected


@pytest.mark.parametrize("at", range(12))
def test_taken_back_and_struck_at_any_call_nothing_stays_visible(at: int) -> None:
    for when in ("before", "after"):
        world = DeliveryWorld()
        world.put(news(member=KIM))
        world.send()
        world.withdraw(KIM, "academy#1")
        with suppress(Killed):
            run(world, Fate(at=at, when=when))
        finish(world)
        assert world.shown() == []
        assert world.statuses(KIM) == {"member academy#1": "withdrawn"}
