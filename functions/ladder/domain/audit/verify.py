"""Verify the whole chain of one program, link by link, and report the first that does not hold.

Verification detects every change of sealed records; where somebody rewrote the whole chain, up to the newest anchor. It
cannot detect that records were deleted together with their seals before an anchor covered them: a day's worth, or that
of all days on which no anchor is written and nobody verifies.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ladder.domain.audit.records import MARKS, SEALS, StoredItem, digest
from ladder.domain.audit.seal import GENESIS, Anchor, mark, recorded_time, seal_key, seal_number

MAX_TIME_UNSEALED = timedelta(hours=1)  # four times as long as a record usually waits for its seal
MAX_TIME_UNANCHORED = timedelta(days=2)  # twice as long as a seal waits at most


@dataclass(frozen=True, slots=True)
class Broken:
    """`where`: the key of the item, or the anchor, that is not as it was written."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where} {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Counts, and the first broken link. `unsealed`: records without a seal so far."""

    program: str
    records: int
    seals: int
    unsealed: int
    anchors: int
    broken: Broken | None

    @property
    def holds(self) -> bool:
        return self.broken is None


def verify(program: str, items: Iterable[StoredItem], anchors: Iterable[Anchor], *, now: datetime) -> Verified:
    """Verify a chain. `items`: the program's whole partition, in any order; `anchors`: all versions of all days."""
    chain = _Chain.of(program, items, anchors)
    broken = next(chain.broken(now), None)
    return Verified(
        program=program,
        records=len(chain.records),
        seals=len(chain.seals),
        unsealed=len(chain.records.keys() - chain.marks.keys()),
        anchors=sum(map(len, chain.anchors.values())),
        broken=broken,
    )


@dataclass(slots=True)
class _Chain:
    program: str
    records: dict[str, tuple[bytes, datetime | None]] = field(default_factory=dict)
    seals: dict[int, StoredItem] = field(default_factory=dict)
    marks: dict[str, StoredItem] = field(default_factory=dict)
    anchors: defaultdict[int, list[Anchor]] = field(default_factory=lambda: defaultdict(list))
    unknown_keys: list[str] = field(default_factory=list)
    sealed: dict[str, int] = field(default_factory=dict)  # record -> its seal, as the walk goes on

    @classmethod
    def of(cls, program: str, items: Iterable[StoredItem], anchors: Iterable[Anchor]) -> "_Chain":
        chain = cls(program)
        for item in items:
            key: str = item["key"]
            if key.startswith(MARKS):
                chain.marks[key.removeprefix(MARKS)] = item
            elif not key.startswith(SEALS):
                chain.records[key] = digest(item), recorded_time(item)
            elif (n := seal_number(key)) is not None:
                chain.seals[n] = item
            else:
                chain.unknown_keys.append(key)
        for anchor in anchors:
            chain.anchors[anchor.n].append(anchor)
        return chain

    def broken(self, now: datetime) -> Iterator[Broken]:
        """Yield what is broken, in the order of the chain. Only the first counts: what follows may result from it."""
        marked = (item.get("seal") for item in self.marks.values())
        last = max([0, *self.seals, *self.anchors, *(n for n in marked if type(n) is int)])  # that anything mentions
        previous = GENESIS
        for n in range(1, last + 1):
            yield from self._link(n, previous)
            previous = self.seals[n]["digest"]
            listed = self.seals[n].get("records")
            if not isinstance(listed, Mapping) or not listed:
                yield Broken(seal_key(n), "lists no records")
                listed = {}
            for key, sealed_digest in sorted(listed.items()):
                if key in self.sealed:
                    yield Broken(key, f"is in seal {self.sealed[key]} and again in seal {n}")
                self.sealed[key] = n
                if key not in self.records:
                    yield Broken(key, f"is missing; seal {n} has it")
                elif self.records[key][0] != sealed_digest:
                    yield Broken(key, f"was changed after it was sealed in seal {n}")
                elif self.marks.get(key) != mark(self.program, key, n):
                    yield Broken(f"{MARKS}{key}", f"is missing or was changed: the record is in seal {n}")
        yield from self._outside(now)

    def _link(self, n: int, previous: bytes) -> Iterator[Broken]:
        item = self.seals.get(n)
        attested = self.anchors[n][0].name if n in self.anchors else ""
        if item is None:
            yield Broken(seal_key(n), "is missing" + (f", which the {attested} attests" if attested else ""))
        elif item.get("n") != n:
            yield Broken(seal_key(n), f"is out of order: it holds number {item.get('n')}")
        elif item.get("digest") != digest({name: value for name, value in item.items() if name != "digest"}):
            yield Broken(seal_key(n), "was changed after it was written")
        elif item.get("previous") != previous:
            yield Broken(seal_key(n), f"does not follow seal {n - 1}: another one stood before it")
        else:
            wrong = (anchor for anchor in self.anchors.get(n, ()) if anchor.digest != item["digest"])
            yield from (Broken(anchor.name, f"attests another seal {n} than there is") for anchor in wrong)

    def _outside(self, now: datetime) -> Iterator[Broken]:
        """Yield what is wrong outside the chain: items that Ladder never writes, old records that no seal has, and the
        first old seal that no anchor covers: one is due every day, even without decisions.
        """
        for key in sorted(self.marks.keys() - self.sealed.keys()):
            yield Broken(f"{MARKS}{key}", "marks a record that no seal has")
        for key in sorted(self.unknown_keys):
            yield Broken(key, "is no seal of ours")
        for n, anchors in self.anchors.items():
            if n < 1:
                yield Broken(anchors[0].name, "cannot be read")
            misdated = (anchor for anchor in anchors if not anchor.on_its_day)
            yield from (Broken(anchor.name, f"was put there on {anchor.written}") for anchor in misdated)
        unsealed = [(at, key) for key, (_, at) in self.records.items() if key not in self.sealed]
        for key in sorted(key for at, key in unsealed if at is None):
            yield Broken(key, "is unsealed and does not say when it was")
        for at, key in sorted((at, key) for at, key in unsealed if at is not None):
            if now - at > MAX_TIME_UNSEALED:
                yield Broken(key, f"is unsealed since {at.isoformat(timespec='seconds')}: the sealer does not run")
        n = max([0, *self.anchors]) + 1
        if n in self.seals:
            sealed_at = recorded_time(self.seals[n], "sealed_at")
            if sealed_at is None or now - sealed_at > MAX_TIME_UNANCHORED:
                yield Broken(seal_key(n), "is in no anchor although one is due every day: it could be cut off unseen")
