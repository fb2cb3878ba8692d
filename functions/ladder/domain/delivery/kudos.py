"""Kudos: thanks from a member to a colleague, few a week, and what of them may pay.

Thanks could be traded for points. So nobody thanks themselves, the same colleague only once in a while, and thanks that
are returned, or that close a ring, are shown and pay nothing. What they pay otherwise is a rule's on kudos.received,
which holds it back first and within all caps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ladder.domain.activities.activity import KUDOS_RECEIVED, LADDER, Activity
from ladder.domain.audit.records import Record
from ladder.domain.points.task_confirmations import closes_ring

LONGEST_TEXT = 280
WINDOW = timedelta(days=84)  # within which thanks between members are compared
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kudos:
    """`id`: the giver's own choice, so that a repeated request is the same. `pays`: a rule may pay for them."""

    program: str
    member: str  # who is thanked
    id: str
    by: str
    value: str
    text: str
    at: datetime
    pays: bool

    @property
    def activity(self) -> Activity:
        """Return the event of the ledger: it holds no text."""
        return Activity(
            source=LADDER,
            id=f"kudos:{self.by}:{self.id}",
            type=KUDOS_RECEIVED,
            occurred_at=self.at,
            attributes={"by": self.by, "value": self.value},
        )


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thanks that a member has given: to whom, and when. `version`: how often the list was changed."""

    given: tuple[tuple[str, datetime], ...] = ()
    version: int = 0

    def since(self, moment: datetime) -> tuple[tuple[str, datetime], ...]:
        return tuple((member, at) for member, at in self.given if at > moment)

    def last_to(self, member: str) -> datetime | None:
        return max((at for to, at in self.given if to == member), default=None)


type GivenBy = Callable[[str], Thanks]  # the thanks that a member has given
type ReceivedBy = Callable[[str], Mapping[str, int]]  # within the window: how often each colleague thanked a member


def may_pay(
    by: str, member: str, *, given: GivenBy, received: ReceivedBy, at: datetime, returned_within: timedelta
) -> bool:
    """Return whether thanks may pay: they return none of the last days, and close no ring of up to three members.

    `returned_within`: how long thanks in the other direction count as the same exchange.
    """
    back = given(member).last_to(by)
    if back is not None and at - back < returned_within:
        return False
    return not closes_ring(by, member, received)


def kudos_recorded(kudos: Kudos) -> Record:
    """Return the audit record: who thanked whom, for which value, and whether it may pay; never the text."""
    return Record(
        program=kudos.program,
        key=f"KUDOS#{kudos.member}#{kudos.by}#{kudos.id}",
        what="audit.kudos_given" if kudos.pays else "audit.kudos_returned",
        who=kudos.by,
        at=kudos.at,
        about={"member": kudos.member, "value": kudos.value},
    )


class KudosStore(Protocol):
    def find(self, program: str, member: str, by: str, kudos: str) -> Kudos | None: ...
    def of(self, program: str, member: str) -> Sequence[Kudos]: ...  # that they received, and are still stored
    def given(self, program: str, by: str) -> Thanks: ...
    def received(self, program: str, member: str, *, until: datetime) -> Mapping[str, int]: ...  # within the window
    def record(self, kudos: Kudos, given: Thanks) -> bool:
        """Store and audit. `given`: what the giver had given when it was decided.

        Returns False where that has changed since, or the same was stored before. Raises MemberErased.
        """
