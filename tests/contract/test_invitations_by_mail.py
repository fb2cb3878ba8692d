"""An invitation through a real mail server and back: REQUEST, REPLY by another library, update, CANCEL."""

import smtplib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import icalendar
import pytest
from aiosmtpd.controller import Controller

from ladder.adapters.invitation_mail import attach_invitation, read_reply_mail
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.icalendar import Invited, invitation
from ladder.domain.calendar.replies import confirmation
from ladder.domain.errors import Rejected
from tests.builders.appointments import HOUR, NOW, STARTS, after, cancelled, item, moved, news, scheduled

pytestmark = pytest.mark.slow
TRAINING, ZOE = "training@bank.example", "zoe@bank.example"
INVITED = Invited(organizer=TRAINING, organizer_name="Académie", attendee=ZOE)
HOSTILE = "Übung\r\nBcc: eve@example.org\r\nEND:VEVENT; \U0001f600"


@dataclass(slots=True)
class Mailbox:
    port: int
    received: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.received.append(bytes(envelope.original_content))
        return "250 OK"

    def deliver(self, mail: EmailMessage) -> bytes:
        with smtplib.SMTP("127.0.0.1", self.port) as smtp:
            smtp.send_message(mail)
        return self.received[-1]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = Mailbox(free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def invite(mailbox: Mailbox, appointment: Appointment) -> Any:
    """Send the invitation, and return its calendar as the one who is invited receives it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = TRAINING, ZOE, "Practice"
    mail.set_content("It begins on Friday.")
    attach_invitation(mail, invitation(item(appointment)), INVITED)
    received = BytesParser(policy=default).parsebytes(mailbox.deliver(mail))
    [part] = [part for part in received.walk() if part.get_content_type() == "text/calendar"]
    content = icalendar.Calendar.from_ical(part.get_content())
    assert part.get_param("method") == str(content["METHOD"])
    assert received["Bcc"] is None
    return content


def reply(mailbox: Mailbox, invited: Any, answer: str, *, sender: str = ZOE, attendee: str = ZOE) -> bytes:
    """What a calendar program sends back, made by another library of what arrived."""
    [event] = invited.walk("VEVENT")
    answered, calendar = icalendar.Event(), icalendar.Calendar()
    calendar["PRODID"], calendar["VERSION"], calendar["METHOD"] = "-//Calendar of Zoe//EN", "2.0", "REPLY"
    for name in ("UID", "SEQUENCE", "DTSTAMP", "ORGANIZER", "DTSTART", "SUMMARY"):
        answered[name] = event[name]
    person = icalendar.vCalAddress(f"mailto:{attendee}")
    person.params["PARTSTAT"] = answer
    person.params["CN"] = 'Zoe; "the learner", and a name that is so long that its line is folded at least once'
    answered["ATTENDEE"] = person
    calendar.add_component(answered)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Zoë <{sender}>", TRAINING, "Accepted: Practice"
    mail.set_content("Zoë has accepted.")
    mail.add_alternative(calendar.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    return mailbox.deliver(mail)


@pytest.mark.parametrize(
    ("partstat", "answer"), [("ACCEPTED", "accepted"), ("DECLINED", "declined"), ("TENTATIVE", "tentative")]
)
def test_a_reply_to_an_invitation_becomes_the_answer_of_the_one_who_was_invited(
    mailbox: Mailbox, partstat: str, answer: str
) -> None:
    appointment = after([scheduled(title=HOSTILE)])
    sender, told = read_reply_mail(reply(mailbox, invite(mailbox, appointment), partstat))
    event = confirmation(told, appointment, sender=sender, invited="Zoe@Bank.example", received_at=NOW + HOUR)
    assert appointment.told(news(event), now=NOW).answer == answer
    again = confirmation(told, appointment, sender=sender, invited=ZOE, received_at=NOW + HOUR)
    assert again == event


def test_a_session_is_invited_to_moved_answered_and_cancelled_under_one_uid(mailbox: Mailbox) -> None:
    first = after([scheduled(title=HOSTILE)])
    later = first.told(news(moved("e2", STARTS + timedelta(days=1), at=NOW + HOUR)), now=NOW + HOUR)
    gone = later.told(news(cancelled("e3", at=NOW + 2 * HOUR)), now=NOW + 2 * HOUR)
    invited = [invite(mailbox, each) for each in (first, later, gone)]
    events = [calendar.walk("VEVENT")[0] for calendar in invited]
    assert [str(calendar["METHOD"]) for calendar in invited] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
    assert [event["DTSTART"].dt for event in events[:2]] == [STARTS, STARTS + timedelta(days=1)]
    assert str(events[2]["STATUS"]) == "CANCELLED"
    assert str(events[0]["SUMMARY"]).replace("\n", "\r\n") == HOSTILE

    sender, late = read_reply_mail(reply(mailbox, invited[0], "ACCEPTED"))
    with pytest.raises(Rejected, match="changed since"):
        confirmation(late, later, sender=sender, invited=ZOE, received_at=NOW)
    sender, timely = read_reply_mail(reply(mailbox, invited[1], "ACCEPTED"))
    assert confirmation(timely, later, sender=sender, invited=ZOE, received_at=NOW).attributes["answer"] == "accepted"
    with pytest.raises(Rejected, match="changed since"):
        confirmation(timely, gone, sender=sender, invited=ZOE, received_at=NOW)


@pytest.mark.parametrize(
    ("sender", "attendee"),
    [("eve@example.org", ZOE), (ZOE, "eve@example.org"), ("eve@example.org", "eve@example.org")],
)
def test_nobody_answers_for_somebody_else(mailbox: Mailbox, sender: str, attendee: str) -> None:
    appointment = after([scheduled()])
    raw = reply(mailbox, invite(mailbox, appointment), "ACCEPTED", sender=sender, attendee=attendee)
    from_, told = read_reply_mail(raw)
    with pytest.raises(Rejected, match="another address"):
        confirmation(told, appointment, sender=from_, invited=ZOE, received_at=NOW)
