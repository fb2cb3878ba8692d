"""Any moment of the whole calendar, in any zone: refused when it is received, and in nobody's way in a ledger."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import (
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    EARLIEST,
    LATEST,
    MOST_AHEAD,
    REVERSED,
    Activity,
    Event,
    activity_of,
    digest,
    validation_error,
)
from ladder.domain.calendar.schedule import LocalDays, Schedule
from ladder.domain.errors import Malformed
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.draft_trial import compare
from ladder.domain.points.member_progress import member_progress
from ladder.domain.points.opportunities import opportunities
from ladder.domain.points.replay import replay_state
from ladder.domain.points.statement import statements
from ladder.domain.programs.pausing import compile_program
from tests.builders.capped_academy import NOW, academy, event, ours
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
FIXED = [timezone(timedelta(hours=hours)) for hours in range(-12, 15)]
EDGES = [
    datetime.min.replace(tzinfo=UTC),
    datetime(1, 1, 1, 23, 59, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1979, 12, 31, 12, tzinfo=UTC),
    datetime(1980, 1, 1, tzinfo=UTC),
    datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2100, 1, 1, tzinfo=UTC),
    datetime(2149, 6, 7, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
]
IN_UTC = st.sampled_from(EDGES) | st.datetimes(timezones=st.just(UTC))
MOMENTS = st.builds(lambda at, zone: at.replace(tzinfo=zone), IN_UTC, st.sampled_from(FIXED))
ZONES = st.sampled_from(
    [
        "UTC", "Etc/GMT+12", "Etc/GMT-14", "Europe/Paris", "America/New_York", "Africa/Cairo", "Pacific/Apia",
        "Australia/Lord_Howe", "Asia/Kathmandu",
    ]
)  # fmt: skip
STARTS = st.sampled_from([time(), time(4), time(23, 59)])
DATES = st.sampled_from(["0001-01-01", "1969-12-31", "1979-12-31", "1980-01-01", "2099-12-31", "2100-01-01"]) | (
    st.dates().map(date.isoformat) | st.sampled_from(["9999-12-30", "9999-12-31", "never", ""])
)
calm = settings(deadline=None, max_examples=60)


def schedule(zone: str, starts: time) -> Schedule:
    return Schedule(time_zone=zone, rotation_time=time(), day_starts_at=starts)


@settings(deadline=None, max_examples=300)
@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=3)), ZONES, STARTS)
def test_every_moment_has_a_local_day_and_a_later_one_no_earlier_day(
    moment: datetime, later: timedelta, zone: str, starts: time
) -> None:
    days = LocalDays(schedule(zone, starts))
    found = days.day(moment)
    assert abs((found - min(max(moment, EARLIEST), LATEST).astimezone(UTC).date()).days) <= 2
    with suppress(OverflowError):
        assert days.day(moment + later) >= found


@settings(deadline=None, max_examples=300)
@given(MOMENTS, st.sampled_from(["forum.posted", DAY_OFF, CORRECTED]))
def test_ingestion_takes_every_moment_of_the_calendar_that_has_come_and_says_why_of_any_other(
    moment: datetime, kind: str
) -> None:
    told = Event(
        place="events[3]",
        id="e",
        type=kind,
        occurred_at=moment,
        member="m",
        attributes={"id": "x", "first": "2026-03-01"},
    )
    good = EARLIEST <= moment < LATEST and moment - NOW <= MOST_AHEAD
    if good:
        assert activity_of(told, source="lms", received_at=NOW).occurred_at == moment
    else:
        with pytest.raises(Malformed, match=r"^events\[3\]\.occurred_at: .*send "):
            activity_of(told, source="lms", received_at=NOW)


@settings(deadline=None, max_examples=200)
@given(DATES, DATES)
def test_days_off_of_any_dates_are_sound_or_the_sender_is_told(first: str, last: str) -> None:
    off = event(DAY_OFF, NINE, "off", first=first, last=last)
    assert off.order
    if why := validation_error(off):
        assert "between 1980 and 2099" in why
    else:
        assert "1980" <= first <= last < "2100"


def test_an_event_is_refused_a_second_after_it_is_a_day_ahead_of_now() -> None:
    def told(ahead: timedelta) -> Event:
        return Event(place="event", id="e", type="task.completed", occurred_at=NOW + ahead, member="m", attributes={})

    day = timedelta(days=1)
    assert activity_of(told(day), source="lms", received_at=NOW).occurred_at == NOW + day
    with pytest.raises(Malformed, match="more than a day ahead of now"):
        activity_of(told(day + timedelta(seconds=1)), source="lms", received_at=NOW)


def story(odd: Activity) -> list[Activity]:
    """A member's days, with something odd among them that an older version had let through."""
    days = [event("forum.posted", NINE + timedelta(days=day), f"post{day}") for day in range(4)]
    off = event(DAY_OFF, NINE + timedelta(days=4), "off", first="2026-03-07", last="2026-03-08")
    read = event("learner.completed_module", NINE + timedelta(days=5), "read", module="m1")
    return [days[0], odd, days[2], off, days[1], read, ours(REVERSED, NOW, "r", source="lms", id="post2"), days[3]]


