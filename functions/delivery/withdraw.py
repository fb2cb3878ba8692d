"""Withdraw what was said, or was to be said, of an event that was reversed, or that its member no longer shares."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ladder.domain.delivery.notification import OutboxItem
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.ports import Outbox
from ladder.domain.delivery.timing import unwanted
from ladder.domain.errors import Unavailable
from ladder.domain.members.preferences import Preferences
from ladder.domain.message import Message

REVERSED = Message("delivery.reversed")


def withdraw(
    outbox: Outbox, program: str, member: str, about: str, *, occasion: Occasion | None = None, now: datetime
) -> int:
    """Withdraw all that is about an event, or one occasion of it; return how much there was.

    News of it that comes later, as a stream may have it, is not put any more. Running it again changes nothing.
    """
    outbox.silence(program, member, about, now, occasion=occasion)

    def concerned(item: OutboxItem) -> bool:
        news = item.notification.news
        return news.about == about and occasion in {None, news.occasion}

    return _withdraw(outbox, program, member, concerned, because=REVERSED, now=now)


def withdraw_unshared(outbox: Outbox, program: str, member: str, preferences: Preferences, *, now: datetime) -> int:
    """Withdraw from others what the member does not share with them any longer; return how much that was."""

    def concerned(item: OutboxItem) -> bool:
        return item.notification.audience == "team" and unwanted(item.notification, preferences) is not None

    return _withdraw(outbox, program, member, concerned, because=Message("delivery.not_for_others"), now=now)


def _withdraw(
    outbox: Outbox,
    program: str,
    member: str,
    concerned: Callable[[OutboxItem], bool],
    *,
    because: Message,
    now: datetime,
) -> int:
    """Mark what was sent as to be taken back, and what was not as withdrawn.

    Raises Unavailable where a message is being sent at this moment: then all of it is done again.
    """
    found = 0
    for item in filter(concerned, outbox.of_member(program, member)):
        if item.status == "waiting" and not item.tries:
            after = replace(item, status="withdrawn", because=because, retry_at=None)
        elif item.status in {"waiting", "sending", "sent", "checking"}:
            later = item.retry_at if item.status == "sending" else None
            after = replace(item, status="withdrawing", because=because, due_at=now, retry_at=later, failures=0)
        else:
            continue
        if not outbox.save(item, after):
            raise Unavailable("a message is being sent at this moment")
        found += 1
    return found
