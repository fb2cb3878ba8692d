"""My appointments, when I have time, and the address of my calendar for other software."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.activities.sessions import Answer
from ladder.domain.calendar.appointments import Appointment, Kind, Status, title_of
from ladder.domain.calendar.feed import SUFFIX, digest, token
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.ports import Appointments, Feed, Feeds
from ladder.domain.calendar.reminders import exceptions_of
from ladder.domain.calendar.replies import confirmed
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.calendar.schedule import Schedule, day_bounds
from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.points.achievements import is_work_day
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Rulebook
from ladder.web.me import Me

JUST_OVER = timedelta(days=1)  # for so long, what is over is still shown
MOST_STARTS = 100  # of one series


@dataclass(frozen=True, slots=True, kw_only=True)
class MyAppointment:
    """`id`: what an answer names. `starts`: of the days asked for, in UTC; `seconds`: how long each lasts.

    `day`: of what is due by the end of a local day. `status`: planned, cancelled, done, over, due_soon or overdue.
    `answer`: "accepted", "declined", "tentative", or "" for none yet.
    """

    id: str
    kind: Kind
    title: str
    starts: Sequence[datetime]
    seconds: int
    day: str
    time_zone: str
    status: Status
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MyAppointments:
    appointments: Sequence[MyAppointment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MyDay:
    """`works`: it is a work day of the program, no holiday, and no day off of mine. `busy`: sessions, in UTC."""

    day: date
    works: bool
    starts: datetime
    ends: datetime
    busy: Sequence[Busy]


@dataclass(frozen=True, slots=True, kw_only=True)
class MyAvailability:
    days: Sequence[MyDay]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeed:
    """`path`: the address below the API's own, shown once, when it is made; None afterwards: nobody stores it."""

    exists: bool
    made_at: datetime | None = None
    path: str | None = None


def show_appointments(
    me: Me, *, rules: CalendarRules | None, days: int, now: datetime, appointments: Appointments
) -> MyAppointments:
    """Return what is planned within so many days, and what is still due; what is cancelled or done, too, of those."""
    if rules is None:
        return MyAppointments(appointments=())
    known, until = appointments.of(me.program, me.member), now + timedelta(days=days)
    shown = [_shown(me, appointment, known, rules, now=now, until=until) for appointment in known]
    listed = [appointment for appointment in shown if appointment.starts]
    return MyAppointments(appointments=sorted(listed, key=lambda appointment: (appointment.starts[0], appointment.id)))


def _shown(
    me: Me,
    appointment: Appointment,
    known: Sequence[Appointment],
    rules: CalendarRules,
    *,
    now: datetime,
    until: datetime,
) -> MyAppointment:
    times, status = appointment.times, appointment.status(now, soon=rules.due_soon)
    first = now - JUST_OVER
    if times and (status in {"overdue", "cancelled"} or (status == "done" and appointment.is_deadline)):
        recent = times.starts >= first or status == "overdue"
        starts = [times.starts] if recent and times.starts < until else []
    else:
        exceptions = exceptions_of(appointment, known)
        planned = (start for start in appointment.starts_between(first, until) if start not in exceptions)
        starts = list(islice(planned, MOST_STARTS))
    return MyAppointment(
        id=uid_of(me.program, me.member, appointment.key),
        kind="deadline" if appointment.is_deadline else "session",
        title=title_of(appointment, known),
        starts=starts,
        seconds=times.seconds if times else 0,
        day=times.day if times else "",
        time_zone=times.zone if times else "UTC",
        status=status,
        answer=appointment.answer,
    )


def answer_session(
    me: Me,
    *,
    appointment: str,
    answer: Answer,
    now: datetime,
    appointments: Appointments,
    queue: Activities,
) -> None:
    """Send the answer as an event. A series is answered as a whole.

    Raises NotFound for no session of the member's, Conflict for one that was cancelled.
    """
    sessions = (known for known in appointments.of(me.program, me.member) if not known.is_deadline)
    whole = (known for known in sessions if known.key.occurrence is None)
    found = next((known for known in whole if uid_of(me.program, me.member, known.key) == appointment), None)
    if found is None or found.times is None:
        raise NotFound(Message("appointments.no_such_session"))
    if found.is_cancelled:
        raise Conflict(Message("appointments.session_cancelled"))
    queue.send([Delivery(me.program, me.member, (confirmed(found, answer, at=now),))])


def show_availability(
    me: Me,
    *,
    days: Iterable[date],
    schedule: Schedule,
    rulebook: Rulebook,
    state: State,
    appointments: Appointments,
) -> MyAvailability:
    """Return for each local day whether the member works on it, and which sessions they have."""
    known = [appointment for appointment in appointments.of(me.program, me.member) if not appointment.is_deadline]
    shown = list[MyDay]()
    for day in days:
        starts, last = day_bounds(schedule, day)
        ends = last + timedelta(seconds=1)
        works = is_work_day(day.toordinal(), state.days_off, rulebook)
        shown.append(MyDay(day=day, works=works, starts=starts, ends=ends, busy=_busy(known, starts, ends)))
    return MyAvailability(days=shown)


def _busy(known: Sequence[Appointment], first: datetime, last: datetime) -> list[Busy]:
    """Return the sessions that the member has not declined, in order; one that began on the day before, too."""
    busy = list[Busy]()
    for appointment in known:
        if appointment.times is None or appointment.answer == "declined":
            continue
        length = timedelta(seconds=appointment.times.seconds)
        exceptions = exceptions_of(appointment, known)
        for start in appointment.starts_between(first - length, last):
            if start + length > first and start not in exceptions:
                busy.append(Busy(starts=start, ends=start + length))
    return sorted(busy, key=lambda span: (span.starts, span.ends))


def make_feed(
    me: Me, *, rules: CalendarRules | None, language: str, now: datetime, feeds: Feeds, new_secret: Callable[[], str]
) -> CalendarFeed:
    """Make a new address; the one before leads nowhere from now on. Raises NotFound where no calendar is kept."""
    if rules is None:
        raise NotFound(Message("appointments.no_calendar"))
    made = token(me.program, new_secret())
    feeds.make(me.program, Feed(member=me.member, language=language, made_at=now), digest(made))
    return CalendarFeed(exists=True, made_at=now, path=f"/calendar/{made}{SUFFIX}")


def show_feed(me: Me, feeds: Feeds) -> CalendarFeed:
    known = feeds.of(me.program, me.member)
    return CalendarFeed(exists=known is not None, made_at=known.made_at if known else None)
