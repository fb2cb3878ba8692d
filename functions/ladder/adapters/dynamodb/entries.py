"""Ledger entries as items: what happened as JSON text, what is summed and looked for as attributes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.items import Item
from ladder.domain.activity import Activity, digest
from ladder.domain.rewards.entry import Entry, Line


def to_item(partition: str, entry: Entry) -> Item:
    activity = entry.activity
    item: dict[str, Any] = {
        "pk": partition,
        "sk": member_keys.entry(activity.key),
        "type": activity.type,
        "occurred_at": _iso(activity.occurred_at),
        "received_at": _iso(activity.received_at),
        "attributes": _text(dict(activity.attributes)),
        "digest": digest(activity),
        "version": entry.program_version,
        "points": entry.points,
        "spent": entry.spent or None,
        "held": entry.held or None,
        "lines": _text([_short(line) for line in entry.lines]) if entry.lines else None,
        "sentence": entry.sentence,
        "reached": _text(entry.reached) if entry.reached else None,
        "day": entry.day,
        "allowance": entry.allowance,
        "sequence": entry.sequence,
        "recorded_at": _iso(entry.recorded_at),
    }
    return {name: value for name, value in item.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Entry:
    source, event = member_keys.event(item["sk"])
    return Entry(
        activity=Activity(
            source=source,
            id=event,
            type=item["type"],
            occurred_at=datetime.fromisoformat(item["occurred_at"]),
            received_at=_moment(item.get("received_at")),
            attributes=json.loads(item["attributes"]),
        ),
        program_version=item["version"],
        lines=tuple(Line(*each) for each in json.loads(item.get("lines", "[]"))),
        points=item["points"],
        spent=item.get("spent", 0),
        held=item.get("held", 0),
        sentence=item["sentence"],
        reached=tuple(json.loads(item.get("reached", "[]"))),
        day=item.get("day"),
        allowance=item.get("allowance"),
        sequence=item["sequence"],
        recorded_at=_moment(item.get("recorded_at")),
    )


def _short(line: Line) -> list[Any]:
    """Without the trailing fields that say nothing."""
    told: list[Any] = [line.rule, line.base, line.bonus, line.paid, line.held, line.because]
    while told[-1] in {0, ""}:
        told.pop()
    return told


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
