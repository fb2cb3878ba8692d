"""Ways to get the section on delivery wrong, each once, with the path and the words of its problem."""

from dataclasses import replace
from datetime import time
from typing import Any

from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules, KudosRules
from ladder.domain.points.rules import Rule
from ladder.domain.programs.program import Program
from tests.builders.academy import RULE, academy

ROOM = ChannelRules(key="room", kind="slack", teams={"North": "C0123456789"})
MAIL = ChannelRules(key="mail", kind="mail", member="{user}@bank.example", options={"from": "training@bank.example"})
HOOK = ChannelRules(key="hook", kind="webhook", address="https://hooks.bank.example/ladder")
KUDOS = KudosRules(values={"helpful": "helped me"})
THANKED = Rule(
    key="THANKED", name="thanked", match=EventFilter(types=("kudos.received",)), points=5, hold="until Monday"
)


def with_channel(channel: ChannelRules, *others: ChannelRules, **changed: Any) -> Program:
    return academy(delivery=DeliveryRules(channels=(replace(channel, **changed), *others)))


def with_kudos(rule: Rule, kudos: KudosRules | None) -> Program:
    return academy(delivery=DeliveryRules(kudos=kudos), rules=(RULE, rule))


MISTAKES: dict[str, tuple[Program, str, str, str]] = {
    "a channel with the key of another secret": (
        with_channel(ROOM, key="judge"), "delivery.channels.judge", "name another secret", "another key",
    ),
    "a channel that takes over from itself": (
        with_channel(ROOM, otherwise="room"), "delivery.channels.room.otherwise", "from itself", "another channel",
    ),
    "a channel that takes over and is none": (
        with_channel(ROOM, MAIL, otherwise="mial"), "delivery.channels.room.otherwise", "no such channel", "mean mail?",
    ),
    "a webhook without an address": (
        with_channel(HOOK, address=None), "delivery.channels.hook.address", "needs the address", "https://host/path",
    ),
    "a webhook to something that is no address": (
        with_channel(HOOK, address="the hook"), "delivery.channels.hook.address", "needs the address", "https://",
    ),
    "a team's feed on a webhook": (
        with_channel(HOOK, teams={"North": "x"}), "delivery.channels.hook.teams", "read by a system", "slack",
    ),
    "kudos that pay at once": (
        with_kudos(replace(THANKED, hold=None), KUDOS), "rules.THANKED.hold", "trade them for points", "Write hold",
    ),
}  # fmt: skip
DOUBTS: dict[str, tuple[Program, str, str]] = {
    "a channel that reaches nobody": (
        with_channel(ROOM, teams={}), "delivery.channels.room", "it has no address, so it reaches nobody",
    ),
    "a channel on which all read what is meant for one": (
        with_channel(MAIL, member="all@bank.example"), "delivery.channels.mail.member", "every member has the same",
    ),
    "an occasion for nobody on the channel": (
        with_channel(ROOM, occasions=("verdict",)), "delivery.channels.room.occasions", "verdict is for none of those",
    ),
    "a digest in quiet hours": (
        academy(delivery=DeliveryRules(digest_at=time(19))), "delivery.digest_at", "nobody is written to at that time",
    ),
    "a week with fewer messages than a day": (
        academy(delivery=DeliveryRules(daily_messages=5, weekly_messages=3)), "delivery.weekly_messages", "less than",
    ),
    "a rule on kudos in a program without kudos": (
        with_kudos(THANKED, None), "rules.THANKED.when", "kudos.received never happens",
    ),
}  # fmt: skip
