"""What a member is told of their appointments: each change and each reminder once, whatever is killed or repeated."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from ladder.domain.activities.activity import Activity
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.delivery.appointment_news import CALENDAR, ORGANIZER, reminds_of
from ladder.domain.delivery.ports import Heard
from ladder.domain.delivery.timing import WorkingTime, timing
from ladder.messages.render import languages, render
from tests.builders.appointment_service import TELLS, AppointmentService
from tests.builders.appointments import (
    HOUR,
    NOW,
    STARTS,
    assigned,
    cancelled,
    confirmed,
    event,
    moved,
    scheduled,
)


def test_a_session_is_told_when_it_is_scheduled_moved_and_cancelled_and_never_twice() -> None:
    service = AppointmentService()
    events = (
        scheduled(),
        moved("e2", STARTS + timedelta(days=1), at=NOW + HOUR),
        cancelled("e3", at=NOW + 2 * HOUR),
    )
    for minute, activity in enumerate(events):
        assert service.take(activity, now=NOW + timedelta(minutes=minute)) == 2
        assert service.take(activity) == 0
    assert service.take(*events) == 0
    assert service.titles() == [f"appointments.{change}_title" for change in ("invited", "moved", "cancelled")]
    texts = [item.notification.news.text for item in service.told()]
    assert all(
        render(part, language) for text in texts for part in (text.title, *text.paragraphs) for language in languages()
    )


def test_what_was_stored_before_the_function_was_killed_is_told_when_the_entry_comes_again() -> None:
    service = AppointmentService()
    assert service.take(scheduled(), killed=True) == 0
    assert service.take(scheduled()) == 2


def test_a_mail_carries_the_session_for_calendars_and_a_system_hears_no_title() -> None:
    service = AppointmentService()
    service.take(scheduled(title="Practice with Zoe"))
    facts = {item.notification.channel: item.notification.news.facts for item in service.told()}
    calendar = icalendar.Calendar.from_ical(str(facts["mail"][CALENDAR]))
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["Practice with Zoe"]
    assert facts["mail"][ORGANIZER] == TELLS.name
    assert facts["hook"].keys() == {"change", "session", "starts", "ends"}
    assert "Zoe" not in str(facts["hook"])


def test_without_invitations_the_same_is_said_in_words_alone() -> None:
    service = AppointmentService(program=replace(TELLS, calendar=CalendarRules(invitations=False)))
    service.take(scheduled())
    assert [CALENDAR in item.notification.news.facts for item in service.told()] == [False, False]


@pytest.mark.parametrize("happened", [scheduled(starts=NOW - timedelta(days=2)), assigned(due="2026-03-29")])
def test_nobody_is_told_of_a_session_that_is_over_or_of_a_new_deadline(happened: Activity) -> None:
    assert AppointmentService().take(happened) == 0


def test_a_session_is_reminded_of_a_day_and_an_hour_before_each_once() -> None:
    service, tick = AppointmentService(), timedelta(minutes=5)
    service.take(scheduled())
    moment = NOW
    while moment < STARTS + timedelta(days=1):
        service.tick(moment)
        moment += tick
    reminders = [item.notification for item in service.told("session")]
    assert [(one.not_before, one.not_after) for one in reminders] == [
        (STARTS - timedelta(hours=24), STARTS - HOUR),
        (STARTS - HOUR, STARTS),
    ]


def test_after_an_outage_only_what_is_still_worth_it_is_said() -> None:
    service = AppointmentService()
    service.take(scheduled())
    service.tick(STARTS - timedelta(minutes=20))
    assert [item.notification.not_before for item in service.told("session")] == [STARTS - HOUR]


def test_a_reminder_that_waits_is_taken_back_when_its_session_moves_and_comes_for_the_new_time() -> None:
    service, to = AppointmentService(), STARTS + timedelta(days=3)
    service.take(scheduled())
    service.tick(STARTS - timedelta(hours=24))
    service.take(moved("e2", to, at=NOW + HOUR), now=STARTS - timedelta(hours=23))
    assert [item.status for item in service.told("session")] == ["withdrawn"]
    service.tick(to - timedelta(hours=24))
    waiting = [item for item in service.told("session") if item.status == "waiting"]
    assert [reminds_of(item.notification.news) for item in waiting] == [to]


@pytest.mark.parametrize("last", [cancelled("e2", at=NOW + HOUR), confirmed("e2", "declined", at=NOW + HOUR)])
def test_nobody_is_reminded_of_what_was_cancelled_or_declined(last: Activity) -> None:
    service = AppointmentService()
    service.take(scheduled(), last)
    assert service.tick(STARTS - HOUR) == 0


def test_what_is_due_is_reminded_of_and_said_to_be_open_until_it_is_done() -> None:
    ends = datetime(2026, 3, 29, 22, tzinfo=UTC)
    service = AppointmentService()
    service.take(assigned(due="2026-03-29"))
    for moment in (ends - timedelta(hours=72), ends - timedelta(hours=24), ends):
        assert service.tick(moment) == 1
        assert service.tick(moment) == 0
    assert service.titles() == [f"appointments.{kind}_title" for kind in ("due_soon", "due_soon", "overdue")]
    done = AppointmentService()
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
    service = AppointmentService(program=replace(TELLS, schedule=Schedule(time_zone=zone)))
    first = datetime(2026, 1, 1, tzinfo=UTC)
    sessions = [first + timedelta(days=day, hours=(7 * day) % 24, minutes=30) for day in range(0, 3 * 365, 2)]
    for number, starts in enumerate(sessions):
        service.take(
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
            service.tick(starts - timedelta(hours=lead))
    reminders = [item.notification for item in service.told("session")]
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
    service = AppointmentService(program=replace(TELLS, calendar=silent))
    service.take(scheduled(), assigned(due="2026-03-26"))
    assert service.tick(STARTS - timedelta(minutes=5)) == 1
    assert service.titles()[-1] == "appointments.overdue_title"
