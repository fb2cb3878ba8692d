"""Show what waits to be said in a program, and what no channel takes: for whoever operates it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ladder.domain.delivery.addressing import lanes
from ladder.domain.delivery.notification import OutboxItem, Status
from ladder.domain.delivery.occasion import Audience, Occasion
from ladder.domain.delivery.ports import Outbox
from ladder.domain.delivery.rules import DeliveryRules
from ladder.domain.message import Message

AHEAD = timedelta(days=30)  # nothing waits longer
MOST_SHOWN = 100  # of a channel


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessage:
    """`due`: when it is looked at next; `tries`: how often the channel may have taken it. No words of it."""

    member: str
    occasion: Occasion
    audience: Audience
    status: Status
    due: datetime
    tries: int
    failures: int
    because: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelQueue:
    """What a channel has before it, the first that is due first, and what it refused. `more`: there is more of it."""

    channel: str
    kind: str
    waiting: Sequence[WaitingMessage]
    refused: Sequence[WaitingMessage]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramMessages:
    channels: Sequence[ChannelQueue]


def show_messages(program: str, rules: DeliveryRules, *, outbox: Outbox, now: datetime) -> ProgramMessages:
    refused = outbox.refused(program)
    queues = []
    for channel in rules.channels:
        waiting = sorted(_waiting(program, rules, channel.key, outbox, now), key=lambda item: item.place)
        queues.append(
            ChannelQueue(
                channel=channel.key,
                kind=channel.kind,
                waiting=tuple(map(_shown, waiting[:MOST_SHOWN])),
                refused=tuple(_shown(item) for item in refused if item.notification.channel == channel.key)[
                    :MOST_SHOWN
                ],
                more=len(waiting) > MOST_SHOWN,
            )
        )
    return ProgramMessages(channels=tuple(queues))


def _waiting(program: str, rules: DeliveryRules, key: str, outbox: Outbox, now: datetime) -> Iterator[OutboxItem]:
    channel = rules.channel(key)
    for lane in lanes(channel) if channel else ():
        for number, item in enumerate(outbox.due(program, key, lane, now + AHEAD)):
            if number > MOST_SHOWN:
                break
            yield item


def _shown(item: OutboxItem) -> WaitingMessage:
    notification = item.notification
    return WaitingMessage(
        member=notification.member,
        occasion=notification.news.occasion,
        audience=notification.audience,
        status=item.status,
        due=item.retry_at or item.due_at,
        tries=item.tries,
        failures=item.failures,
        because=item.because,
    )
