"""A dispute: a member says that an entry of his ledger is wrong, and a person looks at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ladder.domain.activity import Key

LONGEST_TEXT = 1_000

type Verdict = Literal["open", "upheld", "declined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One for each entry at most. `answer`: what the person who decided has to say."""

    program: str
    member: str
    source: str
    id: str  # of the event whose entry it is
    text: str
    raised_at: datetime
    state: Verdict = "open"
    answer: str | None = None

    @property
    def key(self) -> Key:
        return self.source, self.id
