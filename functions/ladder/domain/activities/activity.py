"""An activity: one thing that somebody did, in canonical form, whatever system reported it.

An event from outside becomes one: normalized, within bounds, or refused by place. Attributes have these names whatever
the source, so that one rule works on all of them:
`module` (a unit or learning object) · `course` · `score` (per cent, where the source says out of how many) ·
`passed` (bool) · `attempt` (number) · `seconds` (time spent) · `task` · `due` (ISO date, or a time with its zone) ·
`record` and `kind` (of a CRM) · `stage` (of a task or record) · `article` · `post` (that is confirmed) · `colleague` ·
`text` (of a forum post, up to 4,000 characters) · those of a `session`: see `sessions.py`.

The ledger does not hold the text of a post. The text is sent to be judged, its event to the ledger. A digest in the
entry binds the two: HMAC-SHA256 under a key of the event's own, which travels with the text only. So a short text
cannot be guessed from the ledger, equal texts of two events do not look alike there, and the same event has the same
digest however often it is sent.
"""

import hashlib
import hmac
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from ladder.domain.activities.sessions import (
    ASSIGNED,
    ATTENDED,
    CANCELLED,
    CONFIRMED,
    MOVED,
    SCHEDULED,
    SESSION_TYPES,
    session_error,
)
from ladder.domain.errors import Malformed
from ladder.domain.validation.constraints import ILLEGIBLE, LARGEST_WHOLE, Plain

LONGEST_ID = 200
LONGEST_OWN_ID = LONGEST_ID + 64  # of Ladder's own events, whose ids name the source and an event of it

LADDER = "ladder"  # the source of what Ladder itself reports: reversals, releases, orders
ROTATION = "rotation"  # the source of completed challenges

REVERSED = "entry.reversed"  # attributes: source, id, reason: as if it had never happened
CORRECTED = "activity.corrected"  # attributes: id, and those that replace the activity's own; Ladder's: OF_DECISION
RELEASED = "hold.released"  # attributes: source, id, points that were seen: so much of what was held pays
DENIED = "hold.denied"  # attributes: source, id, reason, points released before: what is held beyond never pays
UPHELD = "hold.upheld"  # attributes: source, id, points: they pay, though they were denied: a dispute was upheld
ORDERED = "order.placed"  # attributes: item, price: points spent
POST_CONFIRMED = "post.confirmed"  # attributes: post, another member's at the same source; confirmed: False takes back
DAY_OFF = "calendar.day_off"  # attributes: first, last (ISO dates): scheduled days off
COMPLETED = "challenge.completed"
TEAM_ACHIEVED = "team.achieved"  # attributes: achievement, points
BADGE_GRANTED = "badge.granted"  # attributes: badge, verdict, by: a judged badge
POINTS_GRANTED = "points.granted"  # attributes: points, by, reason: by hand, outside all caps
EDITED = "program.edited"  # attributes: version: what it gives at once is the member's now
KUDOS_RECEIVED = "kudos.received"  # attributes: by (the giver's member id), value
REBUILT = "ledger.rebuilt"  # attributes: what the state said before: it is never applied

OF_DECISION = frozenset({"source", "id", "released", "settled"})  # a reviewer's correction: what, and what it came to
AMENDMENTS = frozenset({REVERSED, CORRECTED, RELEASED, DENIED, UPHELD})
REPORTED_BY: Mapping[str, str] = {  # the one source that may report each of these types
    **dict.fromkeys(AMENDMENTS - {CORRECTED}, LADDER),
    **dict.fromkeys((ORDERED, TEAM_ACHIEVED, BADGE_GRANTED, POINTS_GRANTED, KUDOS_RECEIVED, EDITED, REBUILT), LADDER),
    COMPLETED: ROTATION,
}

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # no activity happened before; a date outside means a mistake, or never
LATEST = datetime(2100, 1, 1, tzinfo=UTC)  # the first moment too late; days are stored in bytes that end in 2149
MOST_AHEAD = timedelta(days=1)  # of a sender's clock, whatever its time zone; further ahead nothing has happened yet
MAX_AMOUNT = 10**9  # points of one order or grant
MAX_BATCH = 20  # activities of a member in one message, and in one transaction
FARTHEST_EAST = timedelta(hours=14)

