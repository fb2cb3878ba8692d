from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.calendar.schedule import Schedule, day_bounds, due, night_falls_at

BERLIN = Schedule(time_zone="Europe/Berlin", rotation_time=time(2, 30))
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = (
    "Pacific/Kiritimati",  # UTC+14
    "Etc/GMT+12",  # UTC-12
    "Asia/Kolkata",  # +5:30
    "Australia/Lord_Howe",  # half an hour of summer time
    "Africa/Cairo",  # its spring gap swallows midnight
    "America/Santiago",  # so does this one's
    "Europe/Berlin",
)
ANY_SCHEDULE = st.builds(
    Schedule,
    time_zone=st.sampled_from(ZONES),
    rotation_time=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    day_starts_at=st.sampled_from((time(0), time(2, 30), time(6))),
)
ANY_DATE = st.dates(date(2025, 1, 1), date(2027, 12, 31))
SECOND = timedelta(seconds=1)


def schedule(zone: str, **changes: time) -> Schedule:
    return Schedule(**{"time_zone": zone, "rotation_time": time(0, 15)} | changes)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Pacific/Kiritimati", "2026-03-09T10:15Z"),
        ("Etc/GMT+12", "2026-03-10T12:15Z"),
        ("Asia/Kolkata", "2026-03-09T18:45Z"),
        ("Asia/Kathmandu", "2026-03-09T18:30Z"),
    ],
)
def test_the_night_falls_by_the_programs_own_clock(zone: str, instant: str) -> None:
    assert night_falls_at(schedule(zone), date(2026, 3, 10)) == at(instant)


def test_a_time_that_the_spring_gap_removes_is_taken_after_the_gap() -> None:
    assert night_falls_at(BERLIN, SPRING) == at("2026-03-29T03:30+02:00")


def test_a_time_that_the_autumn_gives_twice_is_taken_the_first_time() -> None:
    assert night_falls_at(BERLIN, AUTUMN) == at("2026-10-25T02:30+02:00")


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_its_clock_shows(day: date, hours: int) -> None:
    first, last = day_bounds(BERLIN, day)

    assert last - first == timedelta(hours=hours) - SECOND


def test_a_night_shift_belongs_to_the_day_it_began_on() -> None:
    six = schedule("Europe/Berlin", day_starts_at=time(6))

    assert day_bounds(six, date(2026, 6, 1)) == (at("2026-06-01T06:00+02:00"), at("2026-06-02T05:59:59+02:00"))


@settings(deadline=None, max_examples=100)
@given(ANY_SCHEDULE, ANY_DATE)
def test_work_days_follow_on_one_another_without_gap_or_overlap(of: Schedule, day: date) -> None:
    assert day_bounds(of, day)[1] + SECOND == day_bounds(of, day + timedelta(days=1))[0]


@settings(deadline=None, max_examples=200)
@given(ANY_SCHEDULE, ANY_DATE)
def test_every_date_has_one_night_and_it_is_due_from_that_instant_until_the_next(of: Schedule, day: date) -> None:
    instant, following = night_falls_at(of, day), night_falls_at(of, day + timedelta(days=1))

    assert instant.astimezone(ZoneInfo(of.time_zone)).date() == day
    assert due(of, instant - SECOND) == day - timedelta(days=1)
    assert due(of, instant) == due(of, instant + SECOND) == due(of, following - SECOND) == day


@pytest.mark.parametrize("hours", [6, 23])
def test_a_late_tick_still_finds_tonights_date(hours: int) -> None:
    assert due(BERLIN, datetime(2026, 6, 1, 0, 30, tzinfo=UTC) + timedelta(hours=hours)) == date(2026, 6, 1)


def test_nights_older_than_the_last_are_not_made_up_for() -> None:
    assert due(BERLIN, datetime(2026, 6, 9, 12, tzinfo=UTC)) == date(2026, 6, 9)