def odds(moment: datetime, kind: str) -> Activity:
    attributes: dict[str, dict[str, Any]] = {
        "forum.posted": {},
        COMPLETED: {"category": "SPRINT", "points": 50},
        DAY_OFF: {"first": moment.date().isoformat(), "last": "9999-12-31"},
        CORRECTED: {"id": "post0", "score": 5},
        REVERSED: {"source": "lms", "id": "none"},
    }
    source = {COMPLETED: "rotation", REVERSED: "ladder"}.get(kind, "lms")
    received = None if source == "ladder" else NOW
    return Activity(
        source=source, id="odd", type=kind, occurred_at=moment, received_at=received, attributes=attributes[kind]
    )


KINDS = st.sampled_from(["forum.posted", COMPLETED, DAY_OFF, CORRECTED, REVERSED])


@calm
@given(IN_UTC, KINDS, ZONES, st.integers(1, 4))
def test_what_is_dated_anywhere_stands_in_nobodys_way(moment: datetime, kind: str, zone: str, size: int) -> None:
    """Neither of rewards, nor of counting anew, of a trial of a draft, or of what a member reads."""
    odd = odds(moment, kind)
    program = academy(schedule=schedule(zone, time(4)))
    runner, without = RewardRunner(program=program), RewardRunner(program=program)
    told = story(odd)
    for start in range(0, len(told), size):
        runner.give(*told[start : start + size])
    without.give(*(each for each in told if each is not odd))
    assert runner.has() == runner.should_be()
    if not EARLIEST <= moment < LATEST:
        assert runner.has() == without.has()
    assert digest(odd)

    entries, book = runner.ledger.entries("academy", "m"), compile_program(runner.program)
    books = {runner.program.version: book}
    state, _ = runner.ledger.load("academy", "m", [])
    assert replay_state(books, entries).earned == state.earned
    for today in (NINE.date(), date(2099, 12, 31)):
        assert compare(books, book, compile_program(replace(program, version=2)), entries, today=today)
        assert member_progress(book, state, today)
        assert opportunities(book, state, today, allowance=None)
    assert len(statements(entries, Amendments(), {}, version=lambda version: book)) == len(told)


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_the_member_reads_of_which_year_it_was(year: int) -> None:
    runner = RewardRunner()
    entry = runner.give(odds(datetime(year, 12, 31, tzinfo=UTC), "forum.posted")).entries[0]
    assert entry.notes == (Message("points.not_counted", {"reason": Message("points.odd_year", {"year": str(year)})}),)
    assert (entry.day, entry.points) == (None, 0)


@calm
@given(DATES, DATES)
def test_corrected_days_off_of_any_dates_change_what_they_can_and_stop_nothing(first: str, last: str) -> None:
    off = event(DAY_OFF, NINE, "off", first="2026-03-04", last="2026-03-04")
    moved = event(CORRECTED, NINE + timedelta(days=1), "c", id="off", first=first, last=last)
    days = [event("forum.posted", NINE + timedelta(days=day), f"post{day}") for day in (0, 4)]
    for order in ((off, *days, moved), (moved, *days, off)):
        runner = RewardRunner()
        for each in order:
            runner.give(each)
        assert runner.has() == runner.should_be()


NUMBERS = st.sampled_from([2**53, -(2**53), 2**63, 10**400, 1e308, -1e308, 5e-324, float("inf"), float("nan")])


@calm
@given(NUMBERS, st.sampled_from(["score", "worth", "module", "points", "value", "first"]))
def test_no_number_is_too_large_for_ingestion(value: float, name: str) -> None:
    told = Event(
        place="events[0]", id="e", type="record.updated", occurred_at=NOW, member="m", attributes={name: value}
    )
    with suppress(Malformed):
        activity = activity_of(told, source="lms", received_at=NOW)
        runner = RewardRunner()
        runner.give(activity)
        assert runner.has() == runner.should_be()
