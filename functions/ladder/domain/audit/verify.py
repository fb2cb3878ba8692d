"""Verify the whole chain of one program, link by link, and report the first that does not hold.

Verification detects every change of sealed records; where somebody rewrote the whole chain, up to the newest anchor. It
cannot detect that records were deleted together with their seals before an anchor covered them: those of the minutes
between two runs of the sealer, or of all days on which no anchor is written and nobody verifies.

The seals are read first, and of each record they name its digest is kept (about 300 bytes with its key); then the
partition streams past, whatever its order.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ladder.domain.audit.records import MARKS, SEALS, StoredItem, digest
from ladder.domain.audit.seal import GENESIS, Anchor, mark, recorded_time, seal_key, seal_number

MAX_TIME_UNSEALED = timedelta(hours=1)  # four times as long as a record usually waits for its seal
MAX_TIME_UNANCHORED = timedelta(hours=2)  # a seal is anchored by the run that makes it, or by the next
DIGEST_BYTES = 32
RECORD_READ, MARK_READ = 1, 2
LINK, CONTENTS, OUTSIDE = range(3)

type Rank = tuple[int | str, ...]  # links and contents by the number of their seal; then what is outside the chain


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


def verify(
    program: str,
    seals: Iterable[StoredItem],
    items: Iterable[StoredItem],
    anchors: Iterable[Anchor],
    *,
    now: datetime,
) -> Verified:
    """Verify a chain.

    `seals`: the items of the program's partition that begin with SEALS, by their keys; `items`: the whole partition, in
    any order; `anchors`: all versions of all days.
    """
    chain = _Chain(program, now)
    for anchor in anchors:
        chain.anchors[anchor.n].append(anchor)
    chain.read_seals(seals)
    chain.read_items(items)
    chain.finish()
    return Verified(
        program=program,
        records=chain.records,
        seals=chain.seals,
        unsealed=chain.unsealed,
        anchors=sum(map(len, chain.anchors.values())),
        broken=chain.first[1] if chain.first else None,
    )


@dataclass(slots=True)
class _Chain:
    """The state of a chain so far. A sealed record is known by its index into the arrays."""

    program: str
    now: datetime
    anchors: defaultdict[int, list[Anchor]] = field(default_factory=lambda: defaultdict(list))
    records: int = 0
    seals: int = 0
    unsealed: int = 0
    unanchored: int = 0  # the first seal that no anchor covers; 0: none
    unanchored_since: datetime | None = None
    last: int = 0  # the number of the last seal of an unbroken row from 1 on
    mentioned: int = 0  # the highest number that a mark or an anchor names
    places: dict[str, int] = field(default_factory=dict)
    numbers: array[int] = field(default_factory=lambda: array("Q"))  # the seal of each place
    digests: bytearray = field(default_factory=bytearray)
    read: bytearray = field(default_factory=bytearray)
    first: tuple[Rank, Broken] | None = None  # only it counts: what follows may result from it

    def note(self, rank: Rank, where: str, why: str) -> None:
        if self.first is None or rank < self.first[0]:
            self.first = rank, Broken(where, why)

    def read_seals(self, items: Iterable[StoredItem]) -> None:
        """Follow the links in the order of the seals, and keep what each says of its records."""
        previous: object = GENESIS
        for item in items:
            n = seal_number(item["key"])
            if not n:  # they count from 1
                self.note((OUTSIDE, 2, item["key"]), item["key"], "is no seal of ours")
                continue
            self.seals += 1
            if n != self.last + 1:
                self._missing(self.last + 1)
            else:
                self._link(n, item, previous)
                self.last, previous = n, item.get("digest")
            if n == max([0, *self.anchors]) + 1:
                self.unanchored, self.unanchored_since = n, recorded_time(item, "sealed_at")
            self._contents(n, item)

    def _missing(self, n: int) -> None:
        attested = f", which the {self.anchors[n][0].name} attests" if n in self.anchors else ""
        self.note((LINK, n, LINK), seal_key(n), f"is missing{attested}")

    def _link(self, n: int, item: StoredItem, previous: object) -> None:
        rank = (LINK, n, LINK)
        if item.get("n") != n:
            self.note(rank, seal_key(n), f"is out of order: it holds number {item.get('n')}")
        elif item.get("digest") != digest({name: value for name, value in item.items() if name != "digest"}):
            self.note(rank, seal_key(n), "was changed after it was written")
        elif item.get("previous") != previous:
            self.note(rank, seal_key(n), f"does not follow seal {n - 1}: another one stood before it")
        else:
            for anchor in self.anchors.get(n, ()):
                if anchor.digest != item["digest"]:
                    self.note(rank, anchor.name, f"attests another seal {n} than there is")

    def _contents(self, n: int, item: StoredItem) -> None:
        listed = item.get("records")
        if not isinstance(listed, Mapping) or not listed:
            self.note((LINK, n, CONTENTS, ""), seal_key(n), "lists no records")
            return
        for key, sealed in listed.items():
            if key in self.places:
                first = self.numbers[self.places[key]]
                self.note((LINK, n, CONTENTS, key), key, f"is in seal {first} and again in seal {n}")
                continue
            self.places[key] = len(self.places)
            self.numbers.append(n)
            whole = isinstance(sealed, bytes) and len(sealed) == DIGEST_BYTES
            self.digests += sealed if whole else bytes(DIGEST_BYTES)
            self.read.append(0)

    def read_items(self, items: Iterable[StoredItem]) -> None:
        """Compare records with their digests, and marks with the seals that they name."""
        for item in items:
            key: str = item["key"]
            if key.startswith(SEALS):
                continue
            place = self.places.get(marked := key.removeprefix(MARKS))
            if key.startswith(MARKS):
                if isinstance(n := item.get("seal"), int):
                    self.mentioned = max(self.mentioned, n)
                if place is None:
                    self.note((OUTSIDE, 1, marked), key, "marks a record that no seal has")
                elif item == mark(self.program, marked, self.numbers[place]):
                    self.read[place] |= MARK_READ
                continue
            self.records += 1
            self.unsealed += place is None
            if place is not None:
                self.read[place] |= RECORD_READ
                if digest(item) != self.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]:
                    n = self.numbers[place]
                    self.note((LINK, n, CONTENTS, key), key, f"was changed after it was sealed in seal {n}")
            elif (at := recorded_time(item)) is None:
                self.note((OUTSIDE, 5, key), key, "is unsealed and does not say when it was")
            elif self.now - at > MAX_TIME_UNSEALED:
                since = at.isoformat(timespec="seconds")
                self.note((OUTSIDE, 6, since, key), key, f"is unsealed since {since}: the sealer does not run")

    def finish(self) -> None:
        """Note what is missing, and what is wrong outside the chain. An anchor is due every day, and for every seal."""
        for key, place in self.places.items():
            n = self.numbers[place]
            if not self.read[place] & RECORD_READ:
                self.note((LINK, n, CONTENTS, key), key, f"is missing; seal {n} has it")
            elif not self.read[place] & MARK_READ:
                why = f"is missing or was changed: the record is in seal {n}"
                self.note((LINK, n, CONTENTS, key), f"{MARKS}{key}", why)
        if max([self.mentioned, *self.anchors]) > self.last:
            self._missing(self.last + 1)
        for n, anchors in self.anchors.items():
            for anchor in anchors:
                if n < 1:
                    self.note((OUTSIDE, 3, anchor.name), anchor.name, "attests no seal")
                if not anchor.on_its_day:
                    self.note((OUTSIDE, 4, anchor.name), anchor.name, f"was put there on {anchor.written}")
        if self.unanchored and (
            self.unanchored_since is None or self.now - self.unanchored_since > MAX_TIME_UNANCHORED
        ):
            why = "is in no anchor although one is due for every seal: it could be cut off unseen"
            self.note((OUTSIDE, 7), seal_key(self.unanchored), why)
