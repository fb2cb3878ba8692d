"""When a member is to be reminded of an appointment, and when its appointment has to be looked at next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.rules import CalendarRules

ReminderKind = Literal["session", "due_soon", "overdue"]
LOOKED_AHEAD = timedelta(days=60)
OVERDUE_FOR = timedelta(days=3)  # how long after a deadline it is worth saying that it has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """`at`: from when on it may be said; `until`: from when on it is worth nothing; `start`: of what it reminds."""

    kind: ReminderKind
    start: datetime
    at: datetime
    until: datetime


def reminders(appointment: Appointment, rules: CalendarRules, *, first: datetime, last: datetime) -> Iterator[Reminder]:
    """Yield the reminders from `first` on and before `last`, and none of what is cancelled, declined or done."""
    hours = rules.deadline_hours if appointment.is_deadline else rules.reminder_hours
    leads = sorted((timedelta(hours=number) for number in hours), reverse=True)
    horizon = last + (leads[0] if leads else timedelta())
    for start in appointment.starts_between(first - OVERDUE_FOR, horizon + timedelta(seconds=1)):
        if not still_planned(appointment, start):
            return
        for lead, following in zip(leads, [*leads, timedelta()][1:], strict=True):
            if first <= start - lead < last:
                kind: ReminderKind = "due_soon" if appointment.is_deadline else "session"
                yield Reminder(kind=kind, start=start, at=start - lead, until=start - following)
        if appointment.is_deadline and first <= start < last:
            yield Reminder(kind="overdue", start=start, at=start, until=start + OVERDUE_FOR)


def next_look(appointment: Appointment, rules: CalendarRules, *, now: datetime) -> datetime | None:
    """Return when the first reminder after `now` falls due; None where there is none left.

    Of what is further away than that, and of a series that goes on, it is when to look for one again.
    """
    due = (reminder.at for reminder in reminders(appointment, rules, first=now, last=now + LOOKED_AHEAD))
    if first := min(due, default=None):
        return first
    over_at = appointment.over_at
    goes_on = over_at is None or over_at > now + LOOKED_AHEAD
    return now + LOOKED_AHEAD if appointment.times and not appointment.is_cancelled and goes_on else None


def still_planned(appointment: Appointment, start: datetime) -> bool:
    """Return whether something is still to happen, or to be done, at that start."""
    finished = appointment.is_done and not (appointment.times and appointment.times.repeats)
    if finished or appointment.answer == "declined":
        return False
    return any(True for _ in appointment.starts_between(start, start + timedelta(microseconds=1)))


def exceptions_of(appointment: Appointment, others: Sequence[Appointment]) -> frozenset[datetime]:
    """Return the original starts of a series that appointments of their own stand for."""
    if appointment.key.occurrence is not None:
        return frozenset()
    return frozenset(
        other.key.occurrence
        for other in others
        if other.key.occurrence is not None and other.key.series == appointment.key
    )
