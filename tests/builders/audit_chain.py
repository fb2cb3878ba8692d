"""Chains of audit items as a sealer leaves them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from ladder.domain.audit.records import SEALS, Record, StoredItem
from ladder.domain.audit.seal import Anchor, Link, make_seal
from ladder.domain.audit.verify import Verified, verify
from ladder.domain.message import verbatim

PROGRAM = "bank"
NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)

type Item = dict[str, Any]


def record(number: int, *, program: str = PROGRAM, at: datetime = NOW, **about: str) -> Record:
    return Record(
        program=program,
        key=f"VERDICT#{number:06d}",
        what="audit.case_judged",
        who="the model",
        why=verbatim("three modules at the fifth attempt"),
        at=at,
        about={"member": f"m{number % 7}", "decision": f"d{number}", **about},
        digest=bytes([number % 256]) * 16 if number % 3 else None,
    )


def chain(records: int, *, a_seal: int = 3) -> tuple[list[Item], list[Anchor]]:
    """All items of a program whose records are sealed, and an anchor of the newest seal."""
    items, link = list[Item](), None
    written = [record(number, at=NOW - timedelta(minutes=records - number)).item for number in range(records)]
    for batch in batched(written, a_seal, strict=False):
        sealed = make_seal(PROGRAM, batch, after=link, now=NOW)
        items += [*batch, dict(sealed.item), *sealed.marks]
        link = sealed.link
    return items, [_anchor(link)] if link else []


def verified(
    items: Iterable[StoredItem], anchors: Iterable[Anchor], *, now: datetime = NOW, program: str = PROGRAM
) -> Verified:
    """Verify items in whatever order, as a table gives them."""
    listed = list(items)
    seals = sorted((item for item in listed if item["key"].startswith(SEALS)), key=lambda item: str(item["key"]))
    return verify(program, seals, listed, anchors, now=now)


def _anchor(link: Link) -> Anchor:
    return Anchor(PROGRAM, NOW.date(), link.n, link.digest)


def leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value that holds bytes of its own, with the way there; an item's own keys among them."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    else:
        yield path, value
