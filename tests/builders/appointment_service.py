"""The appointments function on fakes, as a stream and a schedule call it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from appointments.announce import Teller, announce
from appointments.remind import remind
from appointments.update import update
from ladder.domain.activities.activity import Activity
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.delivery.notification import OutboxItem
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.programs.program import Program
from tests.builders.academy import academy
from tests.builders.appointments import MEMBER, NOW
from tests.fakes.calendars import MemoryAppointments
from tests.fakes.outbox import MemoryOutbox
from tests.fakes.preferences import MemoryPreferences

MAIL = ChannelRules(key="mail", kind="mail", member="{user}@bank.example", options={"from": "training@bank.example"})
HOOK = ChannelRules(key="hook", kind="webhook", address="https://events.bank.example")
TELLS = replace(academy(), calendar=CalendarRules(), delivery=DeliveryRules(channels=(MAIL, HOOK)))


@dataclass(slots=True)
class Programs:
    program: Program

    def keys(self) -> list[str]:
        return [self.program.key]


@dataclass(slots=True)
class AppointmentService:
    """`between`: what stands between the function and each of its stores, such as a fate."""

    program: Program = TELLS
    preferences: MemoryPreferences = field(default_factory=MemoryPreferences)
    appointments: MemoryAppointments = field(default_factory=MemoryAppointments)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    between: Callable[[Any], Any] = lambda store: store

    def take(self, *activities: Activity, now: datetime = NOW, killed: bool = False) -> int:
        put = 0
        for activity in activities:
            updated = update(
                activity,
                program=self.program,
                member=MEMBER,
                find=lambda _: None,
                appointments=self.between(self.appointments),
                queue=None,  # type: ignore[arg-type]
                now=now,
            )
            if updated is not None and not killed:
                teller = Teller(self.between(self.outbox), self.preferences, now)
                put += announce(
                    updated.after,
                    program=self.program,
                    member=MEMBER,
                    appointments=self.between(self.appointments),
                    teller=teller,
                )
        return put

    def tick(self, now: datetime) -> int:
        return remind(
            programs=Programs(self.program),  # type: ignore[arg-type]
            current=lambda _: self.program,
            appointments=self.between(self.appointments),
            teller=Teller(self.between(self.outbox), self.preferences, now),
            time_left=lambda: 60.0,
        )

    def told(self, *occasions: str) -> list[OutboxItem]:
        items = self.outbox.of_member("academy", MEMBER)
        return [item for item in items if not occasions or item.notification.news.occasion in occasions]

    def titles(self, channel: str = "mail") -> list[str]:
        return [item.notification.news.text.title.code for item in self.told() if item.notification.channel == channel]
