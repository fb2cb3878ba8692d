"""Read a message of a queue on the ledger's topic: new entries, as the stream has them."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ladder.adapters.dynamodb import keys, ledger
from ladder.adapters.dynamodb.table import decode
from ladder.domain.errors import Rejected
from ladder.domain.points.ledger import Entry

type MemberEntry = tuple[str, str, Entry]  # program, member and what is new in the member's ledger


def read_entry_message(body: str) -> Iterator[MemberEntry]:
    """Yield the new entries of a message, with or without the topic's envelope. Raises Rejected for anything else."""
    try:
        payload = msgspec.json.decode(body)
        if isinstance(payload, dict) and payload.get("Type") == "Notification":
            payload = msgspec.json.decode(payload["Message"])
        for record in payload if isinstance(payload, list) else [payload]:
            if member_entry := _member_entry(record):
                yield member_entry
    except (msgspec.MsgspecError, UnicodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Rejected(f"not a record of the ledger: {error}") from error


def _member_entry(record: Mapping[str, Any]) -> MemberEntry | None:
    image = record["dynamodb"].get("NewImage")
    if record.get("eventName") != "INSERT" or not image or not str(image["sk"].get("S", "")).startswith(keys.ENTRY):
        return None
    item = decode(image)
    program, _, member = str(item["pk"]).partition("#")
    return program, member, ledger.from_item(item)
