"""From what a source sent to an activity: spelled in one way, within bounds, or refused with its place."""

import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ladder.domain.activity import CORRECTED, Activity
from ladder.domain.inbound import (
    DECIDES,
    LARGEST_ACTIVITY,
    LARGEST_WHOLE,
    LONGEST_ID,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MOST_ATTRIBUTES,
    OUR_SOURCES,
    OURS,
    SUBJECTS,
    Event,
    Malformed,
)
from ladder.domain.rewards.soundness import unsound
from ladder.domain.rules import Plain


def activity_of(event: Event, *, source: str, received_at: datetime) -> Activity:
    """The event as an activity of the source, within all bounds. Raises Malformed where it is not, or is unsound."""
    if event.type in OURS or source in OUR_SOURCES:
        raise Malformed(f"{event.place}.type", f"{event.type!r} never comes from outside: leave it out")
    _length(event.id, f"{event.place}.id", LONGEST_ID)
    _length(event.member, f"{event.place}.member", LONGEST_ID)
    _length(event.type, f"{event.place}.type", LONGEST_NAME)
    activity = Activity(
        source=source,
        id=event.id,
        type=event.type,
        occurred_at=_in_utc(event),
        received_at=received_at,
        attributes=_attributes(event),
    )
    _refuse_huge(activity, event.place)
    if why := unsound(activity):
        raise Malformed(event.place, why)
    return activity


def spelled(text: str) -> str:
    """As everybody is to spell it: two systems that write the same mean the same."""
    return unicodedata.normalize("NFC", text).strip()


def normal(event: Event) -> Event:
    """Spelled alike whatever the source, and what it is about always as text.

    Its own id stays as it was told, and so does that of the event which it corrects.
    """
    kept = {"id"} if event.type == CORRECTED else set[str]()
    attributes = {name: value if name in kept else _normal(name, value) for name, value in event.attributes.items()}
    return replace(event, member=spelled(event.member), attributes=attributes)


def _normal(name: str, value: Plain) -> Plain:
    if isinstance(value, str):
        return spelled(value)
    if name not in SUBJECTS or value is None or not math.isfinite(value):
        return value  # what is not finite is refused with the other bounds
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)  # 7.0 and 7 are one


def _in_utc(event: Event) -> datetime:
    place = f"{event.place}.occurred_at"
    if event.occurred_at.tzinfo is None:
        raise Malformed(place, "a time without a zone: write it as 2026-03-29T01:30:00Z")
    try:
        return event.occurred_at.astimezone(UTC)
    except OverflowError as error:
        raise Malformed(place, "outside the calendar: send the time at which it happened") from error


def _attributes(event: Event) -> Mapping[str, Plain]:
    place = f"{event.place}.attributes"
    if len(event.attributes) > MOST_ATTRIBUTES:
        raise Malformed(place, f"{len(event.attributes)} of them: send at most {MOST_ATTRIBUTES}")
    for name, value in event.attributes.items():
        _length(name, place, LONGEST_NAME)
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


def _length(text: str, place: str, longest: int) -> None:
    if not 0 < len(text) <= longest:
        raise Malformed(place, f"{len(text)} characters: it takes 1 to {longest}")


def _refuse_huge(activity: Activity, place: str) -> None:
    told = [activity.source, activity.id, activity.type, dict(activity.attributes)]
    try:
        size = len(json.dumps(told, ensure_ascii=False).encode())
    except UnicodeEncodeError as error:
        raise Malformed(place, "holds half a character (a lone surrogate): send whole ones") from error
    if size > LARGEST_ACTIVITY:
        raise Malformed(place, f"{size} bytes: send at most {LARGEST_ACTIVITY}")
