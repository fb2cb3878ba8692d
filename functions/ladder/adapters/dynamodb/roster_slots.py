"""Where a member stands in the roster, and in which team: read once, and kept for a few minutes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ladder.domain.members import Member, Roster
from ladder.ports.programs import Programs

KEPT_SECONDS = 300.0


@dataclass(slots=True)
class RosterSlots:
    """A newcomer is seen after `KEPT_SECONDS` at the latest; until then he is without a budget and a team."""

    clock: Callable[[], float] = time.time
    _known: dict[str, tuple[float, Roster, dict[str, int]]] = field(default_factory=dict)

    def slot(self, program: str, member: str, programs: Programs) -> int | None:
        return self._read(program, programs)[1].get(member)

    def member(self, program: str, member: str, programs: Programs) -> Member | None:
        roster, slots = self._read(program, programs)
        return roster[slots[member]] if member in slots else None

    def mates(self, program: str, member: str, programs: Programs) -> tuple[str, tuple[str, ...]] | None:
        roster, slots = self._read(program, programs)
        team = roster[slots[member]].team if member in slots else None
        return (team, tuple(each.id for each in roster if each.team == team and each.active)) if team else None

    def _read(self, program: str, programs: Programs) -> tuple[Roster, dict[str, int]]:
        until, roster, slots = self._known.get(program, (0.0, (), {}))
        if self.clock() >= until:
            roster = programs.roster(program)
            slots = {member.id: slot for slot, member in enumerate(roster)}
            self._known[program] = self.clock() + KEPT_SECONDS, roster, slots
        return roster, slots
