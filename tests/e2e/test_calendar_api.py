"""A member's calendar by the real handlers: its secret address, what it shows, answers, and when they have time."""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.domain.activities.activity import Activity
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.icalendar import uid_of
from tests.builders.appointments import KEY, assigned, cancelled, news, scheduled
from tests.e2e.deployed_api import CALENDAR, CLAIMS, MEMBER, DeployedApi, deployed_api
from tests.fakes.gateway import bearing

NOW = datetime.now(UTC)
HEADER = {"content-type": "application/json", **bearing(CLAIMS)}


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def tell(deployed: DeployedApi, *activities: Activity) -> None:
    stored = DynamoAppointments(deployed.members.members)
    for told in map(news, activities):
        change = partial(Appointment.told, news=told, now=NOW)
        stored.change("academy", MEMBER, told.key, change, next_look=lambda _: None)


def call(deployed: DeployedApi, method: str, path: str, **headers: str) -> dict[str, Any]:
    return deployed.gateway.call(method, path, headers=HEADER | headers if path.startswith("/members") else headers)


def new_address(deployed: DeployedApi) -> str:
    answer = call(deployed, "POST", "/members/me/calendar-feed")
    assert answer["statusCode"] == 201
    return str(json.loads(answer["body"])["path"])


def calendar(answer: dict[str, Any]) -> Any:
    raw = base64.b64decode(answer["body"])
    if answer["headers"].get("content-encoding") == "gzip":
        raw = gzip.decompress(raw)
    return icalendar.Calendar.from_ical(raw.decode())


def test_whoever_has_the_address_reads_times_and_titles_and_nothing_else(deployed: DeployedApi) -> None:
    tell(deployed, scheduled(starts=NOW + timedelta(days=2)), assigned(due=f"{NOW + timedelta(days=9):%Y-%m-%d}"))
    address = new_address(deployed)
    assert re.fullmatch(r"/calendar/academy\.[A-Za-z0-9_-]{43}\.ics", address)
    answer = call(deployed, "GET", address)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert {str(event["SUMMARY"]) for event in calendar(answer).walk("VEVENT")} == {"Practice", "Due: fraud-2"}
    assert MEMBER not in calendar(answer).to_ical().decode()
    assert "zoe" not in calendar(answer).to_ical().decode()


def test_a_calendar_that_has_not_changed_is_not_sent_again(deployed: DeployedApi) -> None:
    address = new_address(deployed)
    first = call(deployed, "GET", address, **{"accept-encoding": "gzip"})
    etag = first["headers"]["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        again = call(deployed, "GET", address, **{"if-none-match": known})
        assert (again["statusCode"], again["body"], again["headers"]["etag"]) == (304, "", etag)
    tell(deployed, scheduled("e7", starts=NOW + timedelta(days=3), at=NOW + timedelta(hours=1)))
    changed = call(deployed, "GET", address, **{"if-none-match": etag})
    assert changed["statusCode"] == 200
    assert changed["headers"]["etag"] != etag


def test_every_address_that_leads_nowhere_gets_the_same_answer(deployed: DeployedApi) -> None:
    revoked = new_address(deployed)
    replaced = new_address(deployed)
    assert call(deployed, "GET", replaced)["statusCode"] == 200
    assert json.loads(call(deployed, "DELETE", "/members/me/calendar-feed")["body"])["exists"] is False
    unknown = f"/calendar/academy.{'B' * 43}.ics"
    nowhere = (revoked, replaced, unknown, unknown.replace("academy", "nobody"), "/calendar/x", "/calendar/.ics")
    answers = [call(deployed, "GET", path) for path in (*nowhere, revoked.removesuffix(".ics"))]
    assert {answer["statusCode"] for answer in answers} == {404}
    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1


def test_the_address_is_shown_once_and_its_log_never_has_it(
    deployed: DeployedApi, caplog: pytest.LogCaptureFixture
) -> None:
    address = new_address(deployed)
    call(deployed, "GET", address)
    call(deployed, "GET", CALENDAR)
    secret = address.removeprefix("/calendar/academy.").removesuffix(".ics")
    known = json.loads(call(deployed, "GET", "/members/me/calendar-feed")["body"])
    assert (known["exists"], known["path"]) == (True, None)
    logged = [str(vars(record)) for record in caplog.records]
    assert sum("answered" in line for line in logged) >= 2
    assert not [line for line in logged if secret in line or "A" * 43 in line]


def test_an_answer_is_sent_as_an_event_of_the_member(deployed: DeployedApi) -> None:
    tell(deployed, scheduled(starts=NOW + timedelta(days=2)))
    uid = uid_of("academy", MEMBER, KEY)
    listed = deployed.get("appointments", CLAIMS)[1]["appointments"]
    assert [one["kind"] for one in listed if one["id"] == uid] == ["session"]
    status, told = deployed.post("appointments/answers", {"appointment": uid, "answer": "declined"})
    assert (status, told) == (202, {"appointment": uid, "answer": "declined"})
    other = uid_of("academy", "0" * 32, KEY)
    assert deployed.post("appointments/answers", {"appointment": other, "answer": "accepted"})[0] == 404
    assert deployed.post("appointments/answers", {"appointment": uid, "answer": "maybe"})[0] == 422


def test_a_session_that_was_cancelled_needs_no_answer(deployed: DeployedApi) -> None:
    planned = scheduled("g1", session="GONE")
    tell(deployed, planned, cancelled("g2", at=NOW + timedelta(hours=1), session="GONE"))
    uid = uid_of("academy", MEMBER, news(planned).key)
    status, problem = deployed.post("appointments/answers", {"appointment": uid, "answer": "accepted"})
    assert (status, problem["code"]) == (409, "appointments.session_cancelled")


def test_each_of_the_next_days_says_whether_it_is_worked_and_which_sessions_it_has(deployed: DeployedApi) -> None:
    starts = (NOW + timedelta(days=4)).replace(minute=0, second=0, microsecond=0)
    tell(deployed, scheduled("t1", starts=starts, session="TIME"))
    status, shown = deployed.get("availability", CLAIMS, "days=14")
    assert (status, len(shown["days"])) == (200, 14)
    assert {day["works"] for day in shown["days"]} == {True}
    busy = {day["day"]: {datetime.fromisoformat(span["starts"]) for span in day["busy"]} for day in shown["days"]}
    local = starts.astimezone(ZoneInfo("Europe/Paris")).date().isoformat()
    assert [day for day, spans in busy.items() if starts in spans] == [local]
