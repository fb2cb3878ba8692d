"""A text that somebody wrote, and what the ledger holds instead of it.

The text is sent to be judged, its event to the ledger. A digest in the entry binds the two: HMAC-SHA256 under a
key of the event's own, which travels with the text only. So a short text cannot be guessed from the ledger, equal texts
of two events do not look alike there, and the same event has the same digest however often it is sent.
"""

import hmac
from dataclasses import dataclass, replace

from ladder.domain.activities.activity import Activity

TEXT = "text"
TEXT_DIGEST = "text_digest"
TEXT_LENGTH = "text_length"
TEXT_ATTRIBUTES = frozenset({TEXT, TEXT_DIGEST, TEXT_LENGTH})  # attributes that no sender writes into a ledger
DIGITS = 32  # hexadecimal: 128 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """A text on its way to be judged. `recorded`: its event as the ledger has it; `key`: of this event alone."""

    program: str
    member: str
    recorded: Activity
    text: str
    key: str


def text_of(activity: Activity) -> str:
    value = activity.attributes.get(TEXT)
    return "" if value is None else str(value)


def text_digest(key: str, text: str) -> str:
    return hmac.digest(key.encode(), text.encode(), "sha256").hex()[:DIGITS]


def as_recorded(activity: Activity, key: str) -> Activity:
    """The activity as its entry has it. `key`: of this event alone."""
    kept = {name: value for name, value in activity.attributes.items() if name not in TEXT_ATTRIBUTES}
    if text := text_of(activity):
        kept |= {TEXT_DIGEST: text_digest(key, text), TEXT_LENGTH: len(text)}
    return replace(activity, attributes=kept)


def with_text(recorded: Activity, text: str) -> Activity:
    return replace(recorded, attributes={**recorded.attributes, TEXT: text})


def without_text(activity: Activity) -> Activity:
    """The entry's activity again, of one that `with_text` made."""
    kept = {name: value for name, value in activity.attributes.items() if name != TEXT}
    return replace(activity, attributes=kept) if TEXT in activity.attributes else activity
