"""Verification of an audit: a chain of 100,000 items as its table would give them, and its anchors."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from ladder.domain.audit.records import SEALS, Record
from ladder.domain.audit.seal import MAX_RECORDS, Anchor, make_seal
from ladder.domain.audit.verify import verify
from ladder.domain.message import Message
from tests.bench.rows import at_least

ITEMS = 100_000
PROGRAM, NOW = "academy", datetime(2026, 3, 31, 12, tzinfo=UTC)
RUNS = 3


@at_least(50_000, "items/s", f"audit: verifying a chain of {ITEMS:,} items, CPU on one core")
def items_a_second() -> float:
    items, anchors = _chain()
    best = min(_seconds(items, anchors) for _ in range(RUNS))
    return len(items) / best


def _seconds(items: list[dict[str, Any]], anchors: list[Anchor]) -> float:
    before = time.process_time()
    seals = [item for item in items if item["key"].startswith(SEALS)]
    found = verify(PROGRAM, seals, items, anchors, now=NOW)
    spent = time.process_time() - before
    if not found.holds:
        raise AssertionError(found.broken)
    return spent


def _chain() -> tuple[list[dict[str, Any]], list[Anchor]]:
    """Of each batch its records, their marks and their seal; an anchor of the newest seal of each day."""
    batches = ITEMS // (2 * MAX_RECORDS + 1)
    more = ITEMS - batches * (2 * MAX_RECORDS + 1)
    items, link, anchors = list[dict[str, Any]](), None, dict[Any, Anchor]()
    for batch in batched(_records(batches * MAX_RECORDS + more // 2), MAX_RECORDS, strict=False):
        at = datetime.fromisoformat(batch[-1]["at"])
        seal = make_seal(PROGRAM, batch, after=link, now=at)
        items += [*batch, dict(seal.item), *seal.marks]
        link = seal.link
        anchors[at.date()] = Anchor(PROGRAM, at.date(), link.n, link.digest)
    return items, list(anchors.values())


def _records(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield Record(
            program=PROGRAM,
            key=f"VERDICT#{number:064x}",
            what="audit.case_judged",
            who="model",
            why=Message("judging.policy_asks_a_person", {"policy": "approve"}),
            at=NOW - timedelta(minutes=count - number),
            about={"member": f"{number % 4_096:032x}", "decision": f"{number:064x}", "badge": "perseverance"},
            digest=number.to_bytes(32),
        ).item
