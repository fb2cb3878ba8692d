"""Show a member what was said to them and of them, on which channel, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.delivery.notification import OutboxItem, Status
from ladder.domain.delivery.occasion import Audience, Occasion
from ladder.domain.delivery.ports import Outbox
from ladder.domain.message import Message
from ladder.web.me import Me

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAboutMe:
    """`title`: what it said; `audience`: who could read it; `at`: when it was sent, or made where it was not."""

    occasion: Occasion
    audience: Audience
    channel: str
    title: Message
    status: Status
    because: Message | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesAboutMe:
    """Newest first; what was said more than about three months ago is no longer stored."""

    messages: Sequence[MessageAboutMe]


def show_messages(me: Me, *, outbox: Outbox) -> MessagesAboutMe:
    items = outbox.of_member(me.program, me.member)
    newest = sorted(items, key=lambda item: item.sent_at or item.notification.created_at, reverse=True)
    return MessagesAboutMe(messages=tuple(map(_shown, newest[:MOST_SHOWN])))


def _shown(item: OutboxItem) -> MessageAboutMe:
    notification = item.notification
    feed = notification.news.feed if notification.audience == "team" else None
    return MessageAboutMe(
        occasion=notification.news.occasion,
        audience=notification.audience,
        channel=notification.channel,
        title=(feed or notification.news.text).title,
        status=item.status,
        because=item.because,
        at=item.sent_at or notification.created_at,
    )
