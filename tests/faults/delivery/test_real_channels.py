"""The outbox with every real channel towards the fake of its service: killed at any of the service's calls."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, get_args

import pytest

from ladder.adapters.http import Response, Service
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules, SystemKind
from ladder.domain.message import Message
from tests.builders.channel_stages import KINDS, ChannelStage, opened
from tests.builders.delivery import JO, NOON, DeliveryWorld, MemoryReaders, news, reader
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

MOST_VISIBLE = {"idempotent": 1, "findable": 1, "one_extra": 2, "never_again": 1}
CANNOT_WITHDRAW = {"mail", "teams", "genesys", "points_api", "cornerstone"}
RUNS = 12


def world_of(stage: ChannelStage) -> DeliveryWorld:
    """A program with this channel alone, and one badge to tell of there; a member's user id is their address."""
    stage.clock.now = NOON.timestamp()
    rules: Any = {"key": "room", "kind": stage.kind, "options": stage.options}
    if stage.to:
        rules |= {"address": stage.to} if stage.kind == "webhook" else {"member": "{user}"}
    known = MemoryReaders({JO: replace(reader("Jo"), user=stage.to)})
    world = DeliveryWorld(
        rules=DeliveryRules(channels=(ChannelRules(**rules),)), clock=stage.clock, readers=known, channels={}
    )
    facts = stage.facts or {"badge": "PERSEVERANCE", "badge_name": "Perseverance"}
    world.put(news(occasion="points" if stage.facts else "badge", facts=facts, audiences=_audience(stage)))
    return world


def _audience(stage: ChannelStage) -> Any:
    return ("system",) if stage.kind in get_args(SystemKind) else ("member",)


def run(world: DeliveryWorld, stage: ChannelStage) -> None:
    """One invocation of a new process, and the time until the next."""
    with suppress(Killed):
        world.send(open_channel=lambda program, rules: stage.open())
    world.wait(minutes=4)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_is_taken_back_where_the_channel_lets_it(kind: str) -> None:
    with opened(kind) as stage:
        world = world_of(stage)
        run(world, stage)
        assert (list(world.statuses().values()), stage.visible) == (["sent"], 1)
        world.withdraw(JO, "academy#1")
        for _ in range(3):
            run(world, stage)
        (item,) = world.items()
        if item.status == "withdrawn":
            assert stage.visible == 0
        else:
            assert (item.status, item.because, stage.visible) == ("sent", Message("delivery.stays"), 1)
        assert (item.status != "withdrawn") == (kind in CANNOT_WITHDRAW) == bool(world.reviews.reviews)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_any_call_of_a_service_nothing_is_lost_or_shown_more_often_than_promised(
    kind: str, when: When, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, at, calls = Service._send, 0, 1
    while at < calls:
        fate = Fate(at=at, when=when)

        def struck(*asked: Any, fate: Fate = fate) -> Response:
            answer: Response = fate.call(f"{asked[1]} {asked[2]}", send, *asked)
            return answer

        with opened(kind) as stage, monkeypatch.context() as patched:
            patched.setattr(Service, "_send", struck)
            stage.around = lambda client, fate=fate: Interposed(client, fate)  # type: ignore[misc]
            world = world_of(stage)
            for _ in range(RUNS):
                run(world, stage)
            guarantee = stage.open().guarantee
            assert list(world.statuses().values()) == ["sent"], fate.calls
            least = 0 if guarantee == "never_again" else 1
            assert least <= stage.visible <= MOST_VISIBLE[guarantee], fate.calls
            assert stage.visible == 1 or guarantee in {"one_extra", "never_again"}
        calls, at = max(calls, len(fate.calls)), at + 1
