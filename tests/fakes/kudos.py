"""Kudos in memory, with what the audit knows of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ladder.domain.audit.records import Record
from ladder.domain.delivery.kudos import WINDOW, Kudos, Thanks, kudos_recorded
from ladder.domain.errors import MemberErased


@dataclass
class MemoryKudos:
    by_member: dict[tuple[str, str], list[Kudos]] = field(default_factory=dict)
    by_giver: dict[tuple[str, str], list[Kudos]] = field(default_factory=dict)
    audit: list[Record] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)

    def find(self, program: str, member: str, by: str, kudos: str) -> Kudos | None:
        return next((given for given in self.of(program, member) if (given.by, given.id) == (by, kudos)), None)

    def of(self, program: str, member: str) -> list[Kudos]:
        return self.by_member.get((program, member), [])

    @property
    def stored(self) -> list[Kudos]:
        return [kudos for given in self.by_giver.values() for kudos in given]

    def given(self, program: str, by: str) -> Thanks:
        given = self.by_giver.get((program, by), [])
        return Thanks(tuple((kudos.member, kudos.at) for kudos in given), len(given))

    def received(self, program: str, member: str, *, until: datetime) -> Mapping[str, int]:
        return Counter(kudos.by for kudos in self.of(program, member) if kudos.at > until - WINDOW)

    def record(self, kudos: Kudos, given: Thanks) -> bool:
        if self.erased & {kudos.member, kudos.by}:
            raise MemberErased("a member was erased")
        if self.given(kudos.program, kudos.by).version != given.version:
            return False
        if self.find(kudos.program, kudos.member, kudos.by, kudos.id):
            return False
        self.by_member.setdefault((kudos.program, kudos.member), []).append(kudos)
        self.by_giver.setdefault((kudos.program, kudos.by), []).append(kudos)
        self.audit.append(kudos_recorded(kudos))
        return True