type Key = tuple[str, str]  # source and id: what makes an event the same event


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    source: str  # "academy", as the program names it
    id: str  # the source's own; at most 200 characters
    type: str  # "learner.completed_module"
    occurred_at: datetime  # UTC
    received_at: datetime | None = None  # None: Ladder's own, which is never late
    attributes: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.source, self.id

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Sort a member's activities as they are applied, whatever the order of delivery.

        Days off come before the first of those days, wherever in the world that began, however late they arrive.
        """
        at = self.occurred_at
        if self.type == DAY_OFF and self.has_span:
            at = min(at, days_off_from(self))
        return at, self.source, self.id

    @property
    def has_span(self) -> bool:
        """Return whether it has a first and a last day, as days off must: ISO dates, in order, within the calendar."""
        first = self.attributes.get("first")
        try:
            begins, ends = (date.fromisoformat(str(day)) for day in (first, self.attributes.get("last", first)))
        except ValueError:
            return False
        return EARLIEST.date() <= begins <= ends < LATEST.date()

    @property
    def target(self) -> Key | None:
        """Return the event that this amends; None where it amends nothing.

        Ladder amends every event. A source corrects its own, and decides nothing.
        """
        if self.type not in AMENDMENTS or self.is_foreign:
            return None
        source = self.attributes.get("source", "") if self.source == LADDER else self.source
        return str(source), str(self.attributes.get("id", ""))

    @property
    def is_foreign(self) -> bool:
        """Return whether its type is one of Ladder's own, and another source reported it: it means nothing then."""
        return REPORTED_BY.get(self.type, self.source) != self.source

    def corrected(self, correction: "Activity") -> "Activity":
        """Return it with other attributes, and under the same date."""
        names = OF_DECISION if correction.source == LADDER else {"id"}
        changes = {name: value for name, value in correction.attributes.items() if name not in names}
        return replace(self, attributes={**self.attributes, **changes})


def days_off_from(activity: Activity) -> datetime:
    """Return when the first of an activity's days off begins, wherever in the world that is first."""
    first = datetime.combine(date.fromisoformat(str(activity.attributes["first"])), time(), tzinfo=UTC)
    return first - FARTHEST_EAST


@dataclass(frozen=True, slots=True)
class Delivery:
    """Activities of one member that arrive together."""

    program: str
    member: str
    activities: tuple[Activity, ...]


def deliveries(activities: Iterable[tuple[str, str, Activity]]) -> list[Delivery]:
    """Return one delivery a member, in the order of first appearance, of (program, member, activity)."""
    by_member: dict[tuple[str, str], list[Activity]] = {}
    for program, member, activity in activities:
        by_member.setdefault((program, member), []).append(activity)
    return [Delivery(program, member, tuple(together)) for (program, member), together in by_member.items()]


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """`rejected`: each activity that can never be paid, as a message of its own, and why."""

    delivery: Delivery
    rejected: tuple[tuple[str, str], ...] = ()


def digest(activity: Activity) -> bytes:
    """Return 16 bytes over everything but the time of receipt: the same event has the same one."""
    content = [
        activity.source,
        activity.id,
        activity.type,
        activity.occurred_at.astimezone(UTC).isoformat(),
        dict(activity.attributes),
    ]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).digest()[:16]


def number(value: Plain) -> float | None:
    """Return the value as a number; None where it is not one, such as true and false."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def in_calendar(moment: datetime) -> bool:
    return EARLIEST <= moment < LATEST


YEARS = f"between {EARLIEST.year} and {LATEST.year - 1}"


def validation_error(activity: Activity) -> str:
    """Return what is wrong with the activity and what to send instead; "" where nothing is."""
    longest = LONGEST_OWN_ID if activity.source == LADDER else LONGEST_ID
    if not activity.source or not 0 < len(activity.id) <= longest or "#" in activity.source:
        return f"source and id must be given, the id with at most {longest} characters"
    if activity.is_foreign:
        return f"only {REPORTED_BY[activity.type]} itself reports {activity.type}, and no other source: leave it out"
    if not in_calendar(activity.occurred_at):
        return f"occurred_at {calendar_error(activity.occurred_at)}"
    attributes = activity.attributes
    if activity.type in AMENDMENTS and not (activity.target and all(activity.target)):
        return "an amendment must name its event by source and id"
    if activity.type == POST_CONFIRMED and not (isinstance(attributes.get("post"), str) and attributes["post"]):
        return "a confirmation must name its post: the id under which the post itself is reported"
    amount = {ORDERED: "price", POINTS_GRANTED: "points"}.get(activity.type)
    if amount and not _is_amount(attributes.get(amount)):
        return f"{activity.type} needs {amount}: a whole number of points above 0"
    if activity.type in {COMPLETED, TEAM_ACHIEVED} and not _is_worth(attributes):
        return f"what it pays needs points and bonus_percentage: numbers from 0 to {MAX_AMOUNT}"
    if activity.type == BADGE_GRANTED and not attributes.get("badge"):
        return "a grant must name its badge"
    if activity.type == DAY_OFF and not activity.has_span:
        return (
            f"days off need first and last, dates such as 2026-03-01, in order and {YEARS}: "
            "of leave without an end, send the days that are known now, and the others later"
        )
    return session_error(activity.type, attributes) if activity.type in SESSION_TYPES else ""


def calendar_error(moment: datetime) -> str:
    """Return what is wrong with a moment outside the calendar, and what to send instead."""
    return (
        f"is in the year {moment.year}, and not {YEARS}: "
        "send the time at which it happened, such as 2026-03-29T01:30:00Z"
    )


def _is_amount(value: Plain) -> bool:
    points = number(value)
    return points is not None and 0 < points <= MAX_AMOUNT and points == int(points)


def _is_worth(attributes: Mapping[str, Plain]) -> bool:
    worth = [number(attributes.get(name, 0)) for name in ("points", "bonus_percentage")]
    return all(amount is not None and 0 <= amount <= MAX_AMOUNT for amount in worth)


TEXT = "text"
TEXT_DIGEST = "text_digest"
TEXT_LENGTH = "text_length"
TEXT_ATTRIBUTES = frozenset({TEXT, TEXT_DIGEST, TEXT_LENGTH})  # attributes that no sender writes into a ledger
DIGITS = 32  # hexadecimal: 128 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """A text on its way to be judged. `recorded`: its event as the ledger has it; `key`: of this event alone."""

    program: str
    member: str
    recorded: Activity
    text: str
    key: str


def text_of(activity: Activity) -> str:
    value = activity.attributes.get(TEXT)
    return "" if value is None else str(value)


def as_recorded(activity: Activity, key: str) -> Activity:
    """Return the activity as its entry has it. `key`: of this event alone."""
    attributes = {name: value for name, value in activity.attributes.items() if name not in TEXT_ATTRIBUTES}
    if text := text_of(activity):
        digits = hmac.digest(key.encode(), text.encode(), "sha256").hex()[:DIGITS]
        attributes |= {TEXT_DIGEST: digits, TEXT_LENGTH: len(text)}
    return replace(activity, attributes=attributes)


def with_text(recorded: Activity, text: str) -> Activity:
    return replace(recorded, attributes={**recorded.attributes, TEXT: text})


def without_text(activity: Activity) -> Activity:
    """Return the entry's activity again, of one that `with_text` made."""
    attributes = {name: value for name, value in activity.attributes.items() if name != TEXT}
    return replace(activity, attributes=attributes)


