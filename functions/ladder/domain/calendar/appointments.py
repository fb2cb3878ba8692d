"""A member's appointments: sessions that sources scheduled, and deadlines of what was assigned to them.

Events arrive in any order, and more than once. Each says something about a few facts of one appointment, and each fact
is what the newest event said of it: so the same events make the same appointment whatever their order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from ladder.domain.activities.activity import EARLIEST, Activity
from ladder.domain.activities.recurrence import Recurrence
from ladder.domain.activities.sessions import (
    ASSIGNED,
    ATTENDED,
    CANCELLED,
    CONFIRMED,
    MOVED,
    SCHEDULED,
    SESSION_TYPES,
    Times,
    occurrence_of,
    times_of,
)
from ladder.domain.calendar.deadlines import due_times
from ladder.domain.calendar.schedule import Schedule

COMPLETES = frozenset({"learner.completed_module", "user.completed", "task.completed", "assessment.submitted"})
DEADLINE_OF = ("module", "course", "task")  # the attributes that may name what is due; the first that is there does
KEPT_AFTER = timedelta(days=400)  # an appointment that is over
MOST_OCCURRENCES = 500  # of one series that are looked at in one step

FactName = Literal["title", "times", "cancelled", "answer", "done"]
Kind = Literal["session", "deadline"]
Status = Literal["planned", "cancelled", "done", "due_soon", "overdue", "over"]
Announcement = Literal["invited", "moved", "cancelled"]
NOT_ANNOUNCED = (-1, False)
type Version = tuple[int, str, str]  # the source's own version, when it happened (ISO 8601, UTC), the event's id


@dataclass(frozen=True, slots=True)
class Fact:
    """What the newest event said, as JSON may hold it."""

    version: Version
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentKey:
    """`subject`: what it is about, as in "session#S-17" or "module#fraud". `occurrence`: one of a series, or None."""

    source: str
    subject: str
    occurrence: datetime | None = None

    def __str__(self) -> str:
        one = f"#{self.occurrence:%Y%m%dT%H%M%SZ}" if self.occurrence else ""
        return f"{self.source}#{self.subject}{one}"

    @property
    def series(self) -> "AppointmentKey":
        return AppointmentKey(source=self.source, subject=self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one event says about one appointment."""

    key: AppointmentKey
    facts: Mapping[FactName, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """`sequence` rises whenever a calendar would have to show something else (RFC 5545, SEQUENCE).

    `announced`: the sequence that its member was told of last, -1 for none, and whether as cancelled.
    """

    key: AppointmentKey
    facts: Mapping[FactName, Fact] = field(default_factory=dict)
    sequence: int = 0
    changed_at: datetime = EARLIEST
    announced: tuple[int, bool] = NOT_ANNOUNCED

    def told(self, news: News, *, now: datetime) -> Self:
        """Return the appointment with the news; the same one where it knew all of it, or something newer."""
        newer = {
            name: fact
            for name, fact in news.facts.items()
            if name not in self.facts or self.facts[name].version < fact.version
        }
        if not newer:
            return self
        after = replace(self, facts={**self.facts, **newer})
        if after.shown == self.shown:
            return after
        sequence = self.sequence + 1 if self.times else self.sequence  # nobody saw it before it had times
        return replace(after, sequence=sequence, changed_at=now)

    @property
    def news(self) -> Announcement | None:
        """Return what its member has to be told of the session; None where they know, or a deadline is meant."""
        sequence, as_cancelled = self.announced
        if self.is_deadline or self.times is None or sequence == self.sequence:
            return None
        known = (sequence >= 0 or self.key.occurrence is not None) and not as_cancelled
        if self.is_cancelled:
            return "cancelled" if known else None
        return "moved" if known else "invited"

    def told_of(self) -> Self:
        """Return the appointment once its member was told."""
        return replace(self, announced=(self.sequence, self.is_cancelled))

    @property
    def shown(self) -> tuple[Any, ...]:
        """Return what a calendar shows of it."""
        return self.title, self._value("times"), self.is_cancelled, self.is_deadline and self.is_done

    def _value(self, name: FactName, default: Any = None) -> Any:
        return self.facts[name].value if name in self.facts else default

    @property
    def is_deadline(self) -> bool:
        return not self.key.subject.startswith("session#")

    @property
    def title(self) -> str:
        return str(self._value("title", "")) or self.key.subject.partition("#")[2]

    @property
    def times(self) -> Times | None:
        """Return when it is; None while no event has said so. One of a series that is cancelled has its start."""
        if value := self._value("times"):
            return times_from(value)
        return Times(starts=self.key.occurrence) if self.key.occurrence else None

    @property
    def due_text(self) -> str:
        """Return when it is due as events say it: a date, or a time with its zone; "" while nobody has said so."""
        times = self.times
        return (times.day or times.starts.isoformat()) if times else ""

    @property
    def is_cancelled(self) -> bool:
        return bool(self._value("cancelled", default=False))

    @property
    def answer(self) -> str:
        return str(self._value("answer", ""))

    @property
    def is_done(self) -> bool:
        """Return whether the session was attended, or what was due is done."""
        return bool(self._value("done", default=False))

    def starts_between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """Yield its starts in UTC from `first` on and before `last`, in order."""
        times = self.times
        if times is None or self.is_cancelled:
            return
        starts = times.repeats.starts(times.starts, times.zone) if times.repeats else iter((times.starts,))
        for start in starts:
            if start >= last:
                return
            if start >= first:
                yield start

    @property
    def over_at(self) -> datetime | None:
        """Return when its last start is over; None where it is not known when, or the series goes on."""
        times = self.times
        if times is None:
            return None
        if times.repeats is None:
            return times.ends
        if times.repeats.until is None and times.repeats.times is None:
            return None
        last = times.starts
        for last in times.repeats.starts(times.starts, times.zone):  # noqa: B007 - the last one is wanted
            pass
        return last + timedelta(seconds=times.seconds)

    def status(self, now: datetime, *, soon: timedelta) -> Status:
        """Return how it stands. `soon`: how long before a deadline it is due soon."""
        times = self.times
        if self.is_cancelled:
            return "cancelled"
        if self.is_done and not (times and times.repeats):
            return "done"
        if times is None:
            return "planned"
        if self.is_deadline:
            return "overdue" if times.starts < now else "due_soon" if times.starts - now <= soon else "planned"
        over_at = self.over_at
        return "over" if over_at and over_at <= now else "planned"


def title_of(appointment: Appointment, others: Iterable[Appointment]) -> str:
    """Return its title: one of a series that has none of its own has that of the series."""
    if "title" not in appointment.facts and appointment.key.occurrence:
        for other in others:
            if other.key == appointment.key.series:
                return other.title
    return appointment.title


def news_of(activity: Activity, schedule: Schedule) -> News | None:
    """Return what an event says about an appointment of its member; None where it says nothing.

    Events about sessions have been checked when they arrived; what is not read is left out here all the same.
    """
    kind, attributes = activity.type, activity.attributes
    if kind in SESSION_TYPES or (kind == ATTENDED and isinstance(attributes.get("session"), str)):
        return _of_session(activity)
    key = _deadline_key(activity)
    if key is None or (kind not in COMPLETES and "due" not in attributes):
        return None
    version = _version(activity)
    facts: dict[FactName, Fact] = {}
    if times := due_times(str(attributes.get("due", "")), schedule):
        facts |= {"times": Fact(version, times_to(times)), "cancelled": Fact(version, value=False)}
    if isinstance(title := attributes.get("title"), str) and title:
        facts["title"] = Fact(version, title)
    if kind in COMPLETES and attributes.get("passed") is not False:
        facts["done"] = Fact(version, value=True)
    elif kind == ASSIGNED:  # again: what is assigned anew is to be done anew
        facts["done"] = Fact(version, value=False)
    return News(key=key, facts=facts) if facts else None


def withdrawn(activity: Activity, reversal: Activity) -> News | None:
    """Return what the reversal of an event says: what it had scheduled, moved or assigned is cancelled."""
    if activity.type not in {SCHEDULED, MOVED, ASSIGNED}:
        return None
    key = _session_key(activity) if activity.type in SESSION_TYPES else _deadline_key(activity)
    version = (int(activity.attributes.get("version") or 0), _iso(reversal.occurred_at), reversal.id)
    return News(key=key, facts={"cancelled": Fact(version, value=True)}) if key else None


def _of_session(activity: Activity) -> News | None:
    version, attributes, key = _version(activity), activity.attributes, _session_key(activity)
    if key is None:
        return None
    facts: dict[FactName, Fact] = {}
    if activity.type in {SCHEDULED, MOVED}:
        try:
            times = times_of(attributes)
        except ValueError:
            return None
        facts = {"times": Fact(version, times_to(times)), "cancelled": Fact(version, value=False)}
        if isinstance(title := attributes.get("title"), str) and title:
            facts["title"] = Fact(version, title)
    elif activity.type == CANCELLED:
        facts["cancelled"] = Fact(version, value=True)
    elif activity.type == CONFIRMED:
        facts["answer"] = Fact(version, str(attributes["answer"]))
    else:
        facts["done"] = Fact(version, value=True)
    return News(key=key, facts=facts)


def _session_key(activity: Activity) -> AppointmentKey | None:
    """Return the key of the session; Ladder's own events name the source that they are about."""
    attributes = activity.attributes
    try:  # a series is answered and attended as a whole
        occurrence = occurrence_of(attributes) if activity.type in {SCHEDULED, MOVED, CANCELLED} else None
    except ValueError:
        return None
    source = str(attributes.get("source", activity.source))
    return AppointmentKey(source=source, subject=f"session#{attributes['session']}", occurrence=occurrence)


def _deadline_key(activity: Activity) -> AppointmentKey | None:
    """Return the key of what the event is about, where it names it."""
    for name in DEADLINE_OF:
        if isinstance(value := activity.attributes.get(name), str) and value:
            return AppointmentKey(source=activity.source, subject=f"{name}#{value}")
    return None


def _version(activity: Activity) -> Version:
    version = activity.attributes.get("version", 0)
    counted = version if isinstance(version, int) and not isinstance(version, bool) else 0
    return counted, _iso(activity.occurred_at), activity.id


def times_to(times: Times) -> dict[str, str | int]:
    """Return times as JSON may hold them."""
    stored: dict[str, str | int] = {"starts": _iso(times.starts), "seconds": times.seconds, "zone": times.zone}
    if times.repeats:
        stored["repeats"] = str(times.repeats)
    if times.day:
        stored["day"] = times.day
    return stored


def times_from(stored: Mapping[str, Any]) -> Times:
    return Times(
        starts=datetime.fromisoformat(stored["starts"]),
        seconds=stored["seconds"],
        zone=stored["zone"],
        repeats=Recurrence.parse(stored["repeats"]) if "repeats" in stored else None,
        day=stored.get("day", ""),
    )


def _iso(moment: datetime) -> str:
    """Return a moment so that later ones sort later, as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
