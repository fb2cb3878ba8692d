"""A member's state built again from his ledger, for the day on which the two do not agree."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ladder.domain.activity import LADDER, ORDERED, REBUILT, Activity
from ladder.domain.rewards.book import Book
from ladder.domain.rewards.entry import ADJUSTED, Entry, Line
from ladder.domain.rewards.refold import balance, refold
from ladder.domain.rewards.state import State
from ladder.domain.wording import quantity


def refolded(books: Mapping[int, Book], recorded: Sequence[Entry]) -> State:
    """What the ledger says the state is, under the rules by which it was last counted.

    `books` has every version that the ledger was written under. `version` is left at 0: it counts writes, not events.
    """
    if not recorded:
        return State()
    after, _ = refold(books, books[counted_under(recorded)], State(), recorded, (), allowances={})
    after.sequence = max(entry.sequence for entry in recorded)
    return after


def counted_under(recorded: Sequence[Entry]) -> int:
    """The version of the program that the last entry was counted under; an order counts nothing."""
    told = [entry for entry in recorded if entry.activity.type != ORDERED] or recorded
    return max(told, key=lambda entry: entry.sequence).program_version


def rebuilt(
    stored: State, refolded: State, recorded: Sequence[Entry], *, program_version: int, at: datetime
) -> tuple[State, Entry]:
    """The state to write, and the entry that says so: it carries what the sum over all others lacks.

    Nobody's entry is touched. The entry is known by the version that it replaces, so doing it again finds it there.
    """
    after = refolded.copy()
    after.version, after.sequence = stored.version, refolded.sequence + 1
    if after.archive == stored.archive:
        after.archive = stored.archive
    earned, spent, held = balance(recorded)
    rest, waiting = after.earned - earned, after.held - held
    return after, Entry(
        activity=Activity(
            source=LADDER,
            id=f"rebuild:{stored.version}",
            type=REBUILT,
            occurred_at=at,
            attributes={"earned": stored.earned, "spent": stored.spent, "held": stored.held},
        ),
        program_version=program_version,
        lines=(Line(ADJUSTED, paid=rest, held=waiting, because="counted anew"),) if rest or waiting else (),
        points=rest,
        spent=after.spent - spent,
        held=waiting,
        sentence=_sentence(stored, after),
        sequence=after.sequence,
        recorded_at=at,
    )


def _sentence(stored: State, after: State) -> str:
    told = "Your account was checked against your entries and put right"
    if stored.earned == after.earned:
        return f"{told}; your points stay what they were."
    return f"{told}: {quantity(after.earned, 'point')} earned, where it had said {stored.earned:,}."
