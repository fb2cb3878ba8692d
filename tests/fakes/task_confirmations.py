"""TaskConfirmations in memory, over the ledger that holds what waits."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import Key
from ladder.domain.points.ledger import Entry, OpenHold
from ladder.domain.points.task_confirmations import WINDOW_DAYS, Confirmers, TaskConfirmation, confirmation_record
from tests.fakes.members import MemoryLedger

if TYPE_CHECKING:
    from ladder.domain.audit.records import Record


class MemoryTaskConfirmations:
    def __init__(self, ledger: MemoryLedger) -> None:
        self.audit: list[Record] = []
        self.made: list[TaskConfirmation] = []
        self._ledger = ledger

    def waiting(self, program: str) -> list[tuple[str, Key]]:
        return [
            (hold.member, hold.event)
            for (of, _, _), (_, hold) in self._ledger.waiting.items()
            if of == program and hold.waits_for_colleague
        ]

    def tasks(self, program: str, places: Sequence[tuple[str, Key]]) -> list[tuple[OpenHold, Entry]]:
        found = {
            (member, entry.key): entry
            for member, _ in places
            for entry in self._ledger.recorded.get((program, member), ())
        }
        holds = self._ledger.holds
        return [(holds[program, *place], found[place]) for place in places if (program, *place) in holds]

    def given(self, program: str, by: str, day: date) -> int:
        return sum((each.program, each.by, each.day) == (program, by, day) for each in self.made)

    def confirmers(self, program: str, member: str, *, until: date) -> Confirmers:
        return Counter(
            each.by
            for each in self.made
            if (each.program, each.member) == (program, member)
            and each.day.toordinal() > until.toordinal() - WINDOW_DAYS
        )

    def flagged(self, program: str, hold: OpenHold) -> bool | None:
        seen = (program, hold.member, hold.event, hold.worth)
        made = (each for each in self.made if (each.program, each.member, each.event, each.worth) == seen)
        return next((each.flagged for each in made), None)

    def record(self, confirmation: TaskConfirmation, *, given: int) -> bool:
        program, member, event = confirmation.program, confirmation.member, confirmation.event
        _, hold = self._ledger.waiting.get((program, member, event), (None, None))
        if hold is None or not hold.waits_for_colleague or hold.worth != confirmation.worth:
            return False
        if self.flagged(program, hold) is not None:
            return False
        if given != self.given(program, confirmation.by, confirmation.day):
            return False
        self.made.append(confirmation)
        self.audit.append(confirmation_record(confirmation))
        return True
