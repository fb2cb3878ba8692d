"""Standard Webhooks out (standardwebhooks.com): signed events, so that anybody can build on Ladder.

Secret: {"secrets": ["whsec_…", older …]}: each signs, so that a receiver can change from one to the next. The address
is the channel's in the program file. A receiver answers 2xx within ten seconds and tells a repeat by `webhook-id`;
410 closes the channel until a person mends it.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from http import HTTPStatus

import msgspec

from ladder.adapters.addresses import require_encrypted
from ladder.adapters.channels.events import SystemEvent
from ladder.adapters.channels.settings import ChannelSettings
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import ChannelClosed, Rejected

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes, as the specification has it


class WebhookSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    secrets: list[str]


class WebhookOptions(msgspec.Struct, forbid_unknown_fields=True):
    pass


class WebhookChannel:
    guarantee: Guarantee = "idempotent"
    pace = Pace()

    def __init__(self, settings: ChannelSettings) -> None:
        settings.read_options(WebhookOptions)
        name = settings.secret.name if settings.secret else ""
        secrets = settings.read_secret(WebhookSecret).secrets
        self._keys = [_key(secret, name) for secret in secrets]
        if not self._keys:
            raise Rejected(f'the secret {name!r} holds no key: write {{"secrets": ["{PREFIX}…"]}}')
        self._name = name
        self._service = settings.service("", secrets=tuple(secrets))

    def send(self, outgoing: Outgoing) -> str | None:
        event = SystemEvent.of(outgoing)
        self._post(outgoing.to, event, outgoing.sent_at)
        return event.id

    def find(self, outgoing: Outgoing) -> str | None:  # noqa: ARG002 - the same event may be sent again
        return None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        self._post(outgoing.to, SystemEvent.of(outgoing).withdrawn, outgoing.sent_at)
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        return None

    def _post(self, url: str, event: SystemEvent, sent_at: datetime) -> None:
        require_encrypted(url, secret=self._name, key="address")
        body, seconds = msgspec.json.encode(event.body()), str(int(sent_at.timestamp()))
        headers = {
            "webhook-id": event.id,
            "webhook-timestamp": seconds,
            "webhook-signature": " ".join(signature(key, event.id, seconds, body) for key in self._keys),
        }
        gone = (HTTPStatus.GONE,)
        response = self._service.call("POST", url, body=msgspec.Raw(body), headers=headers, expected=gone)
        if response.status == HTTPStatus.GONE:
            raise ChannelClosed("the receiver wants no more events (410)")


def signature(key: bytes, event: str, seconds: str, body: bytes) -> str:
    """Return the signature of the specification's version 1: HMAC-SHA256 over id, timestamp and body."""
    signed = b".".join((event.encode(), seconds.encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def _key(secret: str, name: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        bytes_needed = f"{SHORTEST_KEY} to {LONGEST_KEY} bytes as base64"
        raise Rejected(f"the secret {name!r} must hold keys of {bytes_needed}, such as {PREFIX}…")
    return key
