"""A notification: the intent to say one thing to one audience on one channel, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ladder.domain.delivery.occasion import Audience, Occasion
from ladder.domain.message import Message

type Facts = Mapping[str, str | int | float | bool]

# waiting: for its time · sending: claimed; after its lease the channel is asked what became of it · sent ·
# withdrawing: it was sent and is to be taken back · withdrawn: nobody sees it, or it was never sent ·
# dropped: its member does not want it, or its time is over · digested: it is part of a digest ·
# refused: the channel will never take it
Status = Literal["waiting", "sending", "sent", "withdrawing", "withdrawn", "dropped", "digested", "refused"]


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `value` names what it decides about; the channel signs it, or the platform of the channel does."""

    key: str  # "confirm" or "decline"
    label: Message
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One intent. Its key is a function of what happened, so the same event makes the same notification however often.

    `about`: the event or review it comes from, as source#id; its reversal withdraws the notification. `title` and
    `paragraphs` become text when it is sent, in the language of who reads it. `facts`: for channels that systems read.
    `not_before` and `not_after` bound when it may be sent; the member's quiet hours are looked up when it is due.
    """

    program: str
    member: str  # whom it is about
    occasion: Occasion
    about: str
    channel: str  # a key of the program's channels
    audience: Audience
    title: Message
    paragraphs: tuple[Message, ...] = ()
    facts: Facts = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    link: str = ""  # a path of the console, such as /me#badges
    created_at: datetime
    not_before: datetime
    not_after: datetime
    team: str | None = None  # whose feed it belongs to, where the audience is a team

    @property
    def key(self) -> str:
        """Return what identifies it within its member: the same at every try, on every retry of its event."""
        return f"{self.occasion}#{self.about}#{self.audience}#{self.channel}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """A notification as the outbox has it.

    `due_at`: when it is looked at next; while it is `sending`, the end of its lease. `tries`: how often it was handed
    to the channel. `to`: the address it was sent to. `receipt`: the channel's id of the message, "" where it gives
    none. `because`: why it was dropped, withdrawn or refused. `version`: how often it was changed.
    """

    notification: Notification
    status: Status = "waiting"
    due_at: datetime
    tries: int = 0
    to: str = ""
    receipt: str | None = None
    sent_at: datetime | None = None
    because: Message | None = None
    version: int = 0

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """Sort what one member is told: later messages wait until earlier ones are through."""
        return self.notification.not_before, self.notification.created_at, self.notification.key
