"""A program with a team's feed and a way to each member, a clock, and channels that tests control."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from delivery.send_due import DeliveryServices, send_due
from delivery.withdraw import withdraw
from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.notification import News, OutboxItem, Text, person
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.ports import Outbox, Outgoing, Reader
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.members.preferences import Preferences, Recognition
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from tests.builders.academy import academy
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import FakeChannel, MemoryOutbox
from tests.fakes.reviews import MemoryReviewQueue

NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)  # a Wednesday, in Paris
JO, KIM, TEAM = "5e" * 16, "6f" * 16, "North"
ROOM = ChannelRules(key="room", kind="slack", member="{user}", teams={TEAM: "C-north"})
HOOK = ChannelRules(key="hook", kind="webhook", address="https://hooks.bank.example")
RULES = DeliveryRules(channels=(ROOM,))


@dataclass
class MemoryReaders:
    """Members by their ids; who is not there was erased."""

    readers: dict[str, Reader] = field(default_factory=dict)

    def find(self, program: str, member: str) -> Reader | None:
        return self.readers.get(member)


def reader(name: str, recognition: Recognition = "team", **preferences: Any) -> Reader:
    return Reader(name=name, user=name.lower(), preferences=Preferences(recognition=recognition, **preferences))


def news(about: str = "academy#1", member: str = JO, occasion: Occasion = "badge", **more: Any) -> News:
    title = Message("points.badge_given", {"badge": "sharer"})
    feed = Text(Message("delivery.feed_badge", {"who": person(member), "badge": "sharer", "tier": "none"}))
    values: dict[str, Any] = {"text": Text(title), "feed": feed, "team": TEAM, "at": NOON}
    return News(program="academy", member=member, occasion=occasion, about=about, **{**values, **more})


@dataclass
class DeliveryWorld:
    """One program. `time_left`: seconds of each invocation, which the clock uses up."""

    rules: DeliveryRules = RULES
    outbox: Outbox = field(default_factory=MemoryOutbox)
    channels: Mapping[str, FakeChannel] = field(default_factory=lambda: {"room": FakeChannel()})
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON.timestamp()))
    readers: MemoryReaders = field(
        default_factory=lambda: MemoryReaders({JO: reader("Jo"), KIM: reader("Kim", "private")})
    )
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    reports: list[str] = field(default_factory=list)
    time_left: float = 300.0
    program_changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        return academy(delivery=self.rules, **self.program_changes)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    @property
    def channel(self) -> FakeChannel:
        return self.channels["room"]

    def put(self, *told: News) -> None:
        for one in told:
            whose = self.readers.find("academy", one.member) or reader("team")
            for notification in notifications(one, self.rules, preferences=whose.preferences, now=self.now):
                self.outbox.put(notification)

    def send(self, **instead: Any) -> Counter[str]:
        """Send what is due, in one invocation."""
        ends = self.clock() + self.time_left
        services = {
            "outbox": self.outbox,
            "readers": self.readers,
            "reviews": self.reviews,
            "open_channel": lambda program, rules: self.channels[rules.key],
            "clock": lambda: self.now,
            "sleep": self.clock.sleep,
            "time_left": lambda: ends - self.clock(),
            "report": lambda what, item, error: self.reports.append(what),
        }
        return send_due(self.program, DeliveryServices(**{**services, **instead}))

    def withdraw(self, member: str, about: str) -> None:
        withdraw(self.outbox, "academy", member, about, now=self.now)

    def wait(self, **duration: float) -> None:
        self.clock.now += timedelta(**duration).total_seconds()

    def items(self, member: str = JO) -> list[OutboxItem]:
        return self.outbox.of_member("academy", member)

    def statuses(self, member: str = JO) -> dict[str, str]:
        """Return the status of each notification by its audience and what it is about."""
        return {
            f"{item.notification.audience} {item.notification.news.about}": item.status for item in self.items(member)
        }

    def shown(self, key: str = "room") -> list[Outgoing]:
        return list(self.channels[key].shown.values())
