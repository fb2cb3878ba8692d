"""Read what members share: budgets and the reserve of a date, and the stock of a catalogue. Needs no numpy."""

from array import array
from dataclasses import dataclass
from datetime import date

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.budgets import ALLOTTED, points_of
from ladder.adapters.dynamodb.rosters import RosterSlots
from ladder.adapters.dynamodb.table import Table
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.members.roster import BLOCK
from ladder.domain.points.award_caps import NOTHING_FIXED, Allotment
from ladder.domain.programs.ports import Programs

type Budgets = dict[tuple[str, date, int], Block]  # by program, date and block


@dataclass(frozen=True, slots=True)
class Block:
    """The budgets of a block's members, and the sum over all blocks."""

    number: int
    points: array[int]
    allotted: int

    def budget(self, slot: int) -> int | None:
        number, index = divmod(slot, BLOCK)
        inside = number == self.number and index < len(self.points)
        return self.points[index] if inside and self.points[index] != NO_BUDGET else None


MAX_CACHED = 64  # budgets of (program, date, block) in a warm function; they never change


class DynamoAllowances:
    """Budgets are in the table of programs, counters in that of members. `cache` outlives an invocation."""

    def __init__(self, table: Table, members: Table, programs: Programs, cache: tuple[RosterSlots, Budgets]) -> None:
        self._table = table
        self._members = members
        self._programs = programs
        self._slots, self._budgets = cache

    def allotment(self, program: str, member: str, day: date) -> Allotment:
        """Return the member's budget and the sum of all: one read where the block is not cached."""
        slot = self._slots.slot(program, member, self._programs)
        number = (slot or 0) // BLOCK
        block = self._block(program, day, number) or (self._block(program, day, 0) if number else None)
        if block is None:
            return NOTHING_FIXED
        return Allotment(None if slot is None else block.budget(slot), block.allotted)

    def reserve_taken(self, program: str, day: date) -> int:
        return self._taken(program, keys.reserve(day))

    def stock_taken(self, program: str, item: str) -> int:
        return self._taken(program, keys.stock(item))

    def _taken(self, program: str, sk: str) -> int:
        item = self._members.get(keys.shared(program), sk)
        return int(item["taken"]) if item else 0

    def _block(self, program: str, day: date, block: int) -> Block | None:
        """Return a block; the rotation fixes it once, and until then every call reads again."""
        cached = self._budgets.get((program, day, block))
        if cached is not None:
            return cached
        item = self._table.get(program, keys.budget(day, block))
        if item is None:
            return None
        if len(self._budgets) >= MAX_CACHED:
            self._budgets.clear()
        budgets = Block(block, points_of(item), int(item[ALLOTTED]))
        return self._budgets.setdefault((program, day, block), budgets)
