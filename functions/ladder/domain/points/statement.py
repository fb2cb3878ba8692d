"""A ledger as its member reads it: every entry with its arithmetic in words, and what has become of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ladder.domain.activities.activity import AMENDMENTS, CORRECTED, Activity, Key
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine

type Hold = Literal["waiting", "paid", "denied", "reversed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """What one rule paid for an event; `arithmetic`: the same in words."""

    rule: str
    name: str
    base: int
    bonus: int
    paid: int
    held: int
    because: str
    arithmetic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedDispute:
    text: str
    raised_at: datetime
    state: Literal["open", "upheld", "declined"]
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`hold`: what has become of what was held, None where nothing was; `spent`: points of an order."""

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
    sentence: str
    reached: tuple[str, ...]
    program_version: int
    dispute: RaisedDispute | None


def statements(compiled: CompiledProgram, entries: Sequence[Entry], disputes: Mapping[Key, Dispute]) -> list[Statement]:
    """Return the member's entries as they read them, newest first."""
    amendments = Amendments.among(entry.activity for entry in entries)
    newest = sorted(entries, key=lambda entry: entry.sequence, reverse=True)
    return [_statement(compiled, entry, amendments, disputes.get(entry.key)) for entry in newest]


def arithmetic(line: EntryLine) -> str:
    """Return the line in words, such as "50 + 10 bonus = 60, 40 paid: your limit of 300 points a day is reached"."""
    if line.rule == ADJUSTED:
        waiting = f", {line.held:+d} waiting" if line.held else ""
        return f"{line.paid:+d} of what was paid before, recalculated{waiting}"
    worth = f"{line.base} + {line.bonus} bonus = {line.worth}" if line.bonus else f"{line.base}"
    because = f": {line.because}" if line.because else ""
    if line.held:
        return f"{worth}, {line.held} waiting{because}"
    return f"{worth}, {line.paid or 'nothing'} paid{because}"


def _statement(compiled: CompiledProgram, entry: Entry, amendments: Amendments, dispute: Dispute | None) -> Statement:
    activity = entry.activity
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
        hold=_hold(entry, amendments),
        reversed=amendments.reverses(entry.key),
        corrected=CORRECTED in amendments.types.get(entry.key, ()),
        lines=tuple(_statement_line(compiled, activity, line) for line in entry.lines),
        sentence=entry.sentence,
        reached=entry.reached,
        program_version=entry.program_version,
        dispute=None
        if dispute is None
        else RaisedDispute(text=dispute.text, raised_at=dispute.raised_at, state=dispute.state, answer=dispute.answer),
    )


def _hold(entry: Entry, amendments: Amendments) -> Hold | None:
    if not entry.waits or entry.activity.type in AMENDMENTS:
        return None
    if amendments.reverses(entry.key):
        return "reversed"
    decision = amendments.decision(entry.key)
    return "paid" if decision == "released" else decision or "waiting"


def _statement_line(compiled: CompiledProgram, activity: Activity, line: EntryLine) -> StatementLine:
    return StatementLine(
        rule=line.rule,
        name=compiled.texts.name(line.rule, activity),
        base=line.base,
        bonus=line.bonus,
        paid=line.paid,
        held=line.held,
        because=line.because,
        arithmetic=arithmetic(line),
    )