POINTS_REPORTED = "points.reported"  # attributes: points, reason_code; comes by the points API alone
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
        ASSIGNED,
        SCHEDULED,
        MOVED,
        CANCELLED,
        CONFIRMED,
        ATTENDED,
        POST_CONFIRMED,
        DAY_OFF,
        CORRECTED,
    }
)
OURS = REPORTED_BY.keys()  # types that never come from outside
DECIDES = frozenset({"held", "released", "settled", "denied", "upheld", "reversed", "mirrored"})  # never an attribute
LOGIN = "login"  # what an identity provider's user ids are known under: no source may introduce one
OUR_SOURCES = frozenset({LADDER, ROTATION, LOGIN})
SUBJECTS = frozenset(
    {"module", "course", "task", "record", "article", "post", "colleague", "session"}
)  # what is done, always as text
MENTIONS = frozenset({"colleague"})  # attributes that are somebody else's user id in the source
MOST_ATTRIBUTES = 24
LONGEST_NAME = 64
LONGEST_VALUE = 200
LONGEST_TEXT = 4_000
LARGEST_ACTIVITY = 6_144  # bytes, so that twenty of them are one message and one transaction
ONE_DAY = timedelta(days=1)
REPLACED = "\ufffd"


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


def activity_of(event: Event, *, source: str, received_at: datetime) -> Activity:
    """Return the event as an activity of the source. Raises Malformed where it is out of bounds or invalid."""
    if event.type in OURS or source in OUR_SOURCES:
        raise Malformed(f"{event.place}.type", f"{event.type!r} never comes from outside: leave it out")
    _name(event.id, f"{event.place}.id", LONGEST_ID)
    _name(event.member, f"{event.place}.member", LONGEST_ID)
    _name(event.type, f"{event.place}.type", LONGEST_NAME)
    at, place = event.occurred_at, f"{event.place}.occurred_at"
    if at.tzinfo is None:
        raise Malformed(place, "a time without a zone: write it as 2026-03-29T01:30:00Z")
    if not EARLIEST - ONE_DAY < at < LATEST + ONE_DAY or not in_calendar(at := at.astimezone(UTC)):  # in any zone
        raise Malformed(place, calendar_error(at))
    if at - received_at > MOST_AHEAD:
        days = (at - received_at).days
        ahead = f"{days} days" if days > 1 else "more than a day"
        raise Malformed(place, f"{ahead} ahead of now: send an event once it has happened")
    activity = Activity(
        source=source,
        id=event.id,
        type=event.type,
        occurred_at=at,
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


def normalized(event: Event) -> Event:
    """Return the event in one spelling whatever the source, in legible characters, and its subjects always as text.

    U+FFFD replaces each character that no text may have, and that no queue would carry. What names somebody, or an
    event, is not made legible: another name would be another person's. Its own id stays as it was sent, and
    so does that of the event which it corrects.
    """
    as_sent = {"id"} if event.type == CORRECTED else set[str]()
    attributes = {name: value if name in as_sent else _normal(name, value) for name, value in event.attributes.items()}
    return replace(event, member=normalized_id(event.member), attributes=attributes)


def _normal(name: str, value: Plain) -> Plain:
    if isinstance(value, str):
        return normalized_id(value if name in MENTIONS else ILLEGIBLE.sub(REPLACED, value))
    if name not in SUBJECTS or value is None or (isinstance(value, float) and not math.isfinite(value)):
        return value  # what is not finite is refused with the other bounds
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)  # 7.0 and 7 are one


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
