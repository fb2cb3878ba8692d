"""A member's calendar as others' software reads it: nothing but times and titles, as whoever has the address reads it.

A token names its program and is otherwise random: 256 bits. Only its digest is stored.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ladder.domain.calendar.appointments import Appointment, title_of
from ladder.domain.calendar.icalendar import Item, calendar_file, uid_of

NAME = "Ladder"
REFRESH = timedelta(hours=1)
SHOWN_FOR = timedelta(days=60)  # after it was over, or was cancelled
TOKEN = re.compile(r"([a-z0-9-]{1,30})\.([A-Za-z0-9_-]{43})")
SECRET_BYTES = 32
SUFFIX = ".ics"

type DeadlineTitle = Callable[[str], str]  # in the reader's language, such as "Due: Fraud 2"


def token(program: str, secret: str) -> str:
    return f"{program}.{secret}"


def program_of_token(text: str) -> str | None:
    """Return the program that a token names; None for what is no token at all."""
    match = TOKEN.fullmatch(text)
    return match[1] if match else None


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def member_calendar(
    program: str,
    member: str,
    appointments: Sequence[Appointment],
    *,
    deadline_title: DeadlineTitle,
    now: datetime,
) -> str:
    """Return the calendar of a member: sessions, and what is still to be done. Cancelled ones say so for a while."""
    since = now - SHOWN_FOR
    items = list[Item]()
    for appointment in appointments:
        if _is_shown(appointment, since):
            title = title_of(appointment, appointments)
            shown = deadline_title(title) if appointment.is_deadline else title
            items.append(Item(uid=uid_of(program, member, appointment.key), title=shown, appointment=appointment))
    return calendar_file(items, name=NAME, refresh=REFRESH)


def _is_shown(appointment: Appointment, since: datetime) -> bool:
    over_at = appointment.over_at
    if appointment.is_deadline and (appointment.is_done or appointment.is_cancelled):
        return False
    if appointment.is_cancelled and appointment.changed_at < since:
        return appointment.key.occurrence is not None  # its series would show it again
    return over_at is None or over_at >= since
