"""JSON to typed values, with a clear word where it does not fit; and the few conversions that vendors need."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from ladder.domain.activities.inbound import (
    LONGEST_TEXT,
    LONGEST_VALUE,
    MOST_EVENTS,
    Contents,
    Event,
    Malformed,
    TooLarge,
    UnreadableRecord,
)
from ladder.domain.programs.rules import Plain

BODY = "body"
MILLISECONDS_FROM = 100_000_000_000  # a number from here on counts milliseconds since 1970; in seconds it is year 5138

type Name = str | int  # an id that some vendors write as a number
type Moment = str | int | float

_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # in UTF-8, ED is never followed by these
_PLACE = re.compile(r" - at `\$\.?(.*)`$")


def decoded[T](raw: bytes, kind: type[T], *, place: str = "") -> T:
    """Raises Malformed, naming the place within the body."""
    try:
        return msgspec.json.decode(whole_characters(raw), type=kind)
    except msgspec.ValidationError as error:
        raise Malformed(*_explained(str(error), place)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(place or BODY, f"not JSON ({error}): send UTF-8 JSON") from error
    except RecursionError as error:
        raise Malformed(place or BODY, "nested too deep: send it flat") from error


def whole_characters(raw: bytes) -> bytes:
    """JSON in which halves of characters (lone surrogates), escaped or not, are signs of replacement (U+FFFD).

    One of them in one text of one event would otherwise make no JSON of the whole body.
    """
    if _ESCAPED_HALF.search(raw):
        raw = _ESCAPE.sub(lambda found: rb"\ufffd" if found.lastgroup == "half" else found[0], raw)
    return _HALF.sub("\ufffd".encode(), raw)


def decoded_any(raw: bytes) -> Any:
    return decoded(raw, object)


def is_list(raw: bytes) -> bool:
    return raw.lstrip()[:1] == b"["


def refuse_many(number: int) -> None:
    if number > MOST_EVENTS:
        raise TooLarge(f"{number} events: send at most {MOST_EVENTS} in one call")


def each_for_itself(
    records: Iterable[tuple[str, bytes]], read: Callable[[str, bytes], Event | None], *, mendable: bool = False
) -> Contents:
    """Of places and records: what one of them lacks costs the others nothing.

    `read` returns None for what means nothing here, and raises Malformed.
    """
    events, unread, ignored = list[Event](), list[UnreadableRecord](), 0
    for place, raw in records:
        record = raw.decode("utf-8", "replace")
        try:
            event = read(place, raw)
        except Malformed as error:
            unread.append(UnreadableRecord(record, str(error)))
            continue
        if event:
            events.append(replace(event, record=record))
        ignored += event is None
    return Contents(events=tuple(events), unread=tuple(unread), ignored=ignored, mendable=mendable)


def moment(value: Moment, place: str) -> datetime:
    """A vendor's time: ISO 8601 (UTC where it names no zone), or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, str) and not value.isdigit():
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        number = float(value)
        return datetime.fromtimestamp(number / 1000 if abs(number) >= MILLISECONDS_FROM else number, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Malformed(place, "not a time: send 2026-03-29T01:30:00Z") from error


def zoned(value: str, place: str) -> datetime:
    """A time of our own format. One without a zone stays so, and is refused with the other bounds."""
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise Malformed(place, "not a time: send 2026-03-29T01:30:00Z") from error


def present(**attributes: Plain) -> Mapping[str, Plain]:
    """Those that are there; a vendor's free text is cut, as nobody can mend it."""
    return {name: _cut(name, value) for name, value in attributes.items() if value is not None and value != ""}


def listed(text: str) -> frozenset[str]:
    """An option that names several things: "Done, Closed"."""
    return frozenset(filter(None, (each.strip() for each in text.split(","))))


def _cut(name: str, value: Plain) -> Plain:
    longest = LONGEST_TEXT if name == "text" else LONGEST_VALUE
    return value[:longest] if isinstance(value, str) else value


def _explained(words: str, place: str) -> tuple[str, str]:
    found = _PLACE.search(words)
    within = found.group(1) if found else ""
    return ".".join(filter(None, (place, within))).replace(".[", "[") or BODY, words[: found.start() if found else None]
