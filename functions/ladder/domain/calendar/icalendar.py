"""Write iCalendar files (RFC 5545): a member's calendar, and invitations (iTIP, RFC 5546).

A session that does not repeat is written in UTC. A series is written in its zone, with the changes of that zone's
clocks, so that it keeps its time of day whatever the reader's software knows of zones. Every text is escaped, so that
no title ends its line, and lines are folded at 75 bytes, never within a character.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from ladder.domain.activities.sessions import Times
from ladder.domain.calendar.appointments import Appointment, AppointmentKey

PRODUCT = "-//Ladder//Calendar 1//EN"
END = "END:VCALENDAR"
LINE_BYTES = 75
ASKED = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
ZONE_YEARS = 10  # of a series without an end, for which the changes of its clocks are written
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
NO_TEXT = dict.fromkeys([*range(9), *range(11, 32), 127, 0x85, 0x2028, 0x2029], " ")  # controls and other line ends

Method = Literal["REQUEST", "CANCEL"]
type Lines = Iterator[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An appointment as a calendar shows it. `uid`: its own for good, `of` a series for each of its exceptions."""

    uid: str
    title: str
    appointment: Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Who invites, and who is invited: mail addresses."""

    organizer: str
    organizer_name: str
    attendee: str


def uid_of(program: str, member: str, key: AppointmentKey) -> str:
    """Return an id that stays, names the program and nobody, and is the same for a series and its exceptions."""
    text = "\0".join((program, member, str(key.series)))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.{program}@ladder"


def program_of(uid: str) -> str | None:
    """Return the program that a UID names; None for a UID of somebody else."""
    digits, _, rest = uid.partition(".")
    program, _, host = rest.partition("@")
    return program if host == "ladder" and len(digits) == 32 and program else None  # noqa: PLR2004


def calendar_file(items: Sequence[Item], *, name: str, refresh: timedelta) -> str:
    """Return a member's whole calendar. The same appointments are the same text, so that its digest is its ETag."""
    lines = [
        *_head(),
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_duration(refresh)}",
        f"X-PUBLISHED-TTL:{_duration(refresh)}",
        *_zones(items),
    ]
    ordered = sorted(
        items, key=lambda item: (item.uid, item.appointment.key.occurrence or datetime.min.replace(tzinfo=UTC))
    )
    for _, together in groupby(ordered, key=lambda item: item.uid):
        lines += _series(list(together))
    return as_text([*lines, END])


def invitation(item: Item, *, others: Sequence[Item] = ()) -> str:
    """Return an invitation of one member, its update or its cancellation, without the addresses of anybody.

    `others`: of the same series, whose exceptions go with it, or it would lose them.
    """
    cancels, zone = item.appointment.is_cancelled, zone_of([item, *others])
    head = _head("CANCEL" if cancels else "REQUEST")
    if cancels or item.appointment.key.occurrence:
        return as_text([*head, *_zones([item, *others]), *_event(item, zone=zone), END])
    return as_text([*head, *_zones([item, *others]), *_series([item, *others]), END])


def zone_of(items: Iterable[Item]) -> str | None:
    """Return the zone that a series is written in; None where it is no series, or not among the items."""
    for item in items:
        times = item.appointment.times
        if item.appointment.key.occurrence is None and times and times.repeats:
            return times.zone
    return None


def addressed(text: str, invited: Invited) -> str:
    """Return an invitation as it is sent: with who invites, and who is asked to answer, in each event."""
    organizer = f"ORGANIZER;CN={quoted(invited.organizer_name)}:mailto:{invited.organizer}"
    attendee = f"ATTENDEE;{ASKED}:mailto:{invited.attendee}"
    people = as_text((organizer, attendee))
    return text.replace("\r\nEND:VEVENT\r\n", f"\r\n{people}END:VEVENT\r\n")


def escaped(text: str) -> str:
    """Escape a text value (RFC 5545, section 3.3.11). What is no text becomes a space."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(NO_TEXT).translate(ESCAPES)


def quoted(text: str) -> str:
    """Return a parameter's value in quotes, which nothing in it can end (RFC 6868 for quotes and line ends)."""
    flat = text.replace("^", "^^").replace("\r\n", "\n").replace("\r", "\n").translate(NO_TEXT)
    return '"' + flat.replace("\n", "^n").replace('"', "^'") + '"'


