"""Ports."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from ladder.domain.audit.records import StoredItem
from ladder.domain.audit.seal import Anchor, Link, Seal


class Audit(Protocol):
    """What the sealer makes of records; the records are written with their effects, by whoever has those."""

    def items(self, program: str) -> Iterable[StoredItem]: ...  # records, seals and marks, whole
    def newest(self, program: str) -> Link | None: ...  # the seal that the next one follows
    def unsealed(
        self, program: str, *, since: datetime | None
    ) -> Sequence[StoredItem]: ...  # oldest first; None: of all
    def seal(self, seal: Seal) -> bool: ...  # with its marks; False: somebody was faster


class Anchors(Protocol):
    """Written once a day; what is written cannot be rewritten, whoever asks."""

    def has(self, program: str, day: date) -> bool: ...
    def save(self, anchor: Anchor) -> None: ...  # the first of a day stands
    def of(self, program: str) -> Sequence[Anchor]: ...  # every version of every day
