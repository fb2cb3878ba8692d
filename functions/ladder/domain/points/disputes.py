"""A dispute: a member says that an entry of their ledger is wrong, and a person looks at it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record

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


def dispute_raised(dispute: Dispute, *, salted: bytes) -> Record:
    """Return the audit record. `salted`: the digest of what the member said, with a salt that is kept beside it."""
    return Record(
        program=dispute.program,
        key=f"DISPUTE#{dispute.source}#{dispute.id}#{dispute.member}",
        what="audit.dispute_raised",
        who=dispute.member,
        at=dispute.raised_at,
        about={"member": dispute.member, "source": dispute.source, "event": dispute.id},
        digest=salted,
    )
