"""A ledger's words say what its numbers say, and what has become of a hold since."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ladder.domain.activities.activity import CORRECTED, DENIED, LADDER, RELEASED, REVERSED, Activity
from ladder.domain.message import Message, verbatim
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine
from ladder.domain.points.statement import Statement, arithmetic, statements
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from ladder.messages.render import render
from tests.builders.academy import academy, rule
from tests.builders.academy_events import MONDAY, TUESDAY, at, done, passed

LIMIT = Message("points.day_limit", {"points": 300})
BOOK = compile_program(academy())


def among(entries: Sequence[Entry]) -> Amendments:
    return Amendments.among(entry.activity for entry in entries)


def shown(entries: Sequence[Entry], program: Program | None = None) -> list[Statement]:
    book = compile_program(program) if program else BOOK
    return statements(entries, among(entries), {}, version=lambda version: book)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (EntryLine("R", 50, 10, paid=60), "50 + 10 bonus = 60: 60 paid"),
        (EntryLine("R", 50, 10, paid=40, because=LIMIT), "50 + 10 bonus = 60: 40 paid"),
        (EntryLine("R", 50, paid=50), "50: 50 paid"),
        (EntryLine("R", 50, because=LIMIT), "50: nothing paid"),
        (EntryLine("R"), "0: nothing paid"),
        (EntryLine("R", 50, held=50, because=LIMIT), "50: 50 pending"),
        (EntryLine(ADJUSTED, paid=-20), "Recalculated: -20 paid, 0 pending"),
        (EntryLine(ADJUSTED, paid=20, held=-50), "Recalculated: 20 paid, -50 pending"),
    ],
)
def test_the_arithmetic_is_told_in_words(line: EntryLine, words: str) -> None:
    assert render(arithmetic(line)) == words


def amending(kind: str, entry: Entry, source: str = LADDER) -> Entry:
    told = {"source": entry.activity.source, "id": entry.activity.id}
    activity = Activity(source=source, id=f"{kind}-1", type=kind, occurred_at=at(TUESDAY), attributes=told)
    return Entry(activity=activity, program_version=1, lines=(), points=0, spent=0, held=-50, sequence=2)


@pytest.mark.parametrize(
    ("kinds", "became"),
    [
        ((), "waiting"),
        ((RELEASED,), "paid"),
        ((DENIED,), "denied"),
        ((DENIED, RELEASED), "denied"),
        ((RELEASED, REVERSED), "reversed"),
    ],
)
def test_a_hold_is_shown_with_what_has_become_of_it(kinds: tuple[str, ...], became: str) -> None:
    program = rule(hold="a person looks")
    _, (entry,) = done(program, passed("a"))
    told = shown([entry, *(amending(kind, entry) for kind in kinds)], program)
    assert [each.hold for each in told if each.id == entry.activity.id] == [became]
    assert {each.hold for each in told if each.id != entry.activity.id} <= {None}


def test_a_hold_is_the_entrys_own_whatever_it_changed_for_others() -> None:
    _, (entry,) = done(rule(hold="a person looks"), passed("a"))
    waits = replace(entry, lines=(*entry.lines, EntryLine(ADJUSTED, held=-50)), held=0)
    paid = replace(entry, lines=(EntryLine("R", 50, paid=50), EntryLine(ADJUSTED, held=50)), held=50)
    assert [shown([each])[0].hold for each in (waits, paid)] == [
        "waiting",
        None,
    ]


def test_what_paid_at_once_was_no_hold_and_may_be_reversed_or_corrected() -> None:
    _, (entry,) = done(academy(), passed("a"))
    (told,) = shown([entry])
    assert (told.hold, told.reversed, told.corrected) == (None, False, False)
    assert (told.day, told.lines[0].name) == (MONDAY, verbatim("an assessment passed"))
    told, *_ = shown([entry, amending(REVERSED, entry), amending(CORRECTED, entry, "academy")])
    assert (told.reversed, told.corrected) == (True, True)


def test_entries_come_in_the_order_asked_for_each_with_its_own_dispute() -> None:
    _, entries = done(academy(), passed("a"), passed("b", minute=1))
    key = entries[0].key
    raised = Dispute(program="academy", member="m", source=key[0], id=key[1], text="no", raised_at=at(TUESDAY))
    newer, older = statements(entries[::-1], among(entries), {key: raised}, version=lambda version: BOOK)
    assert (newer.sequence, newer.dispute) == (2, None)
    assert older.dispute is not None
    assert (older.sequence, older.dispute.text) == (1, "no")
