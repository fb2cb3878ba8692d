"""Read a message of the cases queue: an entry from the ledger's stream, or a post from ingestion.

A stream record comes as the pipe and the topic pass it on, with or without the topic's envelope; only new entries make
cases, and other stream records are ignored.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from ladder.adapters.dynamodb import keys, ledger
from ladder.adapters.dynamodb.table import decode
from ladder.domain.activities.activity import (
    CORRECTED,
    LADDER,
    REVERSED,
    TEXT,
    Activity,
    as_recorded,
    validation_error,
    with_text,
)
from ladder.domain.errors import Rejected
from ladder.domain.validation.constraints import Plain

POSTED = "forum.posted"

type MemberActivity = tuple[str, str, Activity]  # program, member and what happened


class Post(msgspec.Struct):
    """`type`: forum.posted where it is left out; `attributes`: what the source recorded beside the text.

    `text_key`: the key of the text's digest. The digest is calculated here: one in the message is ignored.
    """

    program: str
    member: str
    source: str
    id: str
    text: str
    text_key: str
    occurred_at: datetime
    type: str = POSTED
    attributes: dict[str, Plain] = msgspec.field(default_factory=dict)
    received_at: datetime | None = None


def read_case_message(body: str) -> Iterator[MemberActivity]:
    """Yield every activity that can be read, then raise Rejected where anything could not."""
    wrong = list[str]()
    for record in stream_records(body):
        try:
            with _neither_is_rejected():
                activity = _entry(record) if "dynamodb" in record else _post(msgspec.convert(record, Post))
        except Rejected as error:
            wrong.append(str(error))
            continue
        if activity is not None:
            yield activity
    if wrong:
        raise Rejected("; ".join(wrong))


def stream_records(body: str) -> list[Any]:
    """Return the records of a message, with or without the topic's envelope. Raises Rejected where it is no JSON."""
    with _neither_is_rejected():
        payload = msgspec.json.decode(body)
        if isinstance(payload, dict) and payload.get("Type") == "Notification":
            payload = msgspec.json.decode(payload["Message"])
        return payload if isinstance(payload, list) else [payload]


@contextmanager
def _neither_is_rejected() -> Iterator[None]:
    try:
        yield
    except (msgspec.MsgspecError, UnicodeError, KeyError, TypeError, ValueError) as error:
        raise Rejected(f"neither a post nor a record of the ledger: {error}") from error


def _entry(record: Mapping[str, Any]) -> MemberActivity | None:
    """Return the activity of a new entry. Ladder's own events, such as grants, make no case.

    A correction may, and a reversal may take back somebody's confirmation.
    """
    image = record["dynamodb"].get("NewImage")
    if record.get("eventName") != "INSERT" or not image:
        return None
    key = str(image["sk"].get("S", ""))
    if not key.startswith(keys.ENTRY):
        return None
    item = decode(image)
    if keys.event(key)[0] == LADDER and item["type"] not in {CORRECTED, REVERSED}:
        return None
    program, _, member = str(item["pk"]).partition("#")
    return program, member, ledger.from_item(item).activity


def _post(post: Post) -> MemberActivity:
    if post.occurred_at.tzinfo is None:
        raise Rejected("occurred_at needs a zone, such as 2026-03-01T10:00:00Z")
    activity = Activity(
        source=post.source,
        id=post.id,
        type=post.type,
        occurred_at=post.occurred_at.astimezone(UTC),
        received_at=post.received_at,
        attributes={**post.attributes, TEXT: post.text},
    )
    if post.source == LADDER or (why := validation_error(activity)):
        raise Rejected(why if post.source != LADDER else "a post is never Ladder's own")
    return post.program, post.member, with_text(as_recorded(activity, post.text_key), post.text)
