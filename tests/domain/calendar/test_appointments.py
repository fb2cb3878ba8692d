"""Appointments as events make them: the newest of each fact counts, in whatever order they arrive."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.activities.activity import LADDER, REVERSED, Activity, validation_error
from ladder.domain.calendar.appointments import Appointment, news_of, withdrawn
from tests.builders.appointments import (
    HOUR,
    NOW,
    PARIS,
    STARTS,
    after,
    assigned,
    cancelled,
    confirmed,
    event,
    moved,
    news,
    scheduled,
)

LATER = STARTS + timedelta(days=2)
DAY = timedelta(days=1)


def content(appointment: Appointment) -> tuple[object, ...]:
    return dict(appointment.facts), appointment.title, appointment.times, appointment.is_cancelled, appointment.answer


HISTORY = (
    scheduled(),
    moved("e2", LATER, at=NOW + HOUR),
    cancelled("e3", at=NOW + 2 * HOUR),
    moved("e4", STARTS, at=NOW + 3 * HOUR),
    confirmed("e5", "accepted", at=NOW + 4 * HOUR),
)


def test_any_order_of_arrival_makes_the_same_appointment() -> None:
    expected = content(after(HISTORY))
    for order in permutations(HISTORY):
        assert content(after(order)) == expected, [activity.id for activity in order]


@given(st.lists(st.sampled_from(HISTORY), min_size=1, max_size=12))
def test_an_event_that_comes_again_changes_nothing(order: list[Activity]) -> None:
    once = {activity.id: activity for activity in order}
    assert after(order).facts == after(once.values()).facts


def test_a_session_that_is_moved_after_it_was_cancelled_takes_place() -> None:
    appointment = after(HISTORY)
    assert not appointment.is_cancelled
    assert appointment.times is not None
    assert appointment.times.starts == STARTS


def test_a_cancellation_that_overtakes_its_session_holds() -> None:
    appointment = after([cancelled("e2", at=NOW + HOUR), scheduled()])
    assert appointment.is_cancelled
    assert appointment.title == "Practice"
    assert [*appointment.starts_between(NOW, LATER)] == []


def test_the_number_of_the_version_decides_where_a_source_counts_them() -> None:
    """Its clock may be wrong: the third version stays, though it says it was earlier."""
    third = moved("e3", LATER, at=NOW - DAY, version=3)
    assert after([scheduled(version=1), third, moved("e2", STARTS, at=NOW + DAY, version=2)]).times == news_times(third)


def news_times(activity: Activity) -> object:
    return after([activity]).times


def test_the_sequence_rises_with_what_a_calendar_shows_and_with_nothing_else() -> None:
    appointment, sequences = after([scheduled()]), []
    for activity in (
        confirmed("e2", "accepted", at=NOW + HOUR),
        moved("e3", LATER, at=NOW + HOUR),
        moved("e4", LATER, at=NOW + 2 * HOUR),
        cancelled("e5", at=NOW + 3 * HOUR),
        scheduled("e0", at=NOW - DAY),
    ):
        appointment = appointment.told(news(activity), now=NOW)
        sequences.append(appointment.sequence)
    assert sequences == [0, 1, 1, 2, 2]


def test_what_is_due_is_overdue_once_its_day_has_ended_where_the_program_is() -> None:
    """The clocks of Paris go forward on 29 March: that day ends an hour earlier."""
    appointment, soon = after([assigned(due="2026-03-29")]), timedelta(days=3)
    ends = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert appointment.status(ends - soon - HOUR, soon=soon) == "planned"
    assert appointment.status(ends - soon, soon=soon) == "due_soon"
    assert appointment.status(ends, soon=soon) == "due_soon"
    assert appointment.status(ends + timedelta(seconds=1), soon=soon) == "overdue"


@pytest.mark.parametrize("first", ["assigned", "done"])
def test_what_was_done_is_done_whichever_event_arrives_first(first: str) -> None:
    events = [assigned(due="2026-03-29"), event("learner.completed_module", "c1", at=NOW + DAY, module="fraud-2")]
    appointment = after(events if first == "assigned" else events[::-1])
    assert appointment.is_done
    assert appointment.status(NOW + 90 * DAY, soon=DAY) == "done"


def test_what_is_assigned_anew_is_to_be_done_anew() -> None:
    done = event("learner.completed_module", "c1", at=NOW + DAY, module="fraud-2")
    again = assigned("d2", due="2027-03-29", at=NOW + 2 * DAY)
    assert not after([assigned(due="2026-03-29"), done, again]).is_done


def test_a_failed_try_is_not_done() -> None:
    failed = event("assessment.submitted", "c1", at=NOW + DAY, module="fraud-2", passed=False, due="2026-03-29")
    assert not after([failed]).is_done


def test_the_reversal_of_what_scheduled_a_session_cancels_it() -> None:
    reversal = Activity(source=LADDER, id="r1", type=REVERSED, occurred_at=NOW + HOUR, attributes={})
    told = withdrawn(scheduled(), reversal)
    assert told is not None
    assert after([scheduled()]).told(told, now=NOW).is_cancelled
    assert withdrawn(confirmed("e2", "accepted", at=NOW), reversal) is None


def test_events_about_something_else_make_no_appointment() -> None:
    assert news_of(event("forum.posted", "p1", post="7"), PARIS) is None
    assert news_of(event("learner.assigned", "d1", module="fraud-2"), PARIS) is None
    assert news_of(event("learner.assigned", "d1", module="fraud-2", due="soon"), PARIS) is not None  # to be done anew
    assert after([event("learner.assigned", "d1", module="fraud-2", due="soon")]).times is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"session": None}, "needs session"),
        ({"starts": "2026-03-27 09:00"}, "with its zone"),
        ({"starts": "soon"}, "with its zone"),
        ({"ends": "2026-03-27T08:00:00Z"}, "ends after it starts"),
        ({"ends": "2026-05-27T08:00:00Z"}, "within seven days"),
        ({"zone": "Mars/Base"}, "IANA name"),
        ({"repeats": "FREQ=WEEKLY"}, "needs its zone"),
        ({"repeats": "FREQ=YEARLY", "zone": "UTC"}, "FREQ=DAILY"),
        ({"repeats": "FREQ=WEEKLY;COUNT=0", "zone": "UTC"}, "COUNT must be a whole number from 1"),
        ({"repeats": "FREQ=WEEKLY;COUNT=3;UNTIL=20270101T000000Z", "zone": "UTC"}, "exclude each other"),
        ({"repeats": "FREQ=WEEKLY;BYSETPOS=1", "zone": "UTC"}, "BYSETPOS is not read"),
        ({"repeats": "FREQ=WEEKLY;FREQ=DAILY", "zone": "UTC"}, "FREQ=DAILY"),
        ({"repeats": "FREQ=WEEKLY;BYDAY=MO", "zone": "UTC"}, "must start on one of its BYDAY"),
        ({"repeats": "FREQ=DAILY", "zone": "UTC", "occurrence": STARTS.isoformat()}, "does not repeat"),
        ({"version": -1}, "version must be"),
        ({"version": True}, "version must be"),
    ],
)
def test_a_session_that_cannot_be_read_is_refused_with_what_to_send_instead(
    changed: dict[str, object], told: str
) -> None:
    attributes = {**scheduled().attributes, **changed}
    assert told in validation_error(replace(scheduled(), attributes=attributes))  # type: ignore[arg-type]


def test_a_series_is_answered_as_a_whole_and_with_one_of_three_answers() -> None:
    answer = confirmed("e2", "accepted", at=NOW)
    assert validation_error(answer) == ""
    one = replace(answer, attributes={**answer.attributes, "occurrence": STARTS.isoformat()})
    assert "as a whole" in validation_error(one)
    assert "accepted, declined, tentative" in validation_error(confirmed("e2", "perhaps", at=NOW))
