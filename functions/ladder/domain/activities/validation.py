"""Validate what a source sent and make it an activity: normalized, within bounds, or refused with its place."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ladder.domain.activities.activity import (
    CORRECTED,
    EARLIEST,
    LATEST,
    LONGEST_ID,
    MOST_AHEAD,
    Activity,
    calendar_error,
    in_calendar,
    validation_error,
)
from ladder.domain.activities.inbound import (
    DECIDES,
    LARGEST_ACTIVITY,
    LARGEST_WHOLE,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MENTIONS,
    MOST_ATTRIBUTES,
    OUR_SOURCES,
    OURS,
    SUBJECTS,
    Event,
    Malformed,
)
from ladder.domain.validation.constraints import Plain

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
    kept = {"id"} if event.type == CORRECTED else set[str]()
    attributes = {name: value if name in kept else _normal(name, value) for name, value in event.attributes.items()}
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
        _check_value(value, f"{place}.{name}", LONGEST_TEXT if name == "text" else LONGEST_VALUE)
    return dict(event.attributes)


def _check_value(value: Plain, place: str, longest: int) -> None:
    if isinstance(value, str) and len(value) > longest:
        raise Malformed(place, f"{len(value)} characters: send at most {longest}")
    if isinstance(value, float) and not math.isfinite(value):
        raise Malformed(place, "not a finite number: leave it out")
    if isinstance(value, int | float) and abs(value) > LARGEST_WHOLE:
        raise Malformed(place, "a number beyond 2**53: send it as a text")


def _name(text: str, place: str, longest: int) -> None:
    if not 0 < len(text) <= longest:
        raise Malformed(place, f"{len(text)} characters: it takes 1 to {longest}")
    _refuse_illegible(text, place)


def _refuse_illegible(name: str, place: str) -> None:
    """Refuse illegible characters in a name: replacing a character could make one name of two."""
    if match := ILLEGIBLE.search(name) or re.search(REPLACED, name):
        raise Malformed(place, f"a name with the character U+{ord(match[0]):04X}: send it without")
