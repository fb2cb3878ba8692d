"""TaskConfirmations: a member says that a colleague did what a rule holds until somebody else has seen it.

Colleagues could confirm each other's tasks for points. So nobody confirms their own, everybody only so many a day, and
what closes a ring is left to a reviewer: members who each have a large part of what they did confirmed by the next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record
from ladder.domain.points.ledger import Entry, OpenHold

CONFIRMATIONS_A_DAY = 10  # of one member, in local days of the program
WINDOW_DAYS = 28
LEAST_IN_RING = 3  # confirmations by one colleague within the window: below it nobody is suspected
SHARE_IN_RING = 0.5  # of all that a member had confirmed within the window
LONGEST_RING = 6  # members: at ten confirmations a day, a larger one needs more people than points are worth

type Confirmers = Mapping[str, int]  # colleague -> what of a member's they confirmed within the window


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskConfirmation:
    """`flagged`: it closes a ring, so a reviewer decides over the points, and nobody is paid before.

    `worth`: what of the task was seen; what its source makes of it later is confirmed anew.
    """

    program: str
    member: str  # whose task it is
    event: Key
    worth: int
    by: str
    day: date
    at: datetime
    flagged: bool


class TaskConfirmations(Protocol):
    def waiting(self, program: str) -> list[tuple[str, Key]]: ...  # members and events, oldest first; may lag a moment
    def tasks(self, program: str, places: Sequence[tuple[str, Key]]) -> list[tuple[OpenHold, Entry]]: ...  # that exist
    def given(self, program: str, by: str, day: date) -> int: ...  # how many they gave on that day
    def confirmers(self, program: str, member: str, *, until: date) -> Confirmers: ...  # within the window
    def flagged(self, program: str, hold: OpenHold) -> bool | None: ...  # None: nobody confirmed it, as it is worth now
    def record(self, confirmation: TaskConfirmation, *, given: int) -> bool:
        """Record and audit. `given`: how many they gave that day before.

        Returns False where it waits for nobody, was confirmed before, or something changed since it was read.
        Raises MemberErased.
        """


def closes_ring(by: str, member: str, confirmers: Callable[[str], Confirmers]) -> bool:
    """Return whether one more confirmation of the member's by this colleague closes a ring of up to LONGEST_RING.

    `confirmers`: who confirmed what a member did so far. Each of them has at most two on whom they rely, as each of
    these has half of what they did confirmed by them, so that a ring of six reads a few dozen lists at most.
    """
    counted = confirmers(member)
    if not _relies({**counted, by: counted.get(by, 0) + 1}, by):
        return False
    reached, seen = {by}, {by}  # each relies on the next, and the first is the colleague who confirms
    for _ in range(LONGEST_RING - 1):
        lists = [confirmers(one) for one in reached]
        reached = {on for known in lists for on in known if _relies(known, on)}
        if member in reached:
            return True
        reached -= seen
        seen |= reached
    return False


def _relies(confirmers: Confirmers, on: str) -> bool:
    count = confirmers.get(on, 0)
    return count >= LEAST_IN_RING and count >= SHARE_IN_RING * sum(confirmers.values())


def confirmation_record(confirmation: TaskConfirmation) -> Record:
    """Return the audit record: the event, who confirmed it, and whether it was left to a reviewer."""
    source, event = confirmation.event
    return Record(
        program=confirmation.program,
        key=f"CONFIRMED#{confirmation.member}#{source}#{event}#{confirmation.worth}",
        what="audit.ring_suspected" if confirmation.flagged else "audit.task_confirmed",
        who=confirmation.by,
        at=confirmation.at,
        about={"member": confirmation.member, "source": source, "event": event},
    )
