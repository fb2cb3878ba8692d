"""Identities and sources in memory."""

import hashlib
import secrets
from collections.abc import Collection, Mapping

from ladder.adapters.memory.programs import MemoryPrograms
from ladder.domain.audit.records import Record
from ladder.domain.bounds import spelled
from ladder.domain.errors import Rejected
from ladder.domain.source import Source, SourceKind


class MemoryIdentities:
    def __init__(self) -> None:
        self._members: dict[tuple[str, str, str], str | None] = {}  # by program, source and raw id; None: erased

    def resolve(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str | None]:
        return {each: self._members.setdefault(_id(program, source, each), secrets.token_hex(16)) for each in raw}

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        if self._members.setdefault(_id(program, source, raw), member) != member:
            raise Rejected("this user id of the source is another member's, or was erased")

    def find(self, program: str, source: str, raw: str) -> str | None:
        return self._members.get(_id(program, source, raw))

    def mark(self, source: str, raw: str) -> str:
        return hashlib.sha256(f"{source}\0{spelled(raw)}".encode()).hexdigest()[:24]

    def erase(self, program: str, member: str) -> None:
        for key, known in self._members.items():
            if key[0] == program and known == member:
                self._members[key] = None


class MemoryLinks:
    """`audit`: a record for each link that was new."""

    def __init__(self, identities: MemoryIdentities) -> None:
        self.audit: list[Record] = []
        self._identities = identities

    def link(self, program: str, source: str, raw: str, member: str, record: Record) -> None:
        new = self._identities.find(program, source, raw) is None
        self._identities.link(program, source, raw, member)
        self.audit += [record] if new else []


class MemorySources:
    def __init__(self, programs: MemoryPrograms) -> None:
        self._programs = programs

    def find(self, program: str, key: str) -> Source | None:
        return next((source for name, source in self._all() if (name, source.key) == (program, key)), None)

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        return [(program, source) for program, source in self._all() if source.kind == kind]

    def judged_types(self, program: str) -> frozenset[str]:
        programs = map(self._programs.current, self._programs.keys())
        judged = (badge for each in programs if each.key == program for badge in each.rulebook.judged)
        return frozenset(kind for badge in judged if not badge.perseverance for kind in badge.match.types)

    def _all(self) -> list[tuple[str, Source]]:
        programs = map(self._programs.current, self._programs.keys())
        return [(program.key, source) for program in programs for source in program.sources]


def _id(program: str, source: str, raw: str) -> tuple[str, str, str]:
    return program, source, spelled(raw)
