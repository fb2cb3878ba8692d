"""News, and a notification: the intent to tell one reader of it on one channel, and what became of that."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ladder.domain.delivery.occasion import RULES, Audience, Occasion
from ladder.domain.message import Message

type Facts = Mapping[str, str | int | float | bool]

# waiting: for its time · sending: claimed; after its lease the channel is asked what became of it · sent ·
# checking: sent, but the channel did not show it yet · withdrawing: it was sent and is to be taken back ·
# withdrawn: nobody sees it, or it was never sent · dropped: its reader does not want it, or its time is over ·
# digested: it is part of a digest · refused: the channel will never take it
Status = Literal["waiting", "sending", "sent", "checking", "withdrawing", "withdrawn", "dropped", "digested", "refused"]
OPEN: frozenset[Status] = frozenset({"waiting", "sending", "checking", "withdrawing"})  # there is something to do
USUAL_LIFE = timedelta(days=3)  # after which nobody wants to hear of it
SYSTEMS_LIFE = timedelta(days=10)  # machines are told late rather than never


PERSON = "delivery.person"


def person(member: str) -> Message:
    """Return a parameter that stands for a member: their name is looked up when it is sent, so that none is stored."""
    return Message("delivery.person", {"member": member})


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `value` names what it decides about; the platform of the channel signs what its user presses."""

    key: str  # "confirm"
    label: Message
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """A title and paragraphs, which become text when they are sent, in the language of whoever reads them."""

    title: Message
    paragraphs: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that may be said. `about`: the event or review it comes from, as source#id: its reversal withdraws it.

    `subject`: what tells it from other news of the same event, such as a badge's key. `text`: to the member; `feed`: to
    a team, about the member. `facts`: for systems. `readers`: members who are told, where that is
    not the member it is about. `audiences`: where fewer than the occasion allows may hear of it.
    """

    program: str
    member: str  # whom it is about; team:<key> where it is about a team
    occasion: Occasion
    about: str
    subject: str = ""
    text: Text
    feed: Text | None = None
    facts: Facts = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    link: str = ""  # a part of the console, such as #/badges
    team: str | None = None  # the key of their team
    readers: tuple[str, ...] = ()
    audiences: tuple[Audience, ...] | None = None
    at: datetime  # when it happened
    not_before: datetime | None = None
    not_after: datetime | None = None

    def may_reach(self, audience: Audience) -> bool:
        return audience in (RULES[self.occasion].audiences if self.audiences is None else self.audiences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One intent. Its key is a function of the news, its reader and the channel: the same event makes it once.

    `reader`: a member's id, or the key of the team whose feed or supervisors it is for; "" for a system.
    `not_before` and `not_after` bound when it may be sent; the reader's quiet hours are looked up when it is due.
    """

    news: News
    channel: str  # a key of the program's channels
    audience: Audience
    reader: str
    created_at: datetime
    not_before: datetime
    not_after: datetime
    sent_as: str | None = None  # its key before its member was erased: channels know it by that

    @property
    def program(self) -> str:
        return self.news.program

    @property
    def member(self) -> str:
        return self.news.member

    @property
    def key(self) -> str:
        """Return 32 hexadecimal digits, the same at every try and for every repeat of its event."""
        if self.sent_as:
            return self.sent_as
        news = self.news
        parts = (news.program, news.member, news.occasion, news.about, news.subject, self.audience, self.reader)
        return hashlib.sha256("\n".join((*parts, self.channel)).encode()).hexdigest()[:32]

    @property
    def lane(self) -> str:
        """Return what it waits behind: each feed has an address, and so a pace, of its own."""
        return "" if self.audience in {"member", "system"} else f"{self.audience}:{self.reader}"

    @property
    def order_group(self) -> str:
        """Return within what its order is kept: of what one reader hears, and of what a system hears of one member."""
        if self.sent_as:  # it is taken back, which waits for nothing
            return self.sent_as
        return self.member if self.audience == "system" else self.reader


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """A notification as the outbox has it.

    `due_at`: its place in the queue; it changes only where it may not be sent before. `retry_at`: when it is looked at
    next; while it is `sending`, the end of its lease. `tries`: how often the channel may have taken it; `failures`: how
    often it certainly did not. `to`: the address it was sent to. `receipt`: the channel's id of the message, "" where
    it gives none. `because`: why it was dropped, withdrawn or refused. `version`: how often it was changed.
    """

    notification: Notification
    status: Status = "waiting"
    due_at: datetime
    retry_at: datetime | None = None
    tries: int = 0
    failures: int = 0
    to: str = ""
    receipt: str | None = None
    sent_at: datetime | None = None
    because: Message | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def place(self) -> tuple[datetime, datetime, str]:
        """Sort what waits: later messages to one reader wait until earlier ones are through."""
        return self.due_at, self.notification.created_at, self.notification.key
