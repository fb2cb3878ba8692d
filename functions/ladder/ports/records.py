"""What is kept to be proven, shown or forgotten: the audit, decisions, and everything about a member."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from ladder.domain.activity import Key
from ladder.domain.audit.anchor import Anchor
from ladder.domain.audit.digest import Item
from ladder.domain.audit.records import Record
from ladder.domain.audit.seal import Link, Seal
from ladder.domain.linking import KnownBy
from ladder.domain.reviews.daily_grant import DailyGrant
from ladder.domain.reviews.declaration import Declaration
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.state import State


class Audit(Protocol):
    """What the sealer makes of records; the records are written with their effects, by whoever has those."""

    def items(self, program: str) -> Iterable[Item]: ...  # records, seals and marks, whole
    def newest(self, program: str) -> Link | None: ...  # the seal that the next one follows
    def unsealed(self, program: str, *, since: datetime | None) -> Sequence[Item]: ...  # oldest first; None: of all
    def seal(self, seal: Seal) -> bool: ...  # with its marks; False: somebody was faster


class Anchors(Protocol):
    """Written once a day; what is written cannot be rewritten, whoever asks."""

    def has(self, program: str, day: date) -> bool: ...
    def keep(self, anchor: Anchor) -> None: ...  # the first of a day stands
    def of(self, program: str) -> Sequence[Anchor]: ...  # every version of every day


class Decisions(Protocol):
    def record(self, record: Record, grant: DailyGrant | None = None) -> Record:
        """Put where there is none; the one that stands.

        `grant`: counted together with it. Raises InConflict where its person may give no more on that day.
        """


class Declarations(Protocol):
    """What the staff of a program said of themselves. Nothing of it is ever taken back."""

    def of(self, program: str, subject: str) -> Declaration: ...
    def declare(self, program: str, subject: str, member: str | None, *, after: Declaration, at: datetime) -> None:
        """Audited with it. `after`: what stands until now; Raises Changed where that is something else by now."""


class Links(Protocol):
    """Ids by which systems and logins know members. Each change is audited with a salted digest of the id."""

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        """Where it stands, nothing is written. Raises SecondPerson where it is no first link, Rejected where the id or
        the member was erased."""

    def unlink(self, program: str, source: str, raw: str, member: str, record: Record) -> bool:
        """The id leads to nobody until it is linked again. False: it was so before. Raises Rejected where it is none of
        the member's. A login that is unlinked keeps the member as its own case."""

    def mark(self, source: str, raw: str) -> str: ...  # a keyed hash that leads to nobody
    def of(self, program: str, member: str) -> Sequence[KnownBy]: ...


class People(Protocol):
    def known(self, program: str, member: str) -> bool: ...  # he plays, or has played, and was not erased
    def pages(self, program: str) -> Iterable[Sequence[str]]: ...  # whoever has a ledger; some pages have nobody


class Belongings(Protocol):
    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]: ...  # by kind, as JSON
    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]: ...  # the records that name him


class Erasures(Protocol):
    """What is left of a member to forget. Each may run again, and after a run that was cut off."""

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        """Nothing is written of him from now on. Gives the salt of this erasure; None where it was finished before."""

    def forget(self, program: str, member: str, *, user: str | None) -> None: ...  # all but identities and entries
    def replace(
        self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]
    ) -> None: ...  # each by its new one
    def finish(self, program: str, member: str, state: State) -> None: ...  # the salt goes, and what led to his hashes
