"""Requests from outside, and how their events become activities: normalized, within bounds, or refused by place.

Attributes have these names whatever the source, so that one rule works on all of them:
`module` (a unit or learning object) · `course` · `score` (per cent, where the source says out of how many) ·
`passed` (bool) · `attempt` (number) · `seconds` (time spent) · `task` · `due` (ISO date) · `record` and `kind` (of a
CRM) · `stage` (of a task or record) · `article` · `colleague` · `text` (of a forum post, up to 4,000 characters).

IngestError
├── InvalidSignature  the signature is missing, wrong, too old or too new
│   └── Unknown       there is no such program or source: the sender hears the same
├── TooLarge          more than is read in one request
├── Unsupported       a content encoding, or a form of event, that is not read
└── Malformed         says where, and what to send instead
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from ladder.domain.activities.activity import (
    CORRECTED,
    DAY_OFF,
    EARLIEST,
    LADDER,
    LATEST,
    LONGEST_ID,
    MOST_AHEAD,
    REPORTED_BY,
    ROTATION,
    Activity,
    calendar_error,
    in_calendar,
    validation_error,
)
from ladder.domain.errors import LadderError
from ladder.domain.validation.constraints import Plain

CANONICAL = frozenset(
    {
        "user.completed",  # a whole course or path
        "learner.completed_module",
        "assessment.submitted",
        "content.accessed",
        "forum.posted",
        "task.completed",
        "record.updated",
        "article.contributed",
        "peer.assisted",
        "peer.mentored",
        "calendar.attended",
        DAY_OFF,
        CORRECTED,
    }
)
OURS = REPORTED_BY.keys()  # types that never come from outside
DECIDES = frozenset(
    {"held", "released", "denied", "upheld", "reversed", "mirrored"}
)  # attributes that never do, either
LOGIN = "login"  # what an identity provider's user ids are known under: no source may introduce one
OUR_SOURCES = frozenset({LADDER, ROTATION, LOGIN})
SUBJECTS = frozenset({"module", "course", "task", "record", "article", "colleague"})  # what is done, always as text
MENTIONS = frozenset({"colleague"})  # attributes that are somebody else's user id in the source
POLL_MINUTES = 5  # between two polls of a source that does not send by itself
MOST_BYTES = 1_048_576  # of a body, as it is sent and as it is decoded
MOST_EVENTS = 1_000
MAX_REASONS = 20  # reasons, in one answer
MOST_ATTRIBUTES = 24
LONGEST_NAME = 64
LONGEST_VALUE = 200
LONGEST_TEXT = 4_000
LARGEST_ACTIVITY = 6_144  # bytes, so that twenty of them are one message and one transaction
LARGEST_WHOLE = 2**53  # beyond it, readers of JSON disagree


class IngestError(LadderError):
    """Nothing of the request was done."""


class InvalidSignature(IngestError):
    """The request does not prove that it comes from the source."""

    def __init__(self, what: str = "the call is not signed by the source") -> None:
        super().__init__(what)


class Unknown(InvalidSignature):
    """There is no such program or source. Answered like a forged request, so that nobody learns which there are."""


class TooLarge(IngestError):
    """The request carries more than is read."""


class Unsupported(IngestError):
    """The body's encoding, or the form of its events, is not read."""


class Malformed(IngestError):
    """The request is genuine and cannot be read, or nothing of it can be accepted."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")

    @classmethod
    def whole(cls, reasons: Sequence[str]) -> Self:
        """Return the error of a request whose events are all refused, with the first of the reasons."""
        first, more = reasons[:MAX_REASONS], len(reasons) - MAX_REASONS
        place, _, what = "\n".join([*first, *([f"… and {more} more"] if more > 0 else [])]).partition(": ")
        return cls(place, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRequest:
    """An HTTP request; `body` is as it was sent until it is decoded. Names of headers are in lower case."""

    method: str
    url: str  # as the sender sees it, with the query
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """A source's secret as it is stored: `{"secrets": [newest, older …], …}`, or one secret as bare text."""

    secrets: tuple[str, ...]
    extras: Mapping[str, object] = field(default_factory=dict)

    def texts(self, name: str) -> tuple[str, ...]:
        """An extra that may be one text or several, such as API keys while they are rotated."""
        value = self.extras.get(name, ())
        return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event in canonical form, of somebody whom only the source knows by that name."""

    place: str  # in the body: "events[3]"
    id: str
    type: str
    occurred_at: datetime
    member: str  # the source's own id of the user: never logged, never stored
    attributes: Mapping[str, Plain] = field(default_factory=dict)
    record: str = ""  # as the source wrote it: out of bounds, it is quarantined


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A record that cannot be read; whose it is, nobody knows."""

    record: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The contents of a body. `ignored`: events of types that mean nothing here, or of nobody.

    `ids`: of everything in the body that could be read, in its order, where the source wants to hear them.
    `sender_can_correct`: the sender reads the answer, so a call without one valid event is refused.
    """

    events: tuple[Event, ...] = ()
    unread: tuple[UnreadableRecord, ...] = ()
    ignored: int = 0
    ids: tuple[str, ...] = ()
    sender_can_correct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """`accepted` events are in the queue; `ignored` ones are of no type, of nobody, or of a member who was erased.

    `unreadable` ones are quarantined; `refused`: what is wrong with each, and where, for a sender that can correct it.
    """

    accepted: int
    ignored: int
    unreadable: int = 0
    refused: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()  # as they were read, of all but what was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class HookResponse:
    """The response that a source expects. `body` is JSON."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


