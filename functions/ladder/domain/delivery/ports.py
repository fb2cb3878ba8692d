"""What delivery needs from outside: channels, which carry messages, and the outbox, which remembers them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from ladder.domain.delivery.notification import Facts, Notification, OutboxItem
from ladder.domain.delivery.occasion import Audience, Occasion
from ladder.domain.members.preferences import NO_PREFERENCES, Preferences

type Span = tuple[int, int]

# What a channel promises after an answer was lost:
# idempotent: it takes one key once, so the same may be sent again · findable: it can be asked whether it arrived ·
# one_extra: neither; it is sent once more and never a third time, so that it may show twice ·
# never_again: neither, and twice is worse than not at all, as with points; it is not sent again, and a person looks
Guarantee = Literal["idempotent", "findable", "one_extra", "never_again"]


@dataclass(frozen=True, slots=True)
class Button:
    """An action in the reader's language."""

    key: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button that somebody pressed on a channel. `user`: their address there; `action` and `value`: the button's."""

    user: str
    action: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message as a channel carries it: rendered plain text, without a decision left to make.

    `key` is the idempotency key: 32 hexadecimal digits, the same at every try and different for every message. `to` is
    an address of the channel: a Slack channel or user, a mail address; "" where the channel has only one. No text is
    markup: a channel escapes what its format would read as such. `facts` are plain values, such as badge, badge_name,
    points, level, entry and occurred_at (ISO 8601).
    """

    key: str
    program: str
    member: str  # their random id, as every API of Ladder shows it
    to: str
    occasion: Occasion
    audience: Audience
    title: str
    paragraphs: tuple[str, ...] = ()
    actions: tuple[Button, ...] = ()
    link: str = ""  # a whole URL, or ""
    language: str = "en"
    facts: Facts = field(default_factory=dict)
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """The least time between two messages: to one address, and on the channel as a whole. Zero: as fast as it goes."""

    to_address: timedelta = timedelta(0)
    on_channel: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Heard:
    """The messages that a member heard lately: the key of each, and when. `version`: how often it was changed."""

    messages: Mapping[str, datetime] = field(default_factory=dict)
    version: int = 0


class Channel(Protocol):
    """One way out. Errors: Throttled, with the seconds to wait where the other side says so: it did nothing ·
    AnswerLost: it may have done it · Unavailable: it did nothing, try later · Rejected: this message never ·
    ChannelClosed: nothing can be sent here until a person mends it.
    """

    @property
    def guarantee(self) -> Guarantee: ...
    @property
    def pace(self) -> Pace: ...
    def send(self, outgoing: Outgoing) -> str | None: ...  # the channel's id of what was sent; None where it gives none
    def find(self, outgoing: Outgoing) -> str | None: ...  # its id if it arrived, "" if it has none; None: it did not
    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool: ...  # False where the channel cannot take it back
    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None: ...  # None where nobody can look


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A member as delivery needs to know them. `user`: their user id; None where they are on no roster.

    `addresses`: what the list of members has of them, by the channel's key.
    """

    name: str
    user: str | None
    addresses: Mapping[str, str] = field(default_factory=dict)
    preferences: Preferences = NO_PREFERENCES
    days_off: tuple[Span, ...] = ()  # ordinals of the first and the last of several days


class Readers(Protocol):
    def find(self, program: str, member: str) -> Reader | None: ...  # None: they were erased


class Outbox(Protocol):
    """Every notification, stored with the member whom it is about. A change is conditional on what was read before it.

    A notification keeps its place while it is retried: what is due is listed in the order in which it became due.
    """

    def put(self, notification: Notification) -> bool:
        """Store it. Returns False where it is there already, its event is silenced, or the member was erased."""

    def silence(self, program: str, member: str, about: str, now: datetime, *, occasion: Occasion | None) -> None:
        """Let nothing more be put about an event: of one occasion, or at all. It may come before what it silences."""

    def due(self, program: str, channel: str, lane: str, now: datetime) -> Iterator[OutboxItem]: ...  # may lag a moment
    def refused(self, program: str) -> list[OutboxItem]: ...  # what channels will never take, newest first
    def of_member(self, program: str, member: str) -> list[OutboxItem]: ...  # in the order they were created
    def heard(self, program: str, member: str) -> Heard: ...
    def save(self, before: OutboxItem, after: OutboxItem, heard: Heard | None = None) -> bool:
        """Store a change, and what its reader has heard by it. Returns False where somebody else changed either."""

    def digest(self, parts: Sequence[OutboxItem], whole: Notification) -> bool: ...  # together or not at all
    def take_turn(self, program: str, channel: str, to: str, now: datetime, *, pace: Pace) -> timedelta:
        """Reserve the moment for one message. Returns zero, or how long to wait before asking again."""

    def hold_back(self, program: str, channel: str, to: str, until: datetime) -> None: ...  # nobody gets a turn before
