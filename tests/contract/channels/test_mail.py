"""Mail: one message with two forms, headers that no text can add to, and SES's errors; through a real SMTP server."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import icalendar
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from ladder.adapters.channels.mail import compose
from ladder.domain.activities.sessions import Times
from ladder.domain.calendar.icalendar import invitation
from ladder.domain.delivery.appointment_news import CALENDAR, ORGANIZER
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable
from tests.builders.appointments import STARTS, appointment, item
from tests.builders.channel_stages import ChannelStage, opened
from tests.builders.outgoing import outgoing
from tests.fakes.faulty_client import Faulty, answer_lost, refused

SENDER = "ladder@example.org"


class Inbox:
    """What an SMTP server has received."""

    def __init__(self) -> None:
        self.envelopes = list[Envelope]()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def stage() -> Iterator[ChannelStage]:
    with opened("mail") as stage:
        yield stage


@pytest.fixture
def inbox(stage: ChannelStage) -> Iterator[Inbox]:
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    stage.fake.relay = ("127.0.0.1", port)
    yield inbox
    controller.stop()


def test_a_mail_reaches_a_real_mail_server_whole(stage: ChannelStage, inbox: Inbox) -> None:
    told = stage.outgoing(title="Grüße ✓", paragraphs=("Größe & <Maß>", ".\r\n.", "z" * 2_000), language="de")
    stage.open().send(told)
    (envelope,) = inbox.envelopes
    assert isinstance(envelope.content, bytes)
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["agent@example.org"])
    mail = message_from_bytes(envelope.content, policy=default)
    assert isinstance(mail, EmailMessage)
    assert (mail["Subject"], mail["To"], mail["From"]) == ("Grüße ✓", "agent@example.org", SENDER)
    assert mail["List-Unsubscribe"] == "<https://ladder.example/me#settings>"
    assert mail.get_content_type() == "multipart/alternative"
    text, page = (part.get_content() for part in mail.iter_parts())
    assert "Größe & <Maß>" in text
    assert "Öffnen: https://ladder.example/me#badges" in text
    assert "Größe &amp; &lt;Maß&gt;" in page
    assert '<a href="https://ladder.example/me#badges">' in page
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998  # RFC 5322


@pytest.mark.parametrize("attack", ["\r\nBcc: all@example.org", "\nX-Evil: 1\n\n<b>", "\r\n\r\nbody", "\x00", "\u2028"])
def test_no_text_adds_a_header_or_a_recipient(stage: ChannelStage, inbox: Inbox, attack: str) -> None:
    stage.open().send(stage.outgoing(title=f"Thanks{attack}", paragraphs=(f"Well done{attack}",)))
    (envelope,) = inbox.envelopes
    assert isinstance(envelope.content, bytes)
    assert envelope.rcpt_tos == ["agent@example.org"]
    mail = message_from_bytes(envelope.content, policy=default)
    usual = compose(outgoing(to="agent@example.org"), sender=SENDER, unsubscribe="https://ladder.example/me#settings")
    assert {name.lower() for name in mail} == {name.lower() for name in usual}
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "agent",
        "a@b",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "Agent <a@b.example>",
        "a b@c.example",
        "a@b.example ",
    ],
)
def test_an_address_is_one_plain_address_or_nothing_is_sent(stage: ChannelStage, address: str) -> None:
    with pytest.raises(Rejected, match="not a mail address"):
        stage.open().send(stage.outgoing(to=address))
    assert stage.fake.calls == []


@pytest.mark.parametrize("unsubscribe", ["http://x.example", "https://x.example>\r\nX: y", "javascript:alert(1)"])
def test_the_address_to_unsubscribe_is_checked(stage: ChannelStage, unsubscribe: str) -> None:
    with pytest.raises(Rejected, match="'unsubscribe'"):
        stage.open(options={**stage.options, "unsubscribe": unsubscribe})


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("TooManyRequestsException", Throttled),
        ("LimitExceededException", Throttled),
        ("SendingPausedException", Unavailable),
        ("AccountSuspendedException", ChannelClosed),
        ("MailFromDomainNotVerifiedException", ChannelClosed),
        ("MessageRejected", Rejected),
        ("BadRequestException", Rejected),
    ],
)
def test_an_error_of_ses_says_what_to_do(stage: ChannelStage, error: str, raised: type[Exception]) -> None:
    stage.fake.error = error
    with pytest.raises(raised) as caught:
        stage.open().send(stage.outgoing())
    assert type(caught.value) is raised


def test_ses_is_asked_once_however_it_fails(stage: ChannelStage) -> None:
    stage.around = lambda client: Faulty(client, answer_lost)
    with pytest.raises(AnswerLost):
        stage.open().send(stage.outgoing())
    assert stage.visible == 1
    stage.around = lambda client: Faulty(client, refused("InternalFailure", status=500))
    with pytest.raises(AnswerLost):
        stage.open().send(stage.outgoing())
    assert stage.fake.calls == ["POST /v2/email/outbound-emails"]


def test_the_configuration_set_and_the_sender_are_the_program_s(stage: ChannelStage) -> None:
    asked = dict[str, Any]()

    class Recording:
        def send_email(self, **request: Any) -> dict[str, str]:
            asked.update(request)
            return {"MessageId": "1"}

    stage.around = lambda _: Recording()
    assert stage.open(options={**stage.options, "configuration_set": "ladder"}).send(stage.outgoing()) == "1"
    assert (asked["ConfigurationSetName"], asked["FromEmailAddress"]) == ("ladder", SENDER)


def test_an_invitation_is_one_more_form_of_the_mail_addressed_to_its_reader(stage: ChannelStage, inbox: Inbox) -> None:
    text = invitation(item(appointment(Times(starts=STARTS, seconds=3600), title="Übung")))
    stage.open().send(stage.outgoing(facts={CALENDAR: text, ORGANIZER: "Académie"}))
    mail = message_from_bytes(cast("bytes", inbox.envelopes[0].content), policy=default)
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar: Any = icalendar.Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert mail.get_content_type() == "multipart/alternative"
    assert part.get_param("method") == "REQUEST"
    assert (str(event["ORGANIZER"]), str(event["ATTENDEE"])) == (f"mailto:{SENDER}", "mailto:agent@example.org")
    assert event["ORGANIZER"].params["CN"] == "Académie"
    assert str(event["SUMMARY"]) == "Übung"
