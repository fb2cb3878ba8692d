"""Every kind of audit record. Text that somebody may want erased stays outside: a record holds its digest at most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ladder.domain.audit.seal import is_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One decision. `key` follows from what was decided, so the same decision twice is one record.

    It has no digest of its own: whoever can rewrite a record can rewrite that too. The seal has it.
    """

    program: str
    key: str
    what: str
    who: str  # a person, or the part of Ladder that did it
    why: str
    at: datetime
    about: Mapping[str, str | int] = field(default_factory=dict)  # the ids it is found by: member, decision, rotation …
    digest: bytes | None = None  # of what may be erased, salted where it could be guessed; the salt goes with the text

    def __post_init__(self) -> None:
        if is_ours(self.key):
            raise ValueError(f"the sealer alone writes what is called {self.key!r}")

    @property
    def item(self) -> dict[str, Any]:
        return {
            "pk": self.program,
            "sk": self.key,
            "what": self.what,
            "who": self.who,
            "why": self.why,
            "at": self.at.astimezone(UTC).isoformat(),
            "about": dict(self.about),
            **({"digest": self.digest} if self.digest else {}),
        }
