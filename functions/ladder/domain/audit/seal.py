"""Seals: a batch of records' digests, bound to the seal before. Each program has a chain of its own.

SEAL#n    {n, previous, sealed_at, through, records: {key: digest}, digest}
SEALED#k  {seal: n}: the mark of record k, written in one transaction with its seal, so that no record is in two
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ladder.domain.audit.records import MARKS, SEALS, StoredItem, digest, is_reserved

MAX_RECORDS = 45  # records of a seal: with their marks well within a transaction's hundred items
GENESIS = bytes(32)
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """What a seal has to say to the next. `through`: what is much older had been found when it was made.

    It never goes back, and never beyond the clock, whatever time a record claims to be of.
    """

    n: int
    digest: bytes
    through: datetime


@dataclass(frozen=True, slots=True)
class Seal:
    item: StoredItem

    @property
    def program(self) -> str:
        return str(self.item["pk"])

    @property
    def link(self) -> Link:
        return link(self.item)

    @property
    def marks(self) -> list[dict[str, Any]]:
        return [mark(self.program, key, self.item["n"]) for key in self.item["records"]]


def make_seal(program: str, records: Sequence[StoredItem], *, after: Link | None, now: datetime) -> Seal:
    """`records`: at most MOST of them, oldest first, as they are stored."""
    n = after.n + 1 if after else 1
    times = [at for at in map(recorded_time, records) if at is not None]
    through = min(now, max(times, default=now))
    content = {
        "pk": program,
        "sk": seal_key(n),
        "n": n,
        "previous": after.digest if after else GENESIS,
        "sealed_at": _iso(now),
        "through": _iso(max(through, after.through) if after else through),
        "records": {record["sk"]: digest(record) for record in records},
    }
    return Seal({**content, "digest": digest(content)})


def link(item: StoredItem) -> Link:
    """Its digest as it says: if somebody changed it, the chain goes on from what it was, and can be mended."""
    return Link(item["n"], item["digest"], datetime.fromisoformat(item["through"]))


def expected_digest(seal: StoredItem) -> bytes:
    """What the seal's digest has to be."""
    return digest({name: value for name, value in seal.items() if name != "digest"})


def mark(program: str, key: str, n: int) -> dict[str, Any]:
    return {"pk": program, "sk": f"{MARKS}{key}", "seal": n}


def seal_key(n: int) -> str:
    return f"{SEALS}{n:09d}"


def seal_number(key: str) -> int | None:
    """Of a seal; None where nothing of ours is called like that."""
    told = key.removeprefix(SEALS)
    return int(told) if told.isascii() and told.isdecimal() and key == seal_key(int(told)) else None


def recorded_time(item: StoredItem, name: str = "at") -> datetime | None:
    """When it was, as it says, in UTC; None where that cannot be read."""
    try:
        at = datetime.fromisoformat(item[name])
        if at.tzinfo is UTC:
            return at  # as Ladder writes it: a conversion costs verification a fifth of its time
        return at.astimezone(UTC) if at.tzinfo else None
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def oldest_first(items: Iterable[StoredItem]) -> list[StoredItem]:
    """The records among them; those that name no time come first of all."""
    records = [item for item in items if not is_reserved(item["sk"])]
    return sorted(records, key=lambda item: (recorded_time(item) or BEFORE_ALL, item["sk"]))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


UNREADABLE = 0  # in place of a seal's number
AROUND_MIDNIGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Anchor:
    """`copy` tells versions of one day's object apart; `written` is the day on which the store says it took it.

    A store that keeps only one, and no times, has neither.
    """

    program: str
    day: date
    n: int
    digest: bytes
    copy: str = ""
    written: date | None = None

    @property
    def name(self) -> str:
        return f"anchor of {self.day}" + (f" (version {self.copy})" if self.copy else "")

    @property
    def on_its_day(self) -> bool:
        """One that was put there beforehand would keep the sealer from anchoring what there is on that day."""
        return self.written is None or abs(self.written - self.day) <= AROUND_MIDNIGHT


def to_json(anchor: Anchor) -> str:
    return json.dumps({"n": anchor.n, "digest": anchor.digest.hex()})


def from_json(program: str, day: date, text: bytes, *, copy: str = "", written: date | None = None) -> Anchor:
    """One that cannot be read is an anchor too: of nothing, which verification will name."""
    try:
        told = json.loads(text)
        n, digest = told["n"], bytes.fromhex(told["digest"])
    except (KeyError, RecursionError, TypeError, ValueError):
        n, digest = UNREADABLE, b""
    return Anchor(program, day, n if type(n) is int else UNREADABLE, digest, copy, written)
