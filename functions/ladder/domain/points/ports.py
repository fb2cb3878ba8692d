"""The stores that points need: the ledger, shared allowances, holds, disputes and team totals."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Protocol

from ladder.domain.activities.activity import Activity, Key
from ladder.domain.members.roster import Member
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.award_caps import Allotment
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import Entry, LedgerChange, OpenHold, State
from ladder.domain.points.look_back import LookBack
from ladder.domain.points.teams import Contribution, TeamTotals


class MemberStates(Protocol):
    def states_of(self, program: str, members: Collection[str]) -> Mapping[str, State]: ...  # of those who have one


class LedgerPages(Protocol):
    """Parts of a ledger, each at the cost of what it returns."""

    def latest(self, program: str, member: str, *, before: int | None = None, page: int) -> Iterator[Entry]:
        """Yield entries, the newest first; `before`: below a sequence number; `page`: as many are read at once."""

    def find(self, program: str, member: str, events: Collection[Key]) -> Mapping[Key, Entry]: ...  # that have one
    def beginning(self, program: str, member: str, key: Key) -> list[Entry]: ...  # of events whose ids begin as its id
    def amendments(self, program: str, member: str, events: Collection[Key]) -> Amendments: ...  # of these events


class Ledger(MemberStates, LedgerPages, Protocol):
    def load(self, program: str, member: str, events: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        """Return the state, and the digests of `events` that have an entry. Raises MemberErased after an erasure."""

    def load_including_erased(self, program: str, member: str) -> State: ...  # of somebody who was erased, too
    def entries(self, program: str, member: str, *, count: int | None = None) -> list[Entry]:
        """All of them, in the order they were recorded. `count`: how many there are, where the state has said so."""

    def commit(self, change: LedgerChange) -> None: ...  # together or not at all; Superseded where somebody else wrote
    def refuse(self, program: str, member: str, activity: Activity, *, at: datetime) -> None: ...  # audited, once
    def quarantine(self, program: str, member: str, body: str, why: str) -> None: ...  # whole, for people to look at


class Quarantine(Protocol):
    def quarantined(self, program: str, member: str) -> Mapping[str, str]: ...  # bodies and why


class Disputes(Protocol):
    def record(self, dispute: Dispute) -> Dispute | None: ...  # None: recorded and audited; else the existing one
    def of(self, program: str, member: str) -> list[Dispute]: ...


class Allowances(Protocol):
    """The rest of what members share: the program's points of a date, and the stock of its catalogue."""

    def allotment(self, program: str, member: str, day: date) -> Allotment: ...  # what the rotation has fixed
    def reserve_taken(self, program: str, day: date) -> int: ...  # from the reserve, by everybody
    def stock_taken(self, program: str, item: str) -> int: ...  # of a catalogue item, by everybody


class Holds(Protocol):
    def due(self, program: str, now: datetime) -> list[OpenHold]: ...  # whose time has come


class LookBacks(Protocol):
    def of(self, program: str) -> LookBack: ...  # of version 0 where there was none
    def save(self, program: str, look_back: LookBack) -> None: ...


class Teams(Protocol):
    def contribute(self, share: Contribution) -> TeamTotals: ...  # what all of the team have, this share with it
    def totals(self, program: str, team: str, achievement: str, period: int) -> TeamTotals: ...  # reads only
    def granted(
        self, share: Contribution, members: Collection[str]
    ) -> None: ...  # remembered, so that they are granted once
    def member(self, program: str, member: str) -> Member | None: ...  # with the teams that they were in
    def teammates(self, program: str, team: str) -> tuple[str, ...]: ...  # who is in it now
