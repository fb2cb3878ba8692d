"""News of appointments: a session was scheduled, moved or cancelled; something comes up, or is overdue.

A reminder is bound to its start: it may be sent from its time on and is worth nothing later, so one that falls into
quiet hours comes after them or not at all. News of a session has its calendar text, which a mail carries as a part.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ladder.domain.calendar.appointments import Announcement, Appointment, title_of
from ladder.domain.calendar.icalendar import Item, invitation, uid_of
from ladder.domain.calendar.reminders import Reminder, ReminderKind
from ladder.domain.delivery.notification import News, Text
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.message import Message, Parameter

CALENDAR, ORGANIZER = "calendar", "organizer"  # facts of a mail that has a part for calendars
TOLD_FOR = timedelta(days=2)  # after that, nobody is told of a change any more
CHANGES: Mapping[Announcement, str] = {
    "invited": "appointments.invited_title",
    "moved": "appointments.moved_title",
    "cancelled": "appointments.cancelled_title",
}
TIMES: Mapping[Announcement, str] = {
    "invited": "appointments.session_at",
    "moved": "appointments.session_at",
    "cancelled": "appointments.called_off",
}
OCCASIONS: Mapping[ReminderKind, Occasion] = {"session": "session", "due_soon": "deadline", "overdue": "deadline"}
REMINDERS: Mapping[ReminderKind, str] = {
    "session": "appointments.session_title",
    "due_soon": "appointments.due_soon_title",
    "overdue": "appointments.overdue_title",
}
REMINDED_OF: Mapping[ReminderKind, str] = {
    "session": "appointments.session_at",
    "due_soon": "appointments.due_at",
    "overdue": "appointments.was_due",
}
DAYS: Mapping[ReminderKind, str] = {
    "due_soon": "appointments.due_on",
    "overdue": "appointments.was_due_on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """`time_zone`: in which they are told times; `organizer`: who invites, by name."""

    program: str
    member: str
    time_zone: str
    organizer: str


def change_news(
    appointment: Appointment, known: Sequence[Appointment], to: Recipient, *, invites: bool, now: datetime
) -> Iterator[News]:
    """Yield what a member, and systems, are told of a session that changed; nothing of one that is over.

    `known`: the member's appointments: the exceptions of a series go with its invitation. `invites`: by mail, too.
    """
    change, times, over_at = appointment.news, appointment.times, appointment.over_at
    if change is None or times is None or (over_at is not None and over_at <= now):
        return
    uid = uid_of(to.program, to.member, appointment.key)
    until = min(over_at or now + TOLD_FOR, now + TOLD_FOR)
    title = title_of(appointment, known)
    facts = {"change": change, "session": uid, "starts": times.starts.isoformat(), "ends": times.ends.isoformat()}
    text = Text(Message(CHANGES[change], {"title": title}), (Message(TIMES[change], _local(times.starts, to)),))
    part = {CALENDAR: _invitation(appointment, known, to), ORGANIZER: to.organizer} if invites else {}
    occurrence = f"@{appointment.key.occurrence.isoformat()}" if appointment.key.occurrence else ""
    for audience, told in (("system", facts), ("member", facts | part)):
        yield News(
            program=to.program,
            member=to.member,
            occasion="session_changed",
            about=f"appointment#{uid}",
            subject=f"{appointment.sequence}{occurrence}",
            text=text,
            facts=told,
            audiences=("system",) if audience == "system" else ("member",),
            at=now,
            not_before=now,
            not_after=until,
        )


def _invitation(appointment: Appointment, known: Sequence[Appointment], to: Recipient) -> str:
    uid, series = uid_of(to.program, to.member, appointment.key), appointment.key.series
    others = [other for other in known if other.key.series == series and other.key != appointment.key]
    items = [Item(uid=uid, title=title_of(one, known), appointment=one) for one in (appointment, *others)]
    return invitation(items[0], others=items[1:])


def reminder_news(
    reminder: Reminder, appointment: Appointment, known: Sequence[Appointment], to: Recipient, *, now: datetime
) -> News | None:
    """Return a reminder; None where it is too late for it. It names its start: of one that moved it is another one."""
    if reminder.until <= now:
        return None
    when = Message(REMINDED_OF[reminder.kind], _local(reminder.start, to))
    if (
        reminder.kind in DAYS and appointment.times and appointment.times.day
    ):  # the end of a day is that day, and not a time of the next one
        when = Message(DAYS[reminder.kind], {"day": appointment.times.day})
    title = Message(REMINDERS[reminder.kind], {"title": title_of(appointment, known)})
    return News(
        program=to.program,
        member=to.member,
        occasion=OCCASIONS[reminder.kind],
        about=f"appointment#{uid_of(to.program, to.member, appointment.key)}",
        subject=f"{reminder.start.isoformat()}/{reminder.at.isoformat()}",
        text=Text(title, (when,)),
        facts={"starts": reminder.start.isoformat()},
        at=now,
        not_before=reminder.at,
        not_after=reminder.until,
    )


def reminds_of(news: News) -> datetime | None:
    """Return the start that a reminder is about; None for other news."""
    start, mark, _ = news.subject.partition("/")
    return datetime.fromisoformat(start) if mark and news.occasion in OCCASIONS.values() else None


def _local(moment: datetime, to: Recipient) -> dict[str, Parameter]:
    local = moment.astimezone(ZoneInfo(to.time_zone))
    return {"day": f"{local:%Y-%m-%d}", "clock": f"{local:%H:%M}", "zone": to.time_zone}
