"""A fake SES: SendEmail of API v2 with raw content, handed to an SMTP server or kept."""

import smtplib
from base64 import b64decode
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import HttpError, Request

MAX_BYTES = 40_000_000


class FakeSES(FakeService):
    """`mails`: what was sent, by recipient. `verified`: who may send. `relay`: host and port of an SMTP server."""

    throttle_code = "TooManyRequestsException"

    def __init__(self, *, clock: Callable[[], float], relay: tuple[str, int] | None = None) -> None:
        super().__init__(clock=clock)
        self.mails: dict[str, list[EmailMessage]] = {}
        self.verified = {"ladder@example.org"}
        self.error = ""  # the code of what every call is answered with
        self.relay = relay
        self._sent = 0

    def visible(self, to: str) -> int:
        return len(self.mails.get(to, ()))

    @route("POST", "/v2/email/outbound-emails")
    def send_email(self, request: Request) -> object:
        asked = request.json
        if self.error:
            raise HttpError(400, self.error, "told to")
        if asked["FromEmailAddress"] not in self.verified:
            raise HttpError(400, "MailFromDomainNotVerifiedException", "not verified")
        raw = b64decode(asked["Content"]["Raw"]["Data"])
        require(len(raw) <= MAX_BYTES and raw.isascii(), "the raw content must be ASCII and of 40 MB at most")
        recipients = asked["Destination"]["ToAddresses"]
        for recipient in recipients:
            parsed = message_from_bytes(raw, policy=default)
            assert isinstance(parsed, EmailMessage)  # noqa: S101 (the policy makes it one)
            self.mails.setdefault(recipient, []).append(parsed)
        if self.relay:
            with smtplib.SMTP(*self.relay, timeout=5) as smtp:
                smtp.sendmail(asked["FromEmailAddress"], recipients, raw)
        self._sent += 1
        return {"MessageId": f"mail-{self._sent:06d}"}
