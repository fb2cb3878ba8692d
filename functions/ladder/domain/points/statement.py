"""A ledger as its member reads it: every entry with its arithmetic, and what has become of it since."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ladder.domain.activities.activity import AMENDMENTS, CORRECTED, Key
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine

type Hold = Literal["waiting", "paid", "denied", "reversed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """The points that one rule paid for an event; `because`: why nothing or less, or why it waits."""

    rule: str
    name: Message
    base: int
    bonus: int
    paid: int
    held: int
    because: Message | None
    arithmetic: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedDispute:
    text: str
    raised_at: datetime
    state: Literal["open", "upheld", "declined"]
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`hold`: what has become of what was held, None where nothing was; `spent`: points of an order.

    `messages`: what the entry says, a sentence each.
    """

    sequence: int
    source: str
    id: str
    type: str
    occurred_at: datetime
    recorded_at: datetime | None
    day: date | None
    points: int
    spent: int
    held: int
    hold: Hold | None
    reversed: bool
    corrected: bool
    lines: tuple[StatementLine, ...]
    messages: tuple[Message, ...]
    program_version: int
    dispute: RaisedDispute | None


def statements(
    shown: Sequence[Entry],
    amendments: Amendments,
    disputes: Mapping[Key, Dispute],
    *,
    version: Callable[[int], CompiledProgram],
) -> list[Statement]:
    """Return the entries `shown` as their member reads them, in their order.

    `amendments`: those of the entries, as what became of one may be anywhere in the ledger. `version`: a published
    version of the program, whose names are those of the entries that fell under it.
    """
    return [
        _statement(version(entry.program_version).texts, entry, amendments, disputes.get(entry.key)) for entry in shown
    ]


def _statement(texts: EntryTexts, entry: Entry, amendments: Amendments, dispute: Dispute | None) -> Statement:
    activity = entry.activity
    hold: Hold | None = None
    if entry.is_held and activity.type not in AMENDMENTS:
        hold = "reversed" if amendments.reverses(entry.key) else amendments.outcome(entry.key)
    return Statement(
        sequence=entry.sequence,
        source=activity.source,
        id=activity.id,
        type=activity.type,
        occurred_at=activity.occurred_at,
        recorded_at=entry.recorded_at,
        day=None if entry.day is None else date.fromordinal(entry.day),
        points=entry.points,
        spent=entry.spent,
        held=entry.held,
        hold=hold,
        reversed=amendments.reverses(entry.key),
        corrected=CORRECTED in amendments.types.get(entry.key, ()),
        lines=tuple(
            StatementLine(
                rule=line.rule,
                name=texts.name(line.rule, activity),
                base=line.base,
                bonus=line.bonus,
                paid=line.paid,
                held=line.held,
                because=line.because,
                arithmetic=arithmetic(line),
            )
            for line in entry.lines
        ),
        messages=texts.messages(entry),
        program_version=entry.program_version,
        dispute=None
        if dispute is None
        else RaisedDispute(text=dispute.text, raised_at=dispute.raised_at, state=dispute.state, answer=dispute.answer),
    )


def arithmetic(line: EntryLine) -> Message:
    """Return a line's sum, such as "50 + 10 bonus = 60: 40 paid"."""
    if line.rule == ADJUSTED:
        return Message("points.recalculated", {"paid": line.paid, "held": line.held})
    terms = {"base": line.base, "bonus": line.bonus, "points": line.worth}
    if line.waiting:
        return Message("points.sum_pending", {**terms, "held": line.waiting})
    return Message("points.sum_paid", {**terms, "paid": line.paid})
