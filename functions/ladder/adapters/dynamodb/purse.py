"""What members share: budgets and the reserve of a date, and the stock of a catalogue. Needs no numpy."""

from array import array
from datetime import date

from ladder.adapters.dynamodb import keys, member_keys
from ladder.adapters.dynamodb.assignments import points_of
from ladder.adapters.dynamodb.roster_slots import RosterSlots
from ladder.adapters.dynamodb.table import Table
from ladder.domain.assignment import NO_BUDGET
from ladder.domain.members import BLOCK
from ladder.ports.programs import Programs

type Budgets = dict[tuple[str, date, int], array[int]]  # by program, date and block

KEPT = 64  # budgets of (program, date, block) in a warm function; they never change


class DynamoPurse:
    """Budgets stand in the table of programs, counters in that of members. `kept` outlives an invocation."""

    def __init__(self, table: Table, members: Table, programs: Programs, kept: tuple[RosterSlots, Budgets]) -> None:
        self._table = table
        self._members = members
        self._programs = programs
        self._slots, self._budgets = kept

    def budget(self, program: str, member: str, day: date) -> int | None:
        slot = self._slots.slot(program, member, self._programs)
        if slot is None:
            return None
        points = self._block(program, day, slot // BLOCK)
        place = slot % BLOCK
        return points[place] if place < len(points) and points[place] != NO_BUDGET else None

    def drawn(self, program: str, day: date) -> int:
        return self._taken(program, member_keys.reserve(day))

    def taken(self, program: str, item: str) -> int:
        return self._taken(program, member_keys.stock(item))

    def _taken(self, program: str, sk: str) -> int:
        item = self._members.get(member_keys.shared(program), sk)
        return int(item["taken"]) if item else 0

    def _block(self, program: str, day: date, block: int) -> array[int]:
        """Fixed by the night, once; before it is there it is asked for again."""
        known = self._budgets.get((program, day, block))
        if known is not None:
            return known
        item = self._table.get(program, keys.budget(day, block))
        if item is None:
            return array("i")
        if len(self._budgets) >= KEPT:
            self._budgets.clear()
        return self._budgets.setdefault((program, day, block), points_of(item))
