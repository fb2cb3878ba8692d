"""What one step changes for a member: his state and his new entries, together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.activities.activity import Key
from ladder.domain.points.entry import Entry
from ladder.domain.points.state import State


@dataclass(frozen=True, slots=True)
class ReserveWithdrawal:
    """Points that a member without a budget takes from the program's reserve of a date."""

    day: date
    before: int  # drawn by everybody until now
    points: int


@dataclass(frozen=True, slots=True)
class StockChange:
    """Pieces of a catalogue item that an order takes from its stock, or gives back."""

    item: str
    before: int  # taken by everybody until now
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """`due_at`: when what is held pays by itself; `decided`: events that were held and are no longer.

    `again`: entries of before, with their lines of now, that wait only since everything was counted anew.
    """

    program: str
    member: str
    before: State
    after: State
    entries: Sequence[Entry]
    due_at: datetime
    decided: Sequence[Key] = ()
    again: Sequence[Entry] = ()
    draws: Sequence[ReserveWithdrawal] = ()
    stock: Sequence[StockChange] = ()

    @property
    def held(self) -> list[Entry]:
        """Entries of which something waits from now on."""
        return [*(entry for entry in self.entries if entry.waits), *self.again]

    @property
    def archives(self) -> bool:
        return self.after.archive is not self.before.archive