ONE_DAY = timedelta(days=1)
REPLACED = "\ufffd"
ILLEGIBLE = re.compile(  # control characters, halves of pairs, and what Unicode says is no character
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17))
    + "]"
)


def activity_of(event: Event, *, source: str, received_at: datetime) -> Activity:
    """Return the event as an activity of the source. Raises Malformed where it is out of bounds or invalid."""
    if event.type in OURS or source in OUR_SOURCES:
        raise Malformed(f"{event.place}.type", f"{event.type!r} never comes from outside: leave it out")
    _name(event.id, f"{event.place}.id", LONGEST_ID)
    _name(event.member, f"{event.place}.member", LONGEST_ID)
    _name(event.type, f"{event.place}.type", LONGEST_NAME)
    activity = Activity(
        source=source,
        id=event.id,
        type=event.type,
        occurred_at=_in_utc(event, received_at),
        received_at=received_at,
        attributes=_attributes(event),
    )
    content = [activity.source, activity.id, activity.type, dict(activity.attributes)]
    size = len(json.dumps(content, ensure_ascii=False).encode())
    if size > LARGEST_ACTIVITY:
        raise Malformed(event.place, f"{size} bytes: send at most {LARGEST_ACTIVITY}")
    if why := validation_error(activity):
        raise Malformed(event.place, why)
    return activity


def normalized_id(text: str) -> str:
    """Return the id in one spelling: two systems that write the same mean the same."""
    return unicodedata.normalize("NFC", text).strip()


def legible(text: str) -> str:
    """Return the text with U+FFFD for each character that no text may have, and that no queue would carry."""
    return ILLEGIBLE.sub(REPLACED, text)


def normalized(event: Event) -> Event:
    """Return the event in one spelling whatever the source, in legible characters, and its subjects always as text.

    What names somebody, or an event, is not made legible: another name would be another person's.
    Its own id stays as it was sent, and so does that of the event which it corrects.
    """
    as_sent = {"id"} if event.type == CORRECTED else set[str]()
    attributes = {name: value if name in as_sent else _normal(name, value) for name, value in event.attributes.items()}
    return replace(event, member=normalized_id(event.member), attributes=attributes)


def _normal(name: str, value: Plain) -> Plain:
    if isinstance(value, str):
        return normalized_id(value if name in MENTIONS else legible(value))
    if name not in SUBJECTS or value is None or (isinstance(value, float) and not math.isfinite(value)):
        return value  # what is not finite is refused with the other bounds
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)  # 7.0 and 7 are one


def _in_utc(event: Event, received_at: datetime) -> datetime:
    place = f"{event.place}.occurred_at"
    if event.occurred_at.tzinfo is None:
        raise Malformed(place, "a time without a zone: write it as 2026-03-29T01:30:00Z")
    if not EARLIEST - ONE_DAY < event.occurred_at < LATEST + ONE_DAY:  # so that no zone leads beyond the years
        raise Malformed(place, calendar_error(event.occurred_at))
    at = event.occurred_at.astimezone(UTC)
    if not in_calendar(at):
        raise Malformed(place, calendar_error(at))
    if at - received_at > MOST_AHEAD:
        days = (at - received_at).days
        ahead = f"{days} days" if days > 1 else "more than a day"
        raise Malformed(place, f"{ahead} ahead of now: send an event once it has happened")
    return at


def _attributes(event: Event) -> Mapping[str, Plain]:
    place = f"{event.place}.attributes"
    if len(event.attributes) > MOST_ATTRIBUTES:
        raise Malformed(place, f"{len(event.attributes)} of them: send at most {MOST_ATTRIBUTES}")
    for name, value in event.attributes.items():
        _name(name, place, LONGEST_NAME)
        if isinstance(value, str) and (name in MENTIONS or (name == "id" and event.type == CORRECTED)):
            _refuse_illegible(value, f"{place}.{name}")
        if name in DECIDES:
            raise Malformed(f"{place}.{name}", "Ladder alone decides this: leave it out, or send it under another name")
        longest = LONGEST_TEXT if name == "text" else LONGEST_VALUE
        if isinstance(value, str) and len(value) > longest:
            raise Malformed(f"{place}.{name}", f"{len(value)} characters: send at most {longest}")
        if isinstance(value, float) and not math.isfinite(value):
            raise Malformed(f"{place}.{name}", "not a finite number: leave it out")
        if isinstance(value, int | float) and abs(value) > LARGEST_WHOLE:
            raise Malformed(f"{place}.{name}", "a number beyond 2**53: send it as a text")
    return dict(event.attributes)


def _name(text: str, place: str, longest: int) -> None:
    if not 0 < len(text) <= longest:
        raise Malformed(place, f"{len(text)} characters: it takes 1 to {longest}")
    _refuse_illegible(text, place)


def _refuse_illegible(name: str, place: str) -> None:
    """Refuse illegible characters in a name: replacing a character could make one name of two."""
    if match := ILLEGIBLE.search(name) or re.search(REPLACED, name):
        raise Malformed(place, f"a name with the character U+{ord(match[0]):04X}: send it without")
