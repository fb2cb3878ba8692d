"""A ledger entry: what one event earned or spent, with the arithmetic and a sentence, kept for good.

It is idempotency key, ledger row and audit of the points in one. A member's balance is the sum over his entries.
"""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import Activity, Key, digest
from ladder.domain.audit.records import Record

ADJUSTED = "#adjusted"  # the line of what an entry changed for others
MANUAL_GRANT = "#granted"  # the line of points that a person gave


@dataclass(frozen=True, slots=True)
class EntryLine:
    """What one rule made of an event: base and bonus as they were worth, and what of them was paid or is held.

    `because` says why nothing or less was paid, and is empty where all was.
    """

    rule: str
    base: int = 0
    bonus: int = 0
    paid: int = 0
    held: int = 0
    because: str = ""

    @property
    def worth(self) -> int:
        return self.base + self.bonus


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What came of one activity. `reached`: levels, badges and unlocks that it brought, in words.

    `day` is the local day that it fell under, `allowance` what the member could earn on it by the program's own cap.
    """

    lines: tuple[EntryLine, ...] = ()
    reached: tuple[str, ...] = ()
    day: int | None = None
    allowance: int | None = None
    spent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`points`, `spent` and `held` are what it added to the member's; each may be negative."""

    activity: Activity
    program_version: int
    lines: tuple[EntryLine, ...]
    points: int
    spent: int
    held: int  # points that wait for a decision
    sentence: str
    reached: tuple[str, ...] = ()  # levels, badges, unlocks
    day: int | None = None  # the local day it was folded under; None where it was not
    allowance: int | None = None  # what the member could earn on that day at most, by the program's own cap
    sequence: int = 0  # the order in which a member's entries were recorded, from 1
    recorded_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.activity.key

    @property
    def waits(self) -> bool:
        """Whether its own award waits, whatever its arrival changed for others."""
        return self.waiting > 0

    @property
    def waiting(self) -> int:
        """Points of its own award that wait."""
        return sum(line.held for line in self.lines if line.rule != ADJUSTED)


def event_refused(program: str, member: str, activity: Activity, *, at: datetime) -> Record:
    source, event = activity.key
    return Record(
        program=program,
        key=f"REFUSED#ENTRY#{source}#{event}#{digest(activity).hex()}",
        what="event refused: its id has come with another body before",
        who=source,
        why="what was recorded first stands",
        at=at,
        about={"member": member, "source": source, "event": event},
        digest=digest(activity),
    )
