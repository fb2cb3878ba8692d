"""My appointments and my days: what is shown of a series, and on which days I work."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ladder.domain.activities.recurrence import Recurrence
from ladder.domain.activities.sessions import Times
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Rulebook
from ladder.web.me import Me
from progress.my_calendar import show_appointments, show_availability
from tests.builders.appointments import MEMBER, NOW, PARIS, after, appointment, assigned, event
from tests.fakes.calendars import MemoryAppointments

ME = Me("academy", MEMBER)
WEEKDAYS = Rulebook(work_days=(1, 2, 3, 4, 5), holidays=(date(2026, 4, 6),))
SERIES = Times(
    starts=datetime(2026, 3, 19, 8, tzinfo=UTC),
    seconds=3600,
    zone="Europe/Paris",
    repeats=Recurrence.parse("FREQ=WEEKLY"),
)
SECOND = datetime(2026, 4, 2, 7, tzinfo=UTC)  # after the change of clocks


def stored(*made: Appointment) -> MemoryAppointments:
    return MemoryAppointments(stored={("academy", MEMBER, str(one.key)): one for one in made})


def test_of_a_series_the_starts_of_the_days_asked_for_are_shown_and_its_exceptions_apart() -> None:
    exception = appointment(Times(starts=SECOND + timedelta(hours=3), seconds=600), occurrence=SECOND)
    untitled = replace(exception, facts={name: fact for name, fact in exception.facts.items() if name != "title"})
    shown = show_appointments(
        ME, rules=CalendarRules(), days=21, now=NOW, appointments=stored(appointment(SERIES), untitled)
    )
    starts = {one.seconds: [f"{start:%m-%d %H}" for start in one.starts] for one in shown.appointments}
    assert starts == {3600: ["03-19 08", "03-26 08", "04-09 07"], 600: ["04-02 10"]}
    assert {one.title for one in shown.appointments} == {"Practice"}


def test_what_is_overdue_is_shown_until_it_is_done() -> None:
    due = after([assigned(due="2026-01-02", at=NOW - timedelta(days=99))])

    def statuses(*made: Appointment) -> list[str]:
        shown = show_appointments(ME, rules=CalendarRules(), days=7, now=NOW, appointments=stored(*made))
        return [one.status for one in shown.appointments]

    assert statuses(due) == ["overdue"]
    done = event("learner.completed_module", "c1", at=NOW, module="fraud-2")
    assert statuses(after([assigned(due="2026-01-02", at=NOW - timedelta(days=99)), done])) == []
    assert statuses(after([assigned(due=f"{NOW:%Y-%m-%d}", at=NOW - timedelta(days=99)), done])) == ["done"]


def test_without_a_calendar_in_the_program_nothing_is_shown() -> None:
    shown = show_appointments(ME, rules=None, days=21, now=NOW, appointments=stored(appointment(SERIES)))
    assert shown.appointments == ()


def test_one_works_on_work_days_that_are_no_holiday_and_no_day_off() -> None:
    off = date(2026, 4, 8).toordinal()
    days = [date(2026, 4, 3) + timedelta(days=ahead) for ahead in range(7)]
    shown = show_availability(
        ME,
        days=days,
        schedule=PARIS,
        rulebook=WEEKDAYS,
        state=State(days_off=((off, off),)),
        appointments=stored(appointment(SERIES)),
    )
    assert [day.works for day in shown.days] == [True, False, False, False, True, False, True]
    assert [len(day.busy) for day in shown.days] == [0, 0, 0, 0, 0, 0, 1]


def test_a_session_over_midnight_takes_time_of_both_days_and_a_declined_one_of_none() -> None:
    night = Times(starts=datetime(2026, 4, 7, 21, tzinfo=UTC), seconds=4 * 3600)  # 23:00 in Paris
    declined = after([event("calendar.confirmed", "a", session="N2", answer="declined")])
    known = replace(declined, facts={**declined.facts, **appointment(night, session="N2").facts})
    shown = show_availability(
        ME,
        days=[date(2026, 4, 7), date(2026, 4, 8), date(2026, 4, 9)],
        schedule=PARIS,
        rulebook=WEEKDAYS,
        state=State(),
        appointments=stored(appointment(night, session="N1"), known),
    )
    assert [[span.starts for span in day.busy] for day in shown.days] == [[night.starts], [night.starts], []]
