"""Whom a program knows."""

from collections.abc import Iterator

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.erased import erased
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.writes import Clause
from ladder.ports.programs import Programs


class DynamoPeople:
    def __init__(self, table: Table, programs: Programs) -> None:
        self._table = table
        self._programs = programs

    def known(self, program: str, member: str) -> bool:
        state = self._table.get(member_keys.member(program, member), member_keys.STATE)
        if state is not None:
            return not erased(state)
        return any(each.id == member and not each.erased for each in self._programs.roster(program))

    def pages(self, program: str) -> Iterator[list[str]]:
        """A Scan, in the order of hashed keys: whoever stops early has read some by chance. It bills for all."""
        of_program = Clause(
            "sk = :state AND begins_with(pk, :program) AND attribute_not_exists(erased_at)",
            {":state": member_keys.STATE, ":program": member_keys.member(program, "")},
        )
        for items in self._table.scan(of_program):
            yield [str(item["pk"]).partition("#")[2] for item in items]
