"""Mail through Amazon SES: plain text and HTML, with the address where the reader sets what they receive.

Needs no secret: the function's role sends. Options: `from`, an address of a verified identity; `unsubscribe`, a page or
an address for List-Unsubscribe; `configuration_set`; `replies`, the address that answers to invitations go to, where
that is not `from`. SES takes no idempotency key and shows no sent mail.
"""

import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from html import escape
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from ladder.adapters.aws import error_code, nothing_or_lost
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.channels.texts import link_label
from ladder.adapters.invitation_mail import attach_invitation
from ladder.domain.calendar.icalendar import Invited
from ladder.domain.delivery.appointment_news import CALENDAR, ORGANIZER
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable

SMTP = SMTP_POLICY.clone(cte_type="7bit")  # any relay takes it as it is
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
MAX_SUBJECT = 200
CLOSED = frozenset({"AccountSuspendedException", "MailFromDomainNotVerifiedException", "AccessDeniedException"})
STYLE = "font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 0 auto; padding: 1em; color: #1a1a1a"


class MailOptions(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    sender: str = msgspec.field(name="from")
    unsubscribe: str = ""
    configuration_set: str = ""
    replies: str = ""


class MailChannel:
    guarantee: Guarantee = "one_extra"
    pace = Pace(on_channel=timedelta(milliseconds=100))  # an account out of the sandbox sends 14 a second at first

    def __init__(self, settings: ChannelSettings) -> None:
        self._options = settings.read_options(MailOptions)
        require_address(self._options.sender)
        require_address(self._options.replies or self._options.sender)
        if not re.fullmatch(r"((https://|mailto:)[^\s<>]{1,900})?", self._options.unsubscribe):
            raise Rejected("the option 'unsubscribe' of a mail channel must be https://… or mailto:…")
        self._client = settings.client("sesv2")

    def send(self, outgoing: Outgoing) -> str | None:
        mail = compose(outgoing, sender=self._options.sender, unsubscribe=self._options.unsubscribe)
        if CALENDAR in outgoing.facts:
            organizer, name = self._options.replies or self._options.sender, str(outgoing.facts.get(ORGANIZER, ""))
            invited = Invited(organizer=organizer, organizer_name=name, attendee=outgoing.to)
            attach_invitation(mail, str(outgoing.facts[CALENDAR]), invited)
        request: dict[str, Any] = {
            "FromEmailAddress": self._options.sender,
            "Destination": {"ToAddresses": [outgoing.to]},
            "Content": {"Raw": {"Data": mail.as_bytes(policy=SMTP)}},
        }
        if self._options.configuration_set:
            request["ConfigurationSetName"] = self._options.configuration_set
        try:
            with nothing_or_lost():
                answer = self._client.send_email(**request)
        except ClientError as error:
            code = error_code(error)
            if code == "LimitExceededException":  # of the day
                raise Throttled(str(error)) from error
            if code == "SendingPausedException":
                raise Unavailable(str(error)) from error
            raise (ChannelClosed if code in CLOSED else Rejected)(f"SES: {code}") from error
        if "MessageId" not in answer:  # botocore takes a page of HTML for an empty answer
            raise AnswerLost("SES answered without an id")
        return str(answer["MessageId"])

    def find(self, outgoing: Outgoing) -> str | None:  # noqa: ARG002
        return None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        return False

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        return None


def require_address(address: str) -> None:
    """Raises Rejected unless the text is one plain mail address and nothing else."""
    if not ADDRESS.fullmatch(address):
        raise Rejected("not a mail address: write one, such as agent@example.org, without a name")


def compose(outgoing: Outgoing, *, sender: str, unsubscribe: str = "") -> EmailMessage:
    """Return the mail: the same words as plain text and as HTML. Raises Rejected for what is no mail address."""
    require_address(outgoing.to)
    opens = link_label(outgoing)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, outgoing.to
    mail["Subject"] = _line(outgoing.title)[:MAX_SUBJECT]
    mail["X-Ladder-Key"] = outgoing.key
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    mail["Content-Language"] = outgoing.language
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    link = (f"{opens}: {outgoing.link}",) if outgoing.link else ()
    mail.set_content("\n\n".join((*map(_printable, outgoing.paragraphs), *link)) + "\n")
    body = "".join(f"<p>{escape(_printable(text))}</p>" for text in outgoing.paragraphs)
    if outgoing.link:
        body += f'<p><a href="{escape(outgoing.link)}">{escape(opens)}</a></p>'
    language = escape(outgoing.language)
    page = f'<h1 style="font-size: 1.25em">{escape(_line(outgoing.title))}</h1>{body}'
    mail.add_alternative(
        f'<!doctype html><html lang="{language}"><body style="{STYLE}">{page}</body></html>\n', subtype="html"
    )
    return mail


def _line(text: str) -> str:
    """Return the text in one line of printable characters: no header can follow it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
