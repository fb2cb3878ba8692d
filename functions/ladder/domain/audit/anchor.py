"""An anchor: a day's newest seal, kept where not even its owner can rewrite it for years."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

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
