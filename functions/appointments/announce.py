"""Tell a member what a change of an appointment means, and take back reminders of what it was before."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.ports import Appointments
from ladder.domain.calendar.reminders import next_look, still_planned
from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.appointment_news import Recipient, change_news, reminds_of
from ladder.domain.delivery.notification import News
from ladder.domain.delivery.ports import Outbox
from ladder.domain.errors import Unavailable
from ladder.domain.members.preferences import MemberPreferences, Preferences
from ladder.domain.message import Message
from ladder.domain.programs.program import Program

NO_LONGER = Message("appointments.no_longer")


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts news of a member's appointments into the outbox, as the program and the member want them."""

    outbox: Outbox
    preferences: MemberPreferences
    now: datetime

    def recipient(self, program: Program, member: str) -> tuple[Recipient, Preferences]:
        preferences = self.preferences.of(program.key, member)
        zone = preferences.time_zone or program.schedule.time_zone
        return Recipient(program=program.key, member=member, time_zone=zone, organizer=program.name), preferences

    def tell(self, program: Program, news: News, preferences: Preferences) -> int:
        """Return how many notifications were new: the same news again puts none."""
        addressed = notifications(news, program.delivery, preferences=preferences, now=self.now)
        return sum(map(self.outbox.put, addressed))


def announce(
    appointment: Appointment, *, program: Program, member: str, appointments: Appointments, teller: Teller
) -> int:
    """Tell the member, and note that they were told; return how many notifications were new.

    Killed in between, the same entry comes again and tells the rest. Where two changes come together, the later one
    tells what holds.
    """
    rules = program.calendar
    if rules is None:
        return 0
    _take_back_reminders(appointment, program, member, teller)
    if appointment.news is None:
        return 0
    known = appointments.of(program.key, member)
    to, preferences = teller.recipient(program, member)
    told = change_news(appointment, known, to, invites=rules.invitations, now=teller.now)
    put = sum(teller.tell(program, news, preferences) for news in told)

    def noted(stored: Appointment) -> Appointment:
        return stored.told_of() if stored.sequence == appointment.sequence else stored

    look = partial(next_look, rules=rules, now=teller.now)
    appointments.change(program.key, member, appointment.key, noted, next_look=look)
    return put


def _take_back_reminders(appointment: Appointment, program: Program, member: str, teller: Teller) -> None:
    """Withdraw reminders that still wait, of starts that are none any more; of what is new there are none."""
    if not (appointment.sequence or appointment.is_cancelled or appointment.is_done or appointment.answer):
        return
    about = f"appointment#{uid_of(program.key, member, appointment.key)}"
    for item in teller.outbox.of_member(program.key, member):
        news = item.notification.news
        start = reminds_of(news) if news.about == about else None
        if start is None or item.status != "waiting" or item.tries or still_planned(appointment, start):
            continue
        if not teller.outbox.save(item, replace(item, status="withdrawn", because=NO_LONGER, retry_at=None)):
            raise Unavailable("a reminder is being sent at this moment")
