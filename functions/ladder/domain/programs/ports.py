"""Ports of programs: versions and rosters are read, written and published by them."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ladder.domain.audit.records import Record
from ladder.domain.errors import Rejected
from ladder.domain.members.roster import Member, Roster
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True)
class Publication:
    """`by` and `at` are empty for what was published without a person, as a stage does with its first version."""

    program: Program
    by: str | None
    at: datetime | None


class Programs(Protocol):
    def keys(self) -> list[str]: ...
    def current(self, program: str) -> Program: ...
    def version(self, program: str, version: int) -> Program: ...
    def publish(self, program: Program) -> Program: ...  # under the next version
    def roster(self, program: str) -> Roster: ...
    def enrol(self, program: str, roster: Roster) -> None: ...


def current_of(program: str, programs: Programs) -> Program | None:
    """Return the current version; None where nothing was ever published."""
    try:
        return programs.current(program)
    except Rejected:
        return None


class Rosters(Protocol):
    def names(self, program: str) -> frozenset[str]: ...  # every word of a member's name, and their user ids
    def find(self, program: str, member: str) -> Member | None: ...


class TeamRosters(Protocol):
    def find(self, program: str, member: str) -> Member | None: ...
    def teammates(self, program: str, members: Set[str]) -> frozenset[str]: ...  # all in a team of theirs, or lately so


class PublishedVersions(Protocol):
    def newest(self, program: str, *, before: int, limit: int) -> Sequence[Publication]: ...  # versions below `before`


class Publications(Protocol):
    """Programs as people publish them: with an audit record, and only upon the version that they have seen.

    A version that another person has to confirm is kept as a draft until they do, found by its digest.
    """

    def find(self, published: Program) -> Publication: ...  # who published this version, and when
    def keep_draft(self, program: Program) -> str: ...  # its digest, in hexadecimal digits
    def draft(self, program: str, digest: str) -> Mapping[str, Any] | None: ...  # as JSON; None: it has expired

    def publish(self, program: Program, record: Record) -> Publication | None:
        """Under the version it carries, where the one before is current; what stands there now, whoever published it.

        None where that version is neither current nor published.
        """
