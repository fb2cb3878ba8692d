"""What members share: budgets and the reserve of a date, and the stock of a catalogue. Needs no numpy."""

from array import array
from dataclasses import dataclass
from datetime import date

from ladder.adapters.dynamodb import keys, member_keys
from ladder.adapters.dynamodb.assignments import ALLOTTED, points_of
from ladder.adapters.dynamodb.rosters import RosterSlots
from ladder.adapters.dynamodb.table import Table
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.members.roster import BLOCK
from ladder.domain.points.caps import NOTHING_FIXED, Allotment
from ladder.domain.programs.ports import Programs

type Budgets = dict[tuple[str, date, int], Block]  # by program, date and block


@dataclass(frozen=True, slots=True)
class Block:
    """The budgets of its members, and those of all blocks together."""

    number: int
    points: array[int]
    allotted: int

    def budget(self, slot: int) -> int | None:
        number, place = divmod(slot, BLOCK)
        inside = number == self.number and place < len(self.points)
        return self.points[place] if inside and self.points[place] != NO_BUDGET else None


KEPT = 64  # budgets of (program, date, block) in a warm function; they never change


class DynamoAllowances:
    """Budgets stand in the table of programs, counters in that of members. `kept` outlives an invocation."""

    def __init__(self, table: Table, members: Table, programs: Programs, kept: tuple[RosterSlots, Budgets]) -> None:
        self._table = table
        self._members = members
        self._programs = programs
        self._slots, self._budgets = kept

    def allotment(self, program: str, member: str, day: date) -> Allotment:
        """One read, where the block is not kept: every block says what all of them come to."""
        slot = self._slots.slot(program, member, self._programs)
        number = (slot or 0) // BLOCK
        block = self._block(program, day, number) or (self._block(program, day, 0) if number else None)
        if block is None:
            return NOTHING_FIXED
        return Allotment(None if slot is None else block.budget(slot), block.allotted)

    def reserve_taken(self, program: str, day: date) -> int:
        return self._taken(program, member_keys.reserve(day))

    def stock_taken(self, program: str, item: str) -> int:
        return self._taken(program, member_keys.stock(item))

    def _taken(self, program: str, sk: str) -> int:
        item = self._members.get(member_keys.shared(program), sk)
        return int(item["taken"]) if item else 0

    def _block(self, program: str, day: date, block: int) -> Block | None:
        """Fixed by the night, once; before it is there it is asked for again."""
        known = self._budgets.get((program, day, block))
        if known is not None:
            return known
        item = self._table.get(program, keys.budget(day, block))
        if item is None:
            return None
        if len(self._budgets) >= KEPT:
            self._budgets.clear()
        found = Block(block, points_of(item), int(item[ALLOTTED]))
        return self._budgets.setdefault((program, day, block), found)
