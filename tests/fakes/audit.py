"""The audit and its anchors in memory: items as they would be stored."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from ladder.domain.audit.records import MARKS, SEALS, Record, StoredItem
from ladder.domain.audit.seal import Anchor, Link, Seal, link, oldest_first, recorded_time, seal_key, seal_number

type Place = tuple[str, str]  # program and key


class MemoryAudit:
    def __init__(self) -> None:
        self.stored: dict[Place, dict[str, Any]] = {}

    def record(self, record: Record) -> None:
        """Once, as the effect that it comes with."""
        self.stored.setdefault((record.program, record.key), deepcopy(record.item))

    def newest(self, program: str) -> Link | None:
        seals = [item for item in self.items(program) if seal_number(item["key"])]
        return link(max(seals, key=lambda item: str(item["key"]))) if seals else None

    def unsealed(self, program: str, *, since: datetime | None) -> Sequence[StoredItem]:
        waiting = [item for item in self.items(program) if (program, f"{MARKS}{item['key']}") not in self.stored]
        return [each for each in oldest_first(waiting) if since is None or _later(each, since)]

    def seal(self, seal: Seal) -> bool:
        items = {(item["program"], item["key"]): deepcopy(dict(item)) for item in (seal.item, *seal.marks)}
        if items.keys() & self.stored.keys():
            return False
        self.stored |= items
        return True

    def latest(self, program: str, *, before: str | None, count: int) -> list[StoredItem]:
        records = [item for item in self.items(program) if "at" in item and (before is None or item["at"] < before)]
        newest = sorted(records, key=lambda item: str(item["at"]), reverse=True)
        return [item for place, item in enumerate(newest) if place < count or item["at"] == newest[count - 1]["at"]]

    def seals_of(self, program: str, keys: Sequence[str]) -> dict[str, StoredItem]:
        marks = {key: self.stored.get((program, f"{MARKS}{key}")) for key in keys}
        return {key: self.stored[program, seal_key(mark["seal"])] for key, mark in marks.items() if mark}

    def items(self, program: str) -> list[dict[str, Any]]:
        return [deepcopy(item) for (of, _), item in sorted(self.stored.items()) if of == program]

    def seals(self, program: str) -> list[dict[str, Any]]:
        return [item for item in self.items(program) if item["key"].startswith(SEALS)]


class MemoryAnchors:
    def __init__(self) -> None:
        self.kept: dict[str, Anchor] = {}

    def of_day(self, program: str, day: date) -> Sequence[Anchor]:
        return [anchor for anchor in self.of(program) if anchor.day == day]

    def save(self, anchor: Anchor) -> None:
        self.kept.setdefault(anchor.key, anchor)

    def of(self, program: str) -> Sequence[Anchor]:
        return [anchor for _, anchor in sorted(self.kept.items()) if anchor.program == program]


def _later(item: StoredItem, since: datetime) -> bool:
    at = recorded_time(item)
    return at is not None and at >= since
