"""Invitations as parts of mails (iMIP, RFC 6047), and the replies to them as mails bring them."""

import email
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

from ladder.domain.calendar.icalendar import Invited, addressed
from ladder.domain.calendar.replies import Reply, read_reply
from ladder.domain.errors import Rejected

MOST_PARTS = 20
MOST_BYTES = 262_144  # of a reply: a comment, and perhaps the whole invitation again


def attach_invitation(mail: EmailMessage, text: str, invited: Invited) -> None:
    """Add an invitation as one more form of the mail's text: a calendar shows buttons for it, a reader the words."""
    method = "CANCEL" if "\r\nMETHOD:CANCEL\r\n" in text else "REQUEST"  # the mail has to repeat it
    mail.add_alternative(addressed(text, invited), subtype="calendar", charset="utf-8", params={"method": method})


def read_reply_mail(raw: bytes) -> tuple[str, Reply]:
    """Return who sent a mail, and the reply in it. Raises Rejected for a mail that is none."""
    if len(raw) > MOST_BYTES:
        raise Rejected("a mail that is too long for a reply")
    mail = email.message_from_bytes(raw, policy=default)
    senders = getaddresses([str(value) for value in mail.get_all("from", [])], strict=True)
    if len(senders) != 1 or "@" not in senders[0][1]:
        raise Rejected("a mail that is not from one sender")
    parts = [part for part, _ in zip(mail.walk(), range(MOST_PARTS), strict=False)]
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    if not calendars:
        raise Rejected("a mail without a calendar part")
    try:
        text = calendars[0].get_content()
    except (LookupError, UnicodeError, ValueError) as error:
        raise Rejected("a calendar part that cannot be read") from error
    if not isinstance(text, str):
        raise Rejected("a calendar part that is no text")
    return senders[0][1], read_reply(text)
