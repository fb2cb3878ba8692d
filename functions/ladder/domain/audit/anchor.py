"""An anchor: a day's newest seal, kept where not even its owner can rewrite it for years."""

import json
from dataclasses import dataclass
from datetime import date

UNREADABLE = 0  # in place of a seal's number


@dataclass(frozen=True, slots=True)
class Anchor:
    """`copy` tells versions of one day's object apart; a store that keeps only one has none."""

    program: str
    day: date
    n: int
    digest: bytes
    copy: str = ""

    @property
    def name(self) -> str:
        return f"anchor of {self.day}" + (f" (version {self.copy})" if self.copy else "")


def to_json(anchor: Anchor) -> str:
    return json.dumps({"n": anchor.n, "digest": anchor.digest.hex()})


def from_json(program: str, day: date, text: bytes, *, copy: str) -> Anchor:
    """One that cannot be read is an anchor too: of nothing, which verification will name."""
    try:
        told = json.loads(text)
        n, digest = int(told["n"]), bytes.fromhex(told["digest"])
    except (KeyError, TypeError, ValueError):
        n, digest = UNREADABLE, b""
    return Anchor(program, day, n, digest, copy)
