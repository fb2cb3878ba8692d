"""Programs in memory."""

from dataclasses import replace

from ladder.domain.errors import ProgramRefused, Rejected
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program


class MemoryPrograms:
    def __init__(self) -> None:
        self._versions: dict[str, list[Program]] = {}  # the first is version 1
        self._rosters: dict[str, Roster] = {}

    def keys(self) -> list[str]:
        return sorted(self._versions)

    def current(self, program: str) -> Program:
        return self.version(program, len(self._versions.get(program, [])))

    def version(self, program: str, version: int) -> Program:
        published = self._versions.get(program, [])
        if not 1 <= version <= len(published):
            raise Rejected(f"program {program!r} has no version {version}")
        return published[version - 1]

    def publish(self, program: Program) -> Program:
        if program.key.startswith("#"):
            raise ProgramRefused(f"a program's key never begins with '#': {program.key!r}")
        versions = self._versions.setdefault(program.key, [])
        versions.append(replace(program, version=len(versions) + 1))
        return versions[-1]

    def roster(self, program: str) -> Roster:
        return self._rosters.get(program, ())

    def enrol(self, program: str, roster: Roster) -> None:
        known = self.roster(program)
        if [member.id for member in roster[: len(known)]] != [member.id for member in known]:
            raise Rejected("a slot is never reused: the roster must begin with the members it has, in their order")
        if any(was.erased and was != now for was, now in zip(known, roster, strict=False)):
            raise Rejected("a member was erased in the meantime: read the roster again")
        self._rosters[program] = roster
