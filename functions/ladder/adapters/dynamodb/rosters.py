"""Find a member's slot and team in the roster, which is read once and cached for a few minutes."""

import time
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Clause, Table, erased
from ladder.domain.members.roster import Member, Roster, teammates, words_of_names
from ladder.domain.programs.ports import Programs

CACHE_SECONDS = 300.0


@dataclass(slots=True)
class RosterSlots:
    """A new member is seen after `CACHE_SECONDS` at the latest; until then they have no budget and no team."""

    clock: Callable[[], float] = time.time
    _cache: dict[str, tuple[float, Roster, dict[str, int]]] = field(default_factory=dict)
    _names: dict[str, tuple[Roster, frozenset[str]]] = field(default_factory=dict)

    def slot(self, program: str, member: str, programs: Programs) -> int | None:
        return self._read(program, programs)[1].get(member)

    def member(self, program: str, member: str, programs: Programs) -> Member | None:
        roster, slots = self._read(program, programs)
        return roster[slots[member]] if member in slots else None

    def names(self, program: str, programs: Programs) -> frozenset[str]:
        roster, _ = self._read(program, programs)
        known, words = self._names.get(program, ((), frozenset[str]()))
        if known is not roster:
            words = words_of_names(roster)
            self._names[program] = roster, words
        return words

    def teammates(self, program: str, team: str, programs: Programs) -> tuple[str, ...]:
        return tuple(member.id for member in self._read(program, programs)[0] if member.team_key == team)

    def in_teams_of(self, program: str, members: Set[str], programs: Programs) -> frozenset[str]:
        roster, slots = self._read(program, programs)
        own = [roster[slots[member]] for member in members if member in slots]
        return teammates(roster, own, at=datetime.fromtimestamp(self.clock(), UTC)) if own else frozenset()

    def _read(self, program: str, programs: Programs) -> tuple[Roster, dict[str, int]]:
        expiry, roster, slots = self._cache.get(program, (0.0, (), {}))
        if self.clock() >= expiry:
            roster = programs.roster(program)
            slots = {member.id: slot for slot, member in enumerate(roster)}
            self._cache[program] = self.clock() + CACHE_SECONDS, roster, slots
        return roster, slots


class DynamoPeople:
    def __init__(self, table: Table, programs: Programs) -> None:
        self._table = table
        self._programs = programs

    def known(self, program: str, member: str) -> bool:
        state = self._table.get(keys.member(program, member), keys.STATE)
        if state is not None:
            return not erased(state)
        return any(known.id == member and not known.erased for known in self._programs.roster(program))

    def pages(self, program: str) -> Iterator[list[str]]:
        """Yield pages of members in the order of hashed keys: a caller that stops early has read a random part.

        A scan, which bills the whole table.
        """
        of_program = Clause(
            "sk = :state AND begins_with(pk, :program) AND attribute_not_exists(erased_at)",
            {":state": keys.STATE, ":program": keys.member(program, "")},
        )
        for items in self._table.scan(of_program):
            yield [str(item["pk"]).partition("#")[2] for item in items]


class DynamoRosters:
    def __init__(self, slots: RosterSlots, programs: Programs) -> None:
        self._slots = slots
        self._programs = programs

    def names(self, program: str) -> frozenset[str]:
        return self._slots.names(program, self._programs)

    def find(self, program: str, member: str) -> Member | None:
        return self._slots.member(program, member, self._programs)

    def teammates(self, program: str, members: Set[str]) -> frozenset[str]:
        return self._slots.in_teams_of(program, members, self._programs)
