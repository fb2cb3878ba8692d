"""Mails as SES publishes them to a topic: whole, with verdicts; anything else is refused."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.adapters.ses_receipts import read_receipt
from ladder.domain.errors import Rejected

RAW = b"From: zoe@bank.example\r\n\r\nYes\r\n"


def record(**receipt: str) -> dict[str, Any]:
    """As the developer guide of SES shows it, shortened."""
    verdicts = {"spam": "PASS", "virus": "PASS", "spf": "PASS", "dkim": "PASS", "dmarc": "PASS", **receipt}
    message = {
        "notificationType": "Received",
        "mail": {"timestamp": "2026-03-20T08:00:00.000Z", "source": "zoe@bank.example", "messageId": "m1"},
        "receipt": {
            "timestamp": "2026-03-20T08:00:01.000Z",
            "recipients": ["calendar@replies.example.org"],
            **{f"{name}Verdict": {"status": status} for name, status in verdicts.items()},
            "action": {"type": "SNS", "encoding": "BASE64"},
        },
        "content": base64.b64encode(RAW).decode(),
    }
    return {"EventSource": "aws:sns", "Sns": {"Message": json.dumps(message)}}


@pytest.mark.parametrize(("dmarc", "is_proven"), [("PASS", True), ("FAIL", False), ("GRAY", False), ("", False)])
def test_a_mail_is_proven_where_dmarc_has_passed(dmarc: str, *, is_proven: bool) -> None:
    mail = read_receipt(record(dmarc=dmarc))
    assert (mail.raw, mail.is_proven) == (RAW, is_proven)
    assert mail.received_at == datetime(2026, 3, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("verdict", ["spam", "virus"])
def test_spam_and_viruses_are_refused(verdict: str) -> None:
    with pytest.raises(Rejected):
        read_receipt(record(**{verdict: "FAIL"}))


@pytest.mark.parametrize("message", ["", "[]", "{}", '{"mail": {}, "receipt": {}, "content": "not base64!"}'])
def test_what_is_no_mail_is_refused(message: str) -> None:
    with pytest.raises(Rejected):
        read_receipt({"Sns": {"Message": message}})
    with pytest.raises(Rejected):
        read_receipt({})
