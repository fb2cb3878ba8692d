"""TaskConfirmations in memory, over the ledger that holds what waits."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import Key
from ladder.domain.points.ledger import Entry
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
            (member, entry.key)
            for of, member in self._ledger.recorded
            for entry in self._ledger.recorded[of, member]
            if of == program and entry.waits_for_colleague and self._waits(program, member, entry.key)
        ]

    def entries(self, program: str, places: Sequence[tuple[str, Key]]) -> list[tuple[str, Entry]]:
        found = {
            (member, entry.key): entry
            for member, _ in places
            for entry in self._ledger.recorded.get((program, member), ())
        }
        return [(place[0], found[place]) for place in places if place in found]

    def given(self, program: str, by: str, day: date) -> int:
        return sum((each.program, each.by, each.day) == (program, by, day) for each in self.made)

    def confirmers(self, program: str, member: str, *, until: date) -> Confirmers:
        return Counter(
            each.by
            for each in self.made
            if (each.program, each.member) == (program, member)
            and each.day.toordinal() > until.toordinal() - WINDOW_DAYS
        )

    def flagged(self, program: str, member: str, event: Key) -> bool | None:
        return next(
            (each.flagged for each in self.made if (each.program, each.member, each.event) == (program, member, event)),
            None,
        )

    def record(self, confirmation: TaskConfirmation, *, given: int) -> bool:
        program, member, event = confirmation.program, confirmation.member, confirmation.event
        if self.flagged(program, member, event) is not None or not self._waits(program, member, event):
            return False
        if given != self.given(program, confirmation.by, confirmation.day):
            return False
        self.made.append(confirmation)
        self.audit.append(confirmation_record(confirmation))
        return True

    def _waits(self, program: str, member: str, event: Key) -> bool:
        return (program, member, event) in self._ledger.waiting
