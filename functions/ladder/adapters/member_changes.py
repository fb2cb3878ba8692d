"""Read a message of the news queue: records of the members table's stream, as the pipe and the topic pass them on.

What says nothing to anybody is left out. A record may come twice, late, and before one that was written earlier.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from ladder.adapters.dynamodb import fulfilments, keys, kudos, ledger, preferences
from ladder.adapters.dynamodb.table import decode
from ladder.domain.delivery.member_change import (
    Change,
    ContestDeclined,
    DisputeAnswered,
    EntryRecorded,
    MemberChange,
    OrderDecided,
    PreferencesChanged,
)
from ladder.domain.errors import Rejected

INSERTED, CHANGED = frozenset({"INSERT"}), frozenset({"INSERT", "MODIFY"})


def read_member_changes(body: str) -> Iterator[MemberChange]:
    """Yield the changes in a message. Raises Rejected where it holds no record of the stream."""
    try:
        payload = msgspec.json.decode(body)
        if isinstance(payload, dict) and payload.get("Type") == "Notification":
            payload = msgspec.json.decode(payload["Message"])
        for record in payload if isinstance(payload, list) else [payload]:
            image = record["dynamodb"].get("NewImage")
            if image and (change := _change(record["eventName"], decode(image))):
                program, _, member = str(image["pk"]["S"]).partition("#")
                yield MemberChange(program, member, change)
    except (msgspec.MsgspecError, UnicodeError, KeyError, TypeError, ValueError) as error:
        raise Rejected(f"no record of the members' stream: {error!r}") from error


def _change(event: str, item: Mapping[str, Any]) -> Change | None:
    for prefix, (events, read) in READERS.items():
        if str(item["sk"]).startswith(prefix):
            return read(item) if event in events else None
    return None


def _dispute(item: Mapping[str, Any]) -> Change | None:
    if item["state"] == "open":
        return None
    event = "#".join(keys.event(item["sk"]))
    return DisputeAnswered(event=event, upheld=item["state"] == "upheld", answer=item["answer"] or "")


def _review(item: Mapping[str, Any]) -> Change | None:
    """Return the answer to a contest, where a decided review is one that gives no badge."""
    summary = item.get("summary", {})
    if item.get("kind") != "verdict" or "contest" not in summary or "decided_at" not in item:
        return None
    if json.loads(item["terms"])["action"] != "reject":
        return None
    return ContestDeclined(
        verdict=item["subject"],
        badge=summary["badge"],
        event=summary.get("event", ""),
        at=datetime.fromisoformat(item["decided_at"]),
    )


def _order(item: Mapping[str, Any]) -> Change:
    order = str(item["sk"]).removeprefix(keys.FULFILMENT)
    return OrderDecided(order=order, fulfilment=fulfilments.fulfilment(dict(item)))


READERS: Mapping[str, tuple[frozenset[str], Callable[[Mapping[str, Any]], Change | None]]] = {
    keys.ENTRY: (INSERTED, lambda item: EntryRecorded(ledger.from_item(item))),
    keys.DISPUTE: (CHANGED, _dispute),
    keys.REVIEW: (CHANGED, _review),
    keys.FULFILMENT: (CHANGED, _order),
    keys.KUDOS: (INSERTED, kudos.from_item),
    keys.PREFERENCES: (CHANGED, lambda item: PreferencesChanged(preferences.from_item(dict(item)))),
}
