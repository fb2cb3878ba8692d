"""Objections in memory. `erased`: members whose words are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ladder.domain.audit.records import Record
from ladder.domain.errors import MemberErased
from ladder.domain.members.objections import Purpose, objection_recorded


@dataclass(frozen=True, slots=True)
class MemoryObjections:
    said: dict[tuple[str, str, Purpose], tuple[bool, datetime]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    records: list[Record] = field(default_factory=list)

    def of(self, program: str, member: str) -> dict[Purpose, tuple[bool, datetime]]:
        return {purpose: word for (of, who, purpose), word in self.said.items() if (of, who) == (program, member)}

    def objects(self, program: str, member: str, purpose: Purpose) -> bool:
        return self.of(program, member).get(purpose, (False, None))[0]

    def everybody(self, program: str, purpose: Purpose) -> Iterator[str]:
        return (
            who for (of, who, what), (objects, _) in self.said.items() if objects and (of, what) == (program, purpose)
        )

    def change(self, program: str, member: str, purpose: Purpose, *, objects: bool, now: datetime) -> None:
        if objects == self.objects(program, member, purpose):
            return
        if member in self.erased:
            raise MemberErased(f"member {member} was erased")
        self.said[program, member, purpose] = objects, now
        self.records.append(objection_recorded(program, member, purpose, objects=objects, at=now))
