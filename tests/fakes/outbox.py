"""An outbox in memory, which keeps every promise of the one in DynamoDB, and a channel that does what it is told."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ladder.domain.delivery.notification import Notification, OutboxItem
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.ports import Guarantee, Heard, Outgoing, Pace
from ladder.domain.errors import AnswerLost

type Place = tuple[str, str, str]  # program, member and key


@dataclass
class MemoryOutbox:
    items: dict[Place, OutboxItem] = field(default_factory=dict)
    queues: dict[tuple[str, str, str], dict[Place, None]] = field(default_factory=dict)  # what is open, by lane
    by_member: dict[tuple[str, str], Heard] = field(default_factory=dict)
    free_at: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    silent: dict[tuple[str, str, str], str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def put(self, notification: Notification) -> bool:
        place, news = _place(notification), notification.news
        silent = self.silent.get((news.program, news.member, news.about))
        if place in self.items or news.member in self.erased or silent in {"all", news.occasion}:
            return False
        self._store(OutboxItem(notification=notification, due_at=notification.not_before))
        return True

    def silence(self, program: str, member: str, about: str, now: datetime, *, occasion: Occasion | None) -> None:
        place = program, member, about
        if member not in self.erased and self.silent.get(place) != "all":
            self.silent[place] = occasion or "all"

    def due(self, program: str, channel: str, lane: str, now: datetime) -> Iterator[OutboxItem]:
        queue = (self.items[place] for place in self.queues.get((program, channel, lane), ()))
        yield from sorted((item for item in queue if item.due_at <= now), key=lambda item: item.place)

    def refused(self, program: str) -> list[OutboxItem]:
        of = [item for (where, _, _), item in self.items.items() if where == program and item.status == "refused"]
        return sorted(of, key=lambda item: item.sent_at or item.notification.created_at, reverse=True)

    def of_member(self, program: str, member: str) -> list[OutboxItem]:
        of = [item for (in_program, whose, _), item in self.items.items() if (in_program, whose) == (program, member)]
        return sorted(of, key=lambda item: (item.notification.created_at, item.notification.key))

    def heard(self, program: str, member: str) -> Heard:
        return self.by_member.get((program, member), Heard())

    def save(self, before: OutboxItem, after: OutboxItem, heard: Heard | None = None) -> bool:
        notification = after.notification
        reader = notification.program, notification.reader
        if not self._still(before):
            return False
        if heard is not None:
            if heard.version != self.heard(*reader).version or notification.reader in self.erased:
                return False
            self.by_member[reader] = Heard(heard.messages, heard.version + 1)
        self._store(replace(after, version=before.version + 1))
        return True

    def digest(self, parts: Sequence[OutboxItem], whole: Notification) -> bool:
        if _place(whole) in self.items or whole.member in self.erased or not all(map(self._still, parts)):
            return False
        for part in parts:
            self._store(replace(part, status="digested", version=part.version + 1))
        return self.put(whole)

    def take_turn(self, program: str, channel: str, to: str, now: datetime, *, pace: Pace) -> timedelta:
        every = {"": pace.on_channel, **({to: pace.to_address} if to else {})}
        waits = [at - now for name in every if (at := self.free_at.get((program, channel, name)))]
        if (wait := max(waits, default=timedelta(0))) > timedelta(0):
            return wait
        for name, apart in every.items():
            if apart:
                self.free_at[program, channel, name] = now + apart
        return timedelta(0)

    def hold_back(self, program: str, channel: str, to: str, until: datetime) -> None:
        place = program, channel, to
        self.free_at[place] = max(until, self.free_at.get(place, until))

    def _store(self, item: OutboxItem) -> None:
        notification = item.notification
        place = _place(notification)
        self.items[place] = item
        queue = self.queues.setdefault((notification.program, notification.channel, notification.lane), {})
        if item.is_open:
            queue[place] = None
        else:
            queue.pop(place, None)

    def _still(self, before: OutboxItem) -> bool:
        stored = self.items.get(_place(before.notification))
        return stored is not None and stored.version == before.version


def _place(notification: Notification) -> Place:
    return notification.program, notification.member, notification.key


type Fault = type[Exception] | Exception | None


@dataclass
class FakeChannel:
    """A channel whose reader sees what arrived. `faults`: what happens at the next sends, in their order.

    AnswerLost: it arrived, and nobody hears of it. `loses`: calls that lose their answer without having arrived.
    """

    guarantee: Guarantee = "findable"
    pace: Pace = field(default_factory=Pace)
    faults: deque[Fault] = field(default_factory=deque)
    shown: dict[str, Outgoing] = field(default_factory=dict)  # by receipt
    sends: list[tuple[datetime, Outgoing]] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    can_withdraw: bool = True
    shows: bool | None = None  # what it says when it is read back; None: the truth

    def send(self, outgoing: Outgoing) -> str | None:
        self.sends.append((outgoing.sent_at, outgoing))
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not _is_lost(fault):
            raise fault
        receipt = self._show(outgoing)
        if fault is not None:
            raise fault
        return receipt

    def find(self, outgoing: Outgoing) -> str | None:
        return next((receipt for receipt, shown in self.shown.items() if shown.key == outgoing.key), None)

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:
        if not self.can_withdraw:
            return False
        self.withdrawn.append(outgoing.key)
        self.shown = {key: shown for key, shown in self.shown.items() if shown.key != outgoing.key}
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:
        return receipt in self.shown if self.shows is None else self.shows

    def _show(self, outgoing: Outgoing) -> str:
        found = self.find(outgoing)
        if self.guarantee == "idempotent" and found:
            return found
        receipt = f"receipt-{len(self.shown) + len(self.withdrawn) + 1}"
        self.shown[receipt] = outgoing
        return receipt

    @property
    def seen(self) -> Counter[str]:
        """Return how often each message is visible, by its key."""
        return Counter(outgoing.key for outgoing in self.shown.values())


def _is_lost(fault: type[Exception] | Exception) -> bool:
    return fault is AnswerLost or isinstance(fault, AnswerLost)
