"""What sources say of a member's calendar: sessions that are scheduled, moved, cancelled and confirmed, and due dates.

Attributes: `session` (the source's id of it), `title`, `starts` and `ends` (ISO 8601 with a zone), `zone` (IANA) and
`repeats` (a rule of RFC 5545) of a series, `occurrence` (the original start of one of a series), `answer`, and
`version`, where the source counts its versions: of two events the one with the higher number is newer, whenever either
happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from ladder.domain.activities.recurrence import Recurrence
from ladder.domain.validation.constraints import Plain, is_time_zone

SCHEDULED = "calendar.scheduled"
MOVED = "calendar.moved"
CANCELLED = "calendar.cancelled"
CONFIRMED = "calendar.confirmed"
ATTENDED = "calendar.attended"
ASSIGNED = "learner.assigned"  # attributes: module, course or task; due
SESSION_TYPES = frozenset({SCHEDULED, MOVED, CANCELLED, CONFIRMED})

Answer = Literal["accepted", "declined", "tentative"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
LONGEST_SESSION = timedelta(days=7)
MOST_VERSIONS = 10**9
FIRST_YEAR, LAST_YEAR = 1980, 2098
TIME_FORM = "a time with its zone, such as 2026-03-29T09:00:00+02:00"

type Attributes = Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When something is. `zone`: in which a series keeps its time of day. `day`: a whole local day, by ISO date."""

    starts: datetime  # UTC
    seconds: int = 0
    zone: str = "UTC"
    repeats: Recurrence | None = None
    day: str = ""

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(seconds=self.seconds)


def session_error(kind: str, attributes: Attributes) -> str:
    """Return what is wrong with an event about a session and what to send instead; "" where nothing is."""
    session, version = attributes.get("session"), attributes.get("version", 0)
    if not (isinstance(session, str) and session):
        return f"{kind} needs session: the id that the source has for it"
    if not isinstance(version, int) or isinstance(version, bool) or not 0 <= version <= MOST_VERSIONS:
        return f"version must be a whole number from 0 to {MOST_VERSIONS}, which rises with each change"
    if kind == CONFIRMED and "occurrence" in attributes:
        return "a series is answered as a whole: leave out occurrence"
    try:
        occurrence_of(attributes)
        if kind in {SCHEDULED, MOVED}:
            times_of(attributes)
    except ValueError as error:
        return str(error)
    if kind == CONFIRMED and attributes.get("answer") not in ANSWERS:
        return f"calendar.confirmed needs answer: {', '.join(ANSWERS)}"
    return ""


def times_of(attributes: Attributes) -> Times:
    """Return when a session is. Raises ValueError that says what to send instead."""
    starts, ends = _instant(attributes, "starts"), _instant(attributes, "ends")
    if not timedelta() < ends - starts <= LONGEST_SESSION:
        raise ValueError("a session ends after it starts, and within seven days: correct starts or ends")
    zone, repeats = attributes.get("zone", "UTC"), attributes.get("repeats")
    if not (isinstance(zone, str) and is_time_zone(zone)):
        raise ValueError("zone must be an IANA name, such as Europe/Paris")
    seconds = int((ends - starts).total_seconds())
    if repeats is None:
        return Times(starts=starts, seconds=seconds, zone=zone)
    if "zone" not in attributes:
        raise ValueError("a series needs its zone, such as Europe/Paris: its clocks may change")
    if "occurrence" in attributes:
        raise ValueError("one session of a series does not repeat: leave out repeats, or occurrence")
    rule = Recurrence.parse(str(repeats))
    if rule.weekdays and starts.astimezone(ZoneInfo(zone)).weekday() not in rule.weekdays:
        raise ValueError("a series must start on one of its BYDAY: name that day, too, or start with another session")
    return Times(starts=starts, seconds=seconds, zone=zone, repeats=rule)


def occurrence_of(attributes: Attributes) -> datetime | None:
    """Return the original start of the one session of a series that is meant; None where all are."""
    return _instant(attributes, "occurrence") if "occurrence" in attributes else None


def _instant(attributes: Attributes, name: str) -> datetime:
    moment = parsed_instant(attributes.get(name))
    if moment is None:
        raise ValueError(f"{name} must be {TIME_FORM}")
    return moment.replace(microsecond=0)


def parsed_instant(value: Plain) -> datetime | None:
    """Return a time with a zone, in UTC; None for anything else, and outside these years."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.astimezone(UTC)
