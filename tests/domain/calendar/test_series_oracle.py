"""A thousand random series in six zones mean the same instants to `icalendar` and `recurring-ical-events`.

LADDER_THOROUGH=6 draws a thousand in each zone.
"""

import os
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from ladder.domain.activities.recurrence import Recurrence
from ladder.domain.activities.sessions import Times
from ladder.domain.calendar.icalendar import calendar_file, clock_changes, time_zone
from tests.builders.appointments import appointment, item

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # has had no summer time since 2019
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",  # a quarter of an hour off, no summer time
    "Africa/Casablanca",  # two changes around Ramadan
)
SERIES = 1_000 * int(os.environ.get("LADDER_THOROUGH", "1"))
pytestmark = pytest.mark.slow


def drawn(rng: random.Random, zone: str) -> Times:
    """A series that begins around a change of clocks, often in the very hours that are skipped or come twice."""
    change = rng.choice(
        [*clock_changes("Europe/Berlin", datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))]
    )
    if changes := [*clock_changes(zone, datetime(2015, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))]:
        change = rng.choice(changes)
    local = change.astimezone(ZoneInfo(zone)) + timedelta(days=rng.randint(-40, 3))
    hour, minute = rng.choice([(local.hour, local.minute), (1, 30), (2, 30), (0, 0), (9, 15), (23, 45)])
    starts = local.replace(hour=hour, minute=minute, second=0, tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    frequency = rng.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY"])
    parts = [f"FREQ={frequency}"]
    if rng.random() < 0.5:
        parts.append(f"INTERVAL={rng.randint(1, 4)}")
    weekday = starts.astimezone(ZoneInfo(zone)).weekday()
    if frequency == "WEEKLY" and rng.random() < 0.6:
        days = sorted({weekday, *rng.sample(range(7), rng.randint(0, 3))})
        parts.append("BYDAY=" + ",".join(("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day] for day in days))
    bound = rng.choice(["count", "until", "none"])
    if bound == "count":
        parts.append(f"COUNT={rng.randint(1, 60)}")
    elif bound == "until":
        parts.append(f"UNTIL={starts + timedelta(days=rng.randint(0, 400)):%Y%m%dT%H%M%SZ}")
    return Times(
        starts=starts, seconds=rng.choice([900, 1800, 3600, 5400]), zone=zone, repeats=Recurrence.parse(";".join(parts))
    )


def expanded(text: str, first: datetime, last: datetime) -> list[datetime]:
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(first, last)
    return sorted(event["DTSTART"].dt.astimezone(UTC) for event in events)


@pytest.mark.parametrize("zone", ZONES)
def test_each_series_means_the_same_instants_to_others(zone: str) -> None:
    rng = random.Random(f"series in {zone}")  # noqa: S311
    for number in range(SERIES // len(ZONES) + 1):
        times = drawn(rng, zone)
        first, last = times.starts - timedelta(days=1), times.starts + timedelta(days=430)
        ours = [*appointment(times).starts_between(first, last)]
        text = calendar_file([item(appointment(times))], name="Ladder", refresh=timedelta(hours=1))
        theirs = [start for start in expanded(text, first, last) if start < last]
        assert ours == theirs, (number, zone, times)


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_that_is_written_has_the_offsets_of_the_real_one(zone: str) -> None:
    """Read from the file alone: by another name, so that nobody looks it up."""
    first, last = datetime(2019, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    lines = [line.replace(f"TZID:{zone}", "TZID:Unknown") for line in time_zone(zone, first, last)]
    written = icalendar.Timezone.from_ical("\r\n".join(lines)).to_tz(lookup_tzid=False)  # type: ignore[attr-defined]
    for hours in range(0, (last - first).days * 24, 5):
        moment = first + timedelta(hours=hours)
        local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert moment.astimezone(ZoneInfo(zone)).utcoffset() == local.replace(tzinfo=written).utcoffset(), (
            zone,
            moment,
        )
