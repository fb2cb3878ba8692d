"""Our calendars through a real CalDAV server, Radicale: stored whole, found by time, and read back the same."""

import base64
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError, URLError
from xml.etree import ElementTree as ET

import icalendar
import pytest
import recurring_ical_events

from ladder.domain.activities.recurrence import Recurrence
from ladder.domain.activities.sessions import Times
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.icalendar import calendar_file
from tests.builders.appointments import HOUR, STARTS, after, appointment, assigned, item, scheduled

pytestmark = pytest.mark.slow
CALENDAR_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
QUERY = """<?xml version="1.0"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
    <C:time-range start="{first:%Y%m%dT%H%M%SZ}" end="{last:%Y%m%dT%H%M%SZ}"/>
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "UTC")


class Server:
    def __init__(self, port: int) -> None:
        self._home = f"http://127.0.0.1:{port}/zoe/calendar/"

    def ask(self, method: str, name: str = "", body: str = "") -> str:
        kind = "text/calendar; charset=utf-8" if method == "PUT" else "text/xml"
        zoe = base64.b64encode(b"zoe:any").decode()
        headers = {"content-type": kind, "depth": "1", "authorization": f"Basic {zoe}"}
        request = urllib.request.Request(self._home + name, body.encode(), headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return str(answer.read().decode())

    def between(self, first: datetime, last: datetime) -> list[str]:
        """The calendar data of what the server finds in that time."""
        told = ET.fromstring(self.ask("REPORT", body=QUERY.format(first=first, last=last)))  # noqa: S314
        return [str(found.text) for found in told.iter(CALENDAR_DATA)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("radicale")
    options = (f"--server-hosts=127.0.0.1:{port}", "--auth-type=none", f"--storage-filesystem-folder={folder}")
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "radicale", "--config=", *options], stderr=subprocess.DEVNULL
    ) as process:
        try:
            running = Server(port)
            for _ in range(200):
                try:
                    running.ask("MKCALENDAR")
                    break
                except HTTPError:
                    raise
                except (URLError, ConnectionError):
                    time.sleep(0.1)
            yield running
        finally:
            process.terminate()


def written(*made: Appointment) -> str:
    return calendar_file([item(each) for each in made], name="Ladder", refresh=HOUR)


def instants(data: list[str], first: datetime, last: datetime) -> list[datetime]:
    found = [
        event["DTSTART"].dt
        for text in data
        for event in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(first, last)
    ]
    return sorted(start.astimezone(UTC) for start in found if isinstance(start, datetime))


def test_the_server_takes_each_appointment_and_finds_it_by_its_time_alone(server: Server) -> None:
    session, deadline = after([scheduled(title="Übung; a, b\r\nEND:VEVENT")]), after([assigned(due="2026-05-02")])
    for name, made in (("session.ics", session), ("deadline.ics", deadline)):
        server.ask("PUT", name, written(made))
    [found] = server.between(STARTS - HOUR, STARTS + HOUR)
    [event] = icalendar.Calendar.from_ical(found).walk("VEVENT")
    assert event["DTSTART"].dt == STARTS  # type: ignore[union-attr]
    assert str(event["SUMMARY"]) == "Übung; a, b\nEND:VEVENT"
    [due] = server.between(datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC))
    assert "DTSTART;VALUE=DATE:20260502" in due
    with pytest.raises(HTTPError):
        server.ask("PUT", "broken.ics", written(session).replace("DTSTART", "DTSTRAT"))
    for name in ("session.ics", "deadline.ics"):
        server.ask("DELETE", name)


def test_series_come_back_with_their_exceptions_at_the_same_instants(server: Server) -> None:
    rng = random.Random("series on a server")  # noqa: S311
    for number in range(30):
        zone = ZONES[number % len(ZONES)]
        starts = datetime(2026, rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), 30, tzinfo=UTC)
        rule = Recurrence.parse(f"FREQ={rng.choice(['DAILY', 'WEEKLY'])};INTERVAL={rng.randint(1, 3)};COUNT=40")
        times = Times(starts=starts, seconds=1800, zone=zone, repeats=rule)
        series, session = appointment(times, session=f"R{number}"), f"R{number}"
        first, last = starts, starts + timedelta(days=400)
        expected = [*series.starts_between(first, last)]
        moved_to = expected[2] + 7 * HOUR
        exceptions = (
            appointment(Times(starts=moved_to, seconds=600), session=session, occurrence=expected[2], sequence=1),
            appointment(Times(starts=expected[5]), session=session, occurrence=expected[5], is_cancelled=True),
        )
        server.ask("PUT", f"{session}.ics", written(series, *exceptions))
        data = server.between(first, last)
        assert len(data) == 1
        expected = sorted({*expected, moved_to} - {expected[2], expected[5]})
        assert instants(data, first, last) == [start for start in expected if start < last], (number, times)
        server.ask("DELETE", f"{session}.ics")
