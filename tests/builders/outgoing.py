"""A message on its way out, as channels receive it."""

from datetime import UTC, datetime
from typing import Any

from ladder.domain.delivery.ports import Outgoing

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEY = "8d41f1c0a5b94d0e9b6f3a5f2c7e1d04"


def outgoing(**changed: Any) -> Outgoing:
    usual: dict[str, Any] = {
        "key": KEY,
        "program": "academy",
        "member": "m-0001",
        "to": "someone",
        "occasion": "badge",
        "audience": "member",
        "title": "Well done: Perseverance",
        "paragraphs": ("You helped three colleagues this week.", "40 points are yours."),
        "link": "https://ladder.example/me#badges",
        "facts": {
            "badge": "PERSEVERANCE",
            "badge_name": "Perseverance",
            "points": 40,
            "occurred_at": "2026-11-27T11:30:00+00:00",
        },
        "sent_at": NOON,
    }
    return Outgoing(**{**usual, **changed})