def as_text(lines: Iterable[str]) -> str:
    """Return lines as a file has them, folded."""
    return "".join(f"{piece}\r\n" for line in lines for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    """Yield the line in pieces of at most 75 bytes, each but the first with a space before it."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode("utf-8", "replace"))
        if size + width > LINE_BYTES:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece


def _head(method: Method | None = None) -> Lines:
    """Write how a file begins. What a calendar stores has no method (RFC 4791, section 4.1)."""
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN")
    if method:
        yield f"METHOD:{method}"


def _series(items: Sequence[Item]) -> Lines:
    """Write a session with its exceptions; an occurrence that is cancelled is an exception date of its series."""
    series = next((item.appointment for item in items if item.appointment.key.occurrence is None), None)
    zone = zone_of(items)
    ends = [item.appointment for item in items if zone and item.appointment.is_cancelled]
    dropped = [end.key.occurrence for end in ends if end.key.occurrence]
    for item in items:
        if item.appointment is series:
            yield from _event(item, zone=zone, dropped=dropped)
        elif item.appointment.key.occurrence not in dropped:
            yield from _event(item, zone=zone)


def _event(item: Item, *, zone: str | None = None, dropped: Sequence[datetime] = ()) -> Lines:
    """Write an event. `zone`: the one that its series is written in, if it has one."""
    appointment, times = item.appointment, item.appointment.times
    if times is None:
        return
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(item.uid)}"
    yield f"DTSTAMP:{in_utc(appointment.changed_at)}"
    yield f"LAST-MODIFIED:{in_utc(appointment.changed_at)}"
    yield f"SEQUENCE:{appointment.sequence}"
    if appointment.key.occurrence:
        yield f"RECURRENCE-ID{_written(appointment.key.occurrence, zone)}"
    yield from _when(times)
    yield from (f"EXDATE{_written(at, zone)}" for at in dropped)
    yield f"SUMMARY:{escaped(item.title)}"
    yield f"STATUS:{'CANCELLED' if appointment.is_cancelled else 'CONFIRMED'}"
    yield "CLASS:PRIVATE"
    yield f"TRANSP:{'TRANSPARENT' if appointment.is_deadline else 'OPAQUE'}"
    yield "END:VEVENT"


def _when(times: Times) -> Lines:
    if times.day:  # a deadline of a whole day stands on that day, wherever its reader is
        day = date.fromisoformat(times.day)
        yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
        return
    yield f"DTSTART{_written(times.starts, times.zone if times.repeats else None)}"
    if times.repeats:
        yield f"RRULE:{times.repeats}"
    yield f"DURATION:{_duration(timedelta(seconds=times.seconds))}"


def in_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _written(moment: datetime, zone: str | None) -> str:
    """Return what stands after a property's name: a local time with its zone, or one in UTC."""
    if zone is None:
        return f":{in_utc(moment)}"
    return f";TZID={zone}:{moment.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


def _duration(length: timedelta) -> str:
    """Return an exact length: in hours, minutes and seconds, as a day may have 23 hours."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number]
    return "PT" + ("".join(parts) or "0S")


def _zones(items: Sequence[Item]) -> Lines:
    """Write each zone that a series is in, for as long as its series go on."""
    spans = dict[str, tuple[datetime, datetime]]()
    for item in items:
        times = item.appointment.times
        if times is not None and times.repeats is not None:
            last = item.appointment.over_at or times.starts + timedelta(days=366 * ZONE_YEARS)
            first, known = spans.get(times.zone, (times.starts, last))
            spans[times.zone] = min(first, times.starts), max(known, last)
    for zone, (first, last) in sorted(spans.items()):
        yield from time_zone(zone, first, last)


def time_zone(zone: str, first: datetime, last: datetime) -> Lines:
    """Write a zone as the offset that holds at `first`, and each change of its clocks up to `last`."""
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{zone}"
    begin = (first - timedelta(days=1)).astimezone(UTC)
    yield from _observance(begin, begin, zone)
    for change in clock_changes(zone, begin, last.astimezone(UTC) + timedelta(days=1)):
        yield from _observance(change - timedelta(seconds=1), change, zone)
    yield "END:VTIMEZONE"


def clock_changes(zone: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the instants after `first` and up to `last` at which the zone's offset or name changes."""
    info, step, at = ZoneInfo(zone), timedelta(days=7), first

    def holds(moment: datetime) -> tuple[timedelta | None, str | None]:
        local = moment.astimezone(info)
        return local.utcoffset(), local.tzname()

    while at < last:
        later = at + step
        if holds(at) != holds(later):
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if holds(middle) == holds(at) else (low, middle)
            if high <= last:
                yield high
            at = high
        else:
            at = later


def _observance(before: datetime, onset: datetime, zone: str) -> Lines:
    local, earlier = onset.astimezone(ZoneInfo(zone)), before.astimezone(ZoneInfo(zone))
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    offset_from = earlier.utcoffset() or timedelta()
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{onset.astimezone(UTC) + offset_from:%Y%m%dT%H%M%S}"  # in the time that held before it
    yield f"TZOFFSETFROM:{_offset(offset_from)}"
    yield f"TZOFFSETTO:{_offset(local.utcoffset() or timedelta())}"
    yield f"TZNAME:{escaped(local.tzname() or zone)}"
    yield f"END:{kind}"


def _offset(offset: timedelta) -> str:
    seconds = int(abs(offset).total_seconds())
    sign, rest = "-" if offset < timedelta() else "+", f"{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}{seconds % 3600 // 60:02d}{rest}"
