"""Identities and sources in memory."""

import hashlib
import secrets
from collections.abc import Collection, Mapping

from ladder.adapters.memory.programs import MemoryPrograms
from ladder.domain.errors import Rejected
from ladder.domain.source import Source, SourceKind


class MemoryIdentities:
    def __init__(self) -> None:
        self._members: dict[tuple[str, str, str], str | None] = {}  # by program, source and raw id; None: erased

    def resolve(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str | None]:
        return {each: self._members.setdefault((program, source, each), secrets.token_hex(16)) for each in raw}

    def link(self, program: str, source: str, raw: str, member: str) -> None:
        if self._members.setdefault((program, source, raw), member) != member:
            raise Rejected("this user id of the source is another member's, or was erased")

    def find(self, program: str, source: str, raw: str) -> str | None:
        return self._members.get((program, source, raw))

    def mark(self, source: str, raw: str) -> str:
        return hashlib.sha256(f"{source}\0{raw}".encode()).hexdigest()[:24]

    def erase(self, program: str, member: str) -> None:
        for key, known in self._members.items():
            if key[0] == program and known == member:
                self._members[key] = None


class MemorySources:
    def __init__(self, programs: MemoryPrograms) -> None:
        self._programs = programs

    def find(self, program: str, key: str) -> Source | None:
        return next((source for name, source in self._all() if (name, source.key) == (program, key)), None)

    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]:
        return [(program, source) for program, source in self._all() if source.kind == kind]

    def _all(self) -> list[tuple[str, Source]]:
        programs = map(self._programs.current, self._programs.keys())
        return [(program.key, source) for program in programs for source in program.sources]
