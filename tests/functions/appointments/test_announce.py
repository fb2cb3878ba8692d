"""What a member is told of their appointments: each change and each reminder once, whatever is killed or repeated."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from appointments.announce import Teller, announce
from appointments.remind import remind
from appointments.update import update
from ladder.domain.activities.activity import Activity
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.delivery.appointment_news import CALENDAR, ORGANIZER, reminds_of
from ladder.domain.delivery.notification import OutboxItem
from ladder.domain.delivery.ports import Heard
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.delivery.timing import WorkingTime, timing
from ladder.domain.programs.program import Program
from ladder.messages.render import languages, render
from tests.builders.academy import academy
from tests.builders.appointments import (
    HOUR,
    MEMBER,
    NOW,
    STARTS,
    assigned,
    cancelled,
    confirmed,
    event,
    moved,
    scheduled,
)
from tests.fakes.calendars import MemoryAppointments
from tests.fakes.outbox import MemoryOutbox
from tests.fakes.preferences import MemoryPreferences

MAIL = ChannelRules(key="mail", kind="mail", member="{user}@bank.example", options={"from": "training@bank.example"})
HOOK = ChannelRules(key="hook", kind="webhook", address="https://events.bank.example")
TELLS = replace(academy(), calendar=CalendarRules(), delivery=DeliveryRules(channels=(MAIL, HOOK)))


@dataclass(slots=True)
class Programs:
    program: Program

    def keys(self) -> list[str]:
        return [self.program.key]


@dataclass(slots=True)
class Desk:
    """The function as a stream and a schedule call it."""

    program: Program = TELLS
    preferences: MemoryPreferences = field(default_factory=MemoryPreferences)
    appointments: MemoryAppointments = field(default_factory=MemoryAppointments)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    def take(self, *activities: Activity, now: datetime = NOW, killed: bool = False) -> int:
        put = 0
        for activity in activities:
            updated = update(
                activity,
                program=self.program,
                member=MEMBER,
                find=lambda _: None,
                appointments=self.appointments,
                queue=None,  # type: ignore[arg-type]
                now=now,
            )
            if updated is not None and not killed:
                teller = Teller(self.outbox, self.preferences, now)
                put += announce(
                    updated.after,
                    program=self.program,
                    member=MEMBER,
                    appointments=self.appointments,
                    teller=teller,
                )
        return put

    def tick(self, now: datetime) -> int:
        return remind(
            programs=Programs(self.program),  # type: ignore[arg-type]
            current=lambda _: self.program,
            appointments=self.appointments,
            teller=Teller(self.outbox, self.preferences, now),
            time_left=lambda: 60.0,
        )

    def told(self, *occasions: str) -> list[OutboxItem]:
        items = self.outbox.of_member("academy", MEMBER)
        return [item for item in items if not occasions or item.notification.news.occasion in occasions]

    def titles(self, channel: str = "mail") -> list[str]:
        return [item.notification.news.text.title.code for item in self.told() if item.notification.channel == channel]


def test_a_session_is_told_when_it_is_scheduled_moved_and_cancelled_and_never_twice() -> None:
    desk = Desk()
    events = (
        scheduled(),
        moved("e2", STARTS + timedelta(days=1), at=NOW + HOUR),
        cancelled("e3", at=NOW + 2 * HOUR),
    )
    for minute, activity in enumerate(events):
        assert desk.take(activity, now=NOW + timedelta(minutes=minute)) == 2
        assert desk.take(activity) == 0
    assert desk.take(*events) == 0
    assert desk.titles() == [f"appointments.{change}_title" for change in ("invited", "moved", "cancelled")]
    texts = [item.notification.news.text for item in desk.told()]
    assert all(
        render(part, language) for text in texts for part in (text.title, *text.paragraphs) for language in languages()
    )


def test_what_was_stored_before_the_function_was_killed_is_told_when_the_entry_comes_again() -> None:
    desk = Desk()
    assert desk.take(scheduled(), killed=True) == 0
    assert desk.take(scheduled()) == 2


def test_a_mail_carries_the_session_for_calendars_and_a_system_hears_no_title() -> None:
    desk = Desk()
    desk.take(scheduled(title="Practice with Zoe"))
    facts = {item.notification.channel: item.notification.news.facts for item in desk.told()}
    calendar = icalendar.Calendar.from_ical(str(facts["mail"][CALENDAR]))
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["Practice with Zoe"]
    assert facts["mail"][ORGANIZER] == TELLS.name
    assert facts["hook"].keys() == {"change", "session", "starts", "ends"}
    assert "Zoe" not in str(facts["hook"])


def test_without_invitations_the_same_is_said_in_words_alone() -> None:
    desk = Desk(program=replace(TELLS, calendar=CalendarRules(invitations=False)))
    desk.take(scheduled())
    assert [CALENDAR in item.notification.news.facts for item in desk.told()] == [False, False]


@pytest.mark.parametrize("happened", [scheduled(starts=NOW - timedelta(days=2)), assigned(due="2026-03-29")])
def test_nobody_is_told_of_a_session_that_is_over_or_of_a_new_deadline(happened: Activity) -> None:
    assert Desk().take(happened) == 0


def test_a_session_is_reminded_of_a_day_and_an_hour_before_each_once() -> None:
    desk, tick = Desk(), timedelta(minutes=5)
    desk.take(scheduled())
    moment = NOW
    while moment < STARTS + timedelta(days=1):
        desk.tick(moment)
        moment += tick
    reminders = [item.notification for item in desk.told("session")]
    assert [(one.not_before, one.not_after) for one in reminders] == [
        (STARTS - timedelta(hours=24), STARTS - HOUR),
        (STARTS - HOUR, STARTS),
    ]


def test_after_an_outage_only_what_is_still_worth_it_is_said() -> None:
    desk = Desk()
    desk.take(scheduled())
    desk.tick(STARTS - timedelta(minutes=20))
    assert [item.notification.not_before for item in desk.told("session")] == [STARTS - HOUR]


def test_a_reminder_that_waits_is_taken_back_when_its_session_moves_and_comes_for_the_new_time() -> None:
    desk, to = Desk(), STARTS + timedelta(days=3)
    desk.take(scheduled())
    desk.tick(STARTS - timedelta(hours=24))
    desk.take(moved("e2", to, at=NOW + HOUR), now=STARTS - timedelta(hours=23))
    assert [item.status for item in desk.told("session")] == ["withdrawn"]
    desk.tick(to - timedelta(hours=24))
    waiting = [item for item in desk.told("session") if item.status == "waiting"]
    assert [reminds_of(item.notification.news) for item in waiting] == [to]


@pytest.mark.parametrize("last", [cancelled("e2", at=NOW + HOUR), confirmed("e2", "declined", at=NOW + HOUR)])
def test_nobody_is_reminded_of_what_was_cancelled_or_declined(last: Activity) -> None:
    desk = Desk()
    desk.take(scheduled(), last)
    assert desk.tick(STARTS - HOUR) == 0


def test_what_is_due_is_reminded_of_and_said_to_be_open_until_it_is_done() -> None:
    ends = datetime(2026, 3, 29, 22, tzinfo=UTC)
    desk = Desk()
    desk.take(assigned(due="2026-03-29"))
    for moment in (ends - timedelta(hours=72), ends - timedelta(hours=24), ends):
        assert desk.tick(moment) == 1
        assert desk.tick(moment) == 0
    assert desk.titles() == [f"appointments.{kind}_title" for kind in ("due_soon", "due_soon", "overdue")]
    done = Desk()
    done.take(assigned(due="2026-03-29"), event("learner.completed_module", "c1", at=NOW + HOUR, module="fraud-2"))
    assert done.tick(ends) == 0


ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Africa/Casablanca",
)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_in_three_years_no_reminder_falls_into_quiet_hours_or_days_off_and_none_is_lost_that_could_be_sent(
    zone: str,
) -> None:
    """A session every other day, at hours that move through the day, in every change of the clocks."""
    desk = Desk(program=replace(TELLS, schedule=Schedule(time_zone=zone)))
    first = datetime(2026, 1, 1, tzinfo=UTC)
    sessions = [first + timedelta(days=day, hours=(7 * day) % 24, minutes=30) for day in range(0, 3 * 365, 2)]
    for number, starts in enumerate(sessions):
        desk.take(
            scheduled(f"e{number}", session=f"S{number}", starts=starts, at=first), now=starts - timedelta(days=2)
        )
    away = (date(2026, 7, 1).toordinal(), date(2026, 7, 21).toordinal())
    works = WorkingTime(
        time_zone=zone,
        quiet_from=time(18),
        quiet_until=time(8),
        work_days=(1, 2, 3, 4, 5),
        holidays=(date(2027, 1, 1),),
        days_off=(away,),
    )
    sent = dropped = 0
    for starts in sessions:
        for lead in (24, 1):
            desk.tick(starts - timedelta(hours=lead))
    reminders = [item.notification for item in desk.told("session")]
    assert len(reminders) == 2 * len(sessions)
    for notification in reminders:
        now = notification.not_before
        decided = timing(notification, working_time=works, caps=None, heard=Heard(), now=now)
        if decided.action == "wait" and decided.at is not None:
            now = decided.at
            decided = timing(notification, working_time=works, caps=None, heard=Heard(), now=now)
        assert decided.action in {"send", "drop"}
        if decided.action == "drop":
            dropped += 1
            opens = works.next_open(notification.not_before)
            assert opens is None or opens > notification.not_after
            continue
        sent += 1
        local = now.astimezone(ZoneInfo(zone))
        assert time(8) <= local.time() < time(18), (zone, now)
        assert local.isoweekday() <= 5
        assert not away[0] <= local.date().toordinal() <= away[1]
        assert now <= notification.not_after
    assert sent > 200
    assert dropped > 200


def test_without_hours_nobody_is_reminded_and_overdue_is_said_all_the_same() -> None:
    silent = CalendarRules(reminder_hours=(), deadline_hours=())
    desk = Desk(program=replace(TELLS, calendar=silent))
    desk.take(scheduled(), assigned(due="2026-03-26"))
    assert desk.tick(STARTS - timedelta(minutes=5)) == 1
    assert desk.titles()[-1] == "appointments.overdue_title"
