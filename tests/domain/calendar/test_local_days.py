"""The local day of an instant is the one whose bounds hold it, in every zone and at every hour of its year."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ladder.domain.calendar.schedule import Schedule, day_bounds, local_day
from tests.builders.capped_academy import academy
from tests.reference.events import day_of

ZONES = [
    *("Africa/Cairo", "America/Santiago", "America/Asuncion", "Asia/Beirut", "Atlantic/Azores"),  # midnight moves
    *("Europe/Paris", "Asia/Jerusalem", "Australia/Lord_Howe", "America/New_York", "Africa/Casablanca"),
    *("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "UTC"),
]
SECONDS = st.integers(
    int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
)
STARTS = st.sampled_from([time(), time(0, 30), time(2, 30), time(4), time(23, 30)])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(ZONES), STARTS, SECONDS)
@example("Africa/Cairo", time(), 1_777_000_000)
def test_an_instant_lies_within_the_bounds_of_its_day(zone: str, starts: time, seconds: int) -> None:
    schedule = Schedule(time_zone=zone, rotation_time=time(), day_starts_at=starts)
    moment = datetime.fromtimestamp(seconds, UTC)
    day = local_day(schedule, moment)
    first, last = day_bounds(schedule, day)
    assert first <= moment <= last
    assert day == day_of(academy(schedule=schedule), moment)
    assert local_day(schedule, last + timedelta(seconds=1)) > day
    assert local_day(schedule, first - timedelta(seconds=1)) < day
