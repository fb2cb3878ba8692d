"""Seals and anchors. A seal holds the digests of a batch of records and of the seal before; each program has a chain.

SEAL#n    {n, previous, sealed_at, through, records: {key: digest}, digest}
SEALED#k  {seal: n}: the mark of record k, written in one transaction with its seal, so that no record is in two

An anchor names a day's newest seal so far, stored where not even its owner can rewrite it for years.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ladder.domain.audit.records import MARKS, SEALS, StoredItem, digest, is_reserved

MAX_RECORDS = 45  # of a seal: with their marks well within a transaction's hundred items
GENESIS = bytes(32)
ANCHOR_KEY = re.compile(r"(?P<program>[^/]+)/(?P<day>\d{4}-\d\d-\d\d)/(?P<n>\d{9})-(?P<digest>[0-9a-f]{64})", re.ASCII)
AROUND_MIDNIGHT = timedelta(days=1)
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """The part of a seal that the next one needs. `through`: much older records had been read when it was made.

    It never goes back, and never beyond the clock, whatever time a record claims.
    """

    n: int
    digest: bytes
    through: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    item: StoredItem

    @property
    def program(self) -> str:
        return str(self.item["program"])

    @property
    def link(self) -> Link:
        return link(self.item)

    @property
    def marks(self) -> list[dict[str, Any]]:
        return [mark(self.program, key, self.item["n"]) for key in self.item["records"]]


def make_seal(program: str, records: Sequence[StoredItem], *, after: Link | None, now: datetime) -> Seal:
    """Return the seal of these records: at most MAX_RECORDS, oldest first, as they are stored."""
    n = after.n + 1 if after else 1
    times = [at for at in map(recorded_time, records) if at is not None]
    through = min(now, max(times, default=now))
    content = {
        "program": program,
        "key": seal_key(n),
        "n": n,
        "previous": after.digest if after else GENESIS,
        "sealed_at": _iso(now),
        "through": _iso(max(through, after.through) if after else through),
        "records": {record["key"]: digest(record) for record in records},
    }
    return Seal({**content, "digest": digest(content)})


def link(item: StoredItem) -> Link:
    """Return the link with the stored digest: the chain goes on from it even where somebody changed the item."""
    return Link(item["n"], item["digest"], datetime.fromisoformat(item["through"]))


def mark(program: str, key: str, n: int) -> dict[str, Any]:
    return {"program": program, "key": f"{MARKS}{key}", "seal": n}


def proves(seal: StoredItem, record: StoredItem) -> bool:
    """Return whether a stored seal is as it was written, and has the record as it is stored now."""
    content = {name: value for name, value in seal.items() if name != "digest"}
    listed = seal.get("records")
    return (
        isinstance(listed, Mapping)
        and seal.get("digest") == digest(content)
        and listed.get(record["key"]) == digest(record)
    )


def seal_key(n: int) -> str:
    return f"{SEALS}{n:09d}"


def seal_number(key: str) -> int | None:
    """Return the number in a seal's key; None for a key that Ladder never writes."""
    digits = key.removeprefix(SEALS)
    return int(digits) if digits.isascii() and digits.isdecimal() and key == seal_key(int(digits)) else None


def recorded_time(item: StoredItem, name: str = "at") -> datetime | None:
    """Return the time that the item states, in UTC; None where it is unreadable."""
    try:
        at = datetime.fromisoformat(item[name])
        if at.tzinfo is UTC:
            return at  # as Ladder writes it: a conversion costs verification a fifth of its time
        return at.astimezone(UTC) if at.tzinfo else None
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def oldest_first(items: Iterable[StoredItem]) -> list[StoredItem]:
    """Return the records among the items, oldest first; those without a time come before all others."""
    records = [item for item in items if not is_reserved(item["key"])]
    return sorted(records, key=lambda item: (recorded_time(item) or BEFORE_ALL, item["key"]))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Anchor:
    """`copy` identifies a version of one object; `written` is the day on which the store received it.

    A store with a single version and no times has neither.
    """

    program: str
    day: date
    n: int
    digest: bytes
    copy: str = ""
    written: date | None = None

    @property
    def name(self) -> str:
        """Return how people call it."""
        return f"anchor of {self.day} for seal {self.n}" + (f" (version {self.copy})" if self.copy else "")

    @property
    def on_its_day(self) -> bool:
        """Return whether it was written on its day: written earlier, it would block the sealer's anchor of that day."""
        return self.written is None or abs(self.written - self.day) <= AROUND_MIDNIGHT

    @property
    def key(self) -> str:
        """Return the name that it is stored under. It says everything, so that a list of names is enough to verify."""
        return f"{self.program}/{self.day}/{self.n:09d}-{self.digest.hex()}"


def read_anchor(key: str, *, copy: str = "", written: date | None = None) -> Anchor | None:
    """Return the anchor under a key; None for one that the sealer never writes."""
    match = ANCHOR_KEY.fullmatch(key)
    if match is None:
        return None
    try:
        day = date.fromisoformat(match["day"])
    except ValueError:
        return None
    return Anchor(match["program"], day, int(match["n"]), bytes.fromhex(match["digest"]), copy, written)
