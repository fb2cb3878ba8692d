"""The ports of the audit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from ladder.domain.audit.records import StoredItem
from ladder.domain.audit.seal import Anchor, Link, Seal


class Audit(Protocol):
    """The stored audit, for the sealer. Records are written by others, in the transaction of their effect."""

    def items(self, program: str) -> Iterable[StoredItem]: ...  # records, seals and marks, whole
    def seals(self, program: str) -> Iterable[StoredItem]: ...  # of the items those under SEALS, by their keys
    def newest(self, program: str) -> Link | None: ...  # the seal that the next one follows
    def unsealed(
        self, program: str, *, since: datetime | None
    ) -> Sequence[StoredItem]: ...  # oldest first; None: all of them
    def seal(self, seal: Seal) -> bool: ...  # with its marks; False: another seal was written first


class AuditTrail(Protocol):
    """The stored audit, for people who look something up in it."""

    def latest(self, program: str, *, before: str | None, count: int) -> Sequence[StoredItem]:
        """Return records, the newest first: `count`, and those of the same moment as the last. `before`: older ones."""

    def seals_of(self, program: str, keys: Sequence[str]) -> Mapping[str, StoredItem]: ...  # of the sealed ones


class Anchors(Protocol):
    """A store of anchors that lets nobody rewrite or delete one."""

    def of_day(self, program: str, day: date) -> Sequence[Anchor]: ...
    def save(self, anchor: Anchor) -> None: ...  # no effect where it exists
    def of(self, program: str) -> Sequence[Anchor]: ...  # every version of all of them
