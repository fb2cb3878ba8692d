"""Read a mail that SES has received, as its receipt rule publishes it to a topic: with the content, and verdicts."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ladder.domain.errors import Rejected

PASS = "PASS"  # noqa: S105 - a verdict


class _Verdict(msgspec.Struct):
    status: str = ""


class _Receipt(msgspec.Struct, rename="camel"):
    dmarc_verdict: _Verdict = msgspec.field(default_factory=_Verdict)
    spam_verdict: _Verdict = msgspec.field(default_factory=_Verdict)
    virus_verdict: _Verdict = msgspec.field(default_factory=_Verdict)


class _Mail(msgspec.Struct):
    timestamp: datetime


class _Notification(msgspec.Struct, rename="camel"):
    mail: _Mail
    receipt: _Receipt
    content: str


class ReceivedMail(msgspec.Struct, frozen=True):
    """`is_proven`: DMARC has passed. SES has no such verdict for a domain that publishes no policy."""

    raw: bytes
    is_proven: bool
    received_at: datetime


def read_receipt(record: Mapping[str, Any]) -> ReceivedMail:
    """Return the mail of a topic's record. Raises Rejected for spam, a virus, and what is no mail."""
    try:
        told = msgspec.json.decode(record["Sns"]["Message"], type=_Notification)
        raw = base64.b64decode(told.content, validate=True)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise Rejected(f"not a mail that SES received: {error}") from error
    receipt = told.receipt
    if "FAIL" in {receipt.spam_verdict.status, receipt.virus_verdict.status} or told.mail.timestamp.tzinfo is None:
        raise Rejected("a mail that SES takes for spam or for a virus")
    return ReceivedMail(raw, receipt.dmarc_verdict.status == PASS, told.mail.timestamp)
