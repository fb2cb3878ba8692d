"""From a session that a learning system schedules to its member's calendar and reminders: the deployed stack."""

import base64
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.program_file import load_program
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.stage import stage
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.members.roster import Member
from tests.e2e.deployed_academy import NOW, PROGRAM, DeployedAcademy

PATIENCE_SECONDS = 60.0
MAIL = ChannelRules(
    key="mail",
    kind="mail",
    occasions=("session", "session_changed", "deadline"),
    member="{user}@bank.example",
    options={"from": "training@bank.example"},
)
STARTS = (datetime.now(UTC) + timedelta(hours=30)).replace(microsecond=0)


@pytest.fixture(scope="module")
def academy() -> Iterator[DeployedAcademy]:
    program = replace(
        load_program(PROGRAM),
        calendar=CalendarRules(reminder_hours=(24.0,), deadline_hours=()),
        delivery=DeliveryRules(channels=(MAIL,)),
    )
    with stage(program, call_history(1, data=Path("nowhere"))) as live:
        yield DeployedAcademy(live, connect_learning_system(live))


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.3)


def event(member: Member, kind: str, *, minutes_ago: int, **attributes: Any) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "type": kind,
        "occurred_at": (NOW - timedelta(minutes=minutes_ago)).isoformat(),
        "member": member.user,
        "attributes": attributes,
    }


def at(starts: datetime) -> dict[str, str]:
    return {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=1)).isoformat()}


def feed(academy: DeployedAcademy, path: str) -> Any:
    answer = Api(academy.live.aws, academy.live.outputs).get(path)
    assert answer.status == 200, answer.body
    return icalendar.Calendar.from_ical(answer.body.decode())


def test_a_session_and_a_deadline_stand_in_the_members_calendar_and_move_with_the_source(
    academy: DeployedAcademy,
) -> None:
    member, program = academy.member(), academy.live.program.key
    stored = DynamoAppointments(academy.live.members.members)
    scheduled = event(member, "calendar.scheduled", minutes_ago=30, session="S-1", title="Practice", **at(STARTS))
    due = event(member, "learner.assigned", minutes_ago=30, module="fraud-2", due=f"{STARTS:%Y-%m-%d}")
    moved = event(member, "calendar.moved", minutes_ago=10, session="S-1", **at(STARTS + timedelta(hours=2)))
    academy.school.post([scheduled, due])
    until(lambda: len(stored.of(program, member.id)) == 2)

    token = academy.token(member)
    listed = academy.ask("/members/me/appointments", token)[1]["appointments"]
    assert {one["kind"] for one in listed} == {"session", "deadline"}
    api = Api(academy.live.aws, academy.live.outputs)
    path = api.post("/members/me/calendar-feed", b"{}", {"content-type": "application/json"}, token=token).json()[
        "path"
    ]
    summaries = {str(one["SUMMARY"]): one for one in feed(academy, path).walk("VEVENT")}
    assert summaries.keys() == {"Practice", "Due: fraud-2"}
    assert summaries["Practice"]["DTSTART"].dt == STARTS

    academy.school.post([moved])
    until(lambda: any(appointment.sequence == 1 for appointment in stored.of(program, member.id)))
    [practice] = [one for one in feed(academy, path).walk("VEVENT") if str(one["SUMMARY"]) == "Practice"]
    assert (practice["DTSTART"].dt, int(practice["SEQUENCE"])) == (STARTS + timedelta(hours=2), 1)
    assert api.get(path.replace(".ics", ".txt")).status == 404


def test_the_member_is_invited_and_the_schedule_reminds_them_once(academy: DeployedAcademy) -> None:
    member, program = academy.member(), academy.live.program.key
    outbox = DynamoOutbox(academy.live.members.members)

    def told() -> list[str]:
        return sorted(item.notification.news.occasion for item in outbox.of_member(program, member.id))

    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=24, seconds=15)
    academy.school.post([event(member, "calendar.scheduled", minutes_ago=5, session="S-2", title="Quiz", **at(starts))])
    until(lambda: told() == ["session_changed"])
    [invitation] = outbox.of_member(program, member.id)
    assert "METHOD:REQUEST" in str(invitation.notification.news.facts["calendar"])

    def remind() -> int:
        """As the schedule calls the function; return how many notifications were new."""
        answer = academy.live.aws.client("lambda").invoke(
            FunctionName=academy.live.outputs["AppointmentsFunction"], Payload=json.dumps({"remind": True}).encode()
        )
        assert "FunctionError" not in answer
        return int(json.loads(answer["Payload"].read())["reminded"])

    assert remind() == 0
    until(lambda: remind() == 1)
    assert told() == ["session", "session_changed"]
    assert remind() == 0


def test_an_answer_reaches_the_appointment_by_the_ledger(academy: DeployedAcademy) -> None:
    member, program = academy.member(), academy.live.program.key
    stored = DynamoAppointments(academy.live.members.members)
    academy.school.post(
        [event(member, "calendar.scheduled", minutes_ago=5, session="S-3", title="Review", **at(STARTS))]
    )
    until(lambda: stored.of(program, member.id))
    token = academy.token(member)
    [listed] = academy.ask("/members/me/appointments", token)[1]["appointments"]
    body = json.dumps({"appointment": listed["id"], "answer": "accepted"}).encode()
    api = Api(academy.live.aws, academy.live.outputs)
    sent = api.post("/members/me/appointments/answers", body, {"content-type": "application/json"}, token=token)
    assert sent.status == 202
    until(lambda: stored.of(program, member.id)[0].answer == "accepted")


REPLY = """From: {sender}
To: calendar@replies.example.org
Subject: Declined
MIME-Version: 1.0
Content-Type: text/calendar; method=REPLY; charset=utf-8

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Calendar//EN
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
SEQUENCE:0
ATTENDEE;PARTSTAT=DECLINED:mailto:{sender}
END:VEVENT
END:VCALENDAR
"""


def test_a_reply_by_mail_declines_and_one_of_somebody_else_does_nothing(academy: DeployedAcademy) -> None:
    member, program = academy.member(), academy.live.program.key
    stored = DynamoAppointments(academy.live.members.members)
    academy.school.post([event(member, "calendar.scheduled", minutes_ago=5, session="S-4", title="Talk", **at(STARTS))])
    until(lambda: stored.of(program, member.id))
    [appointment] = stored.of(program, member.id)
    uid = uid_of(program, member.id, appointment.key)

    def received(sender: str) -> int:
        """As SES hands a mail to the topic; return how many answers it was."""
        message = {
            "mail": {"timestamp": datetime.now(UTC).isoformat()},
            "receipt": {"dmarcVerdict": {"status": "PASS"}},
            "content": base64.b64encode(REPLY.format(sender=sender, uid=uid).encode()).decode(),
        }
        records = [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(message)}}]
        answer = academy.live.aws.client("lambda").invoke(
            FunctionName=academy.live.outputs["AppointmentsFunction"], Payload=json.dumps({"Records": records}).encode()
        )
        assert "FunctionError" not in answer
        return int(json.loads(answer["Payload"].read())["answered"])

    assert received("eve@bank.example") == 0
    assert received(f"{member.user}@bank.example") == 1
    until(lambda: stored.of(program, member.id)[0].answer == "declined")
