"""Remind members of what comes up, and of what is overdue: each reminder once, from its time on."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from appointments.announce import Teller
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.ports import Appointments
from ladder.domain.calendar.reminders import exceptions_of, next_look, reminders
from ladder.domain.delivery.appointment_news import reminder_news
from ladder.domain.errors import ProgramRefused, Rejected
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program

LEAST_SECONDS = 5.0  # left of the invocation, to look at another appointment
INSTANT = timedelta(microseconds=1)


def remind(
    *,
    programs: Programs,
    current: Callable[[str], Program],
    appointments: Appointments,
    teller: Teller,
    time_left: Callable[[], float],
) -> int:
    """Put what falls due into the outbox, and return how many notifications were new.

    An appointment stays due until its reminders are in the outbox, which has each of them once: so a run that is killed
    is made up for by the next one. Where time runs out, the next run goes on.
    """
    put, now = 0, teller.now
    for key in programs.keys():  # noqa: SIM118 - a store, no dictionary
        with suppress(ProgramRefused, Rejected):  # one that cannot be read reminds nobody
            program = current(key)
            for due in appointments.due(key, now) if program.calendar else ():
                if time_left() < LEAST_SECONDS:
                    return put
                member = due.place.member
                known = appointments.of(key, member)
                found = next((appointment for appointment in known if appointment.key == due.place.key), None)
                if found is None or program.calendar is None:
                    continue
                put += _remind(found, known, program, member, teller, since=due.since)
                next_at = next_look(found, program.calendar, now=now + INSTANT)
                appointments.looked(key, due, next_at=next_at)
    return put


def _remind(
    appointment: Appointment,
    known: Sequence[Appointment],
    program: Program,
    member: str,
    teller: Teller,
    *,
    since: datetime,
) -> int:
    if program.calendar is None:
        return 0
    (to, preferences), exceptions = teller.recipient(program, member), exceptions_of(appointment, known)
    put = 0
    for reminder in reminders(appointment, program.calendar, first=since, last=teller.now + INSTANT):
        news = reminder_news(reminder, appointment, known, to, now=teller.now)
        if news is not None and reminder.start not in exceptions:
            put += teller.tell(program, news, preferences)
    return put
