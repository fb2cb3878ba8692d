"""A ledger's words say what its numbers say, and what has become of a hold since."""

from dataclasses import replace

import pytest

from ladder.domain.activities.activity import CORRECTED, DENIED, LADDER, RELEASED, REVERSED, Activity
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine
from ladder.domain.points.statement import arithmetic, statements
from ladder.domain.programs.compilation import compile_program
from tests.builders.academy import academy, rule
from tests.builders.academy_events import MONDAY, TUESDAY, at, done, passed

LIMIT = "your limit of 300 points a day is reached"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (EntryLine("R", 50, 10, paid=60), "50 + 10 bonus = 60, 60 paid"),
        (EntryLine("R", 50, 10, paid=40, because=LIMIT), f"50 + 10 bonus = 60, 40 paid: {LIMIT}"),
        (EntryLine("R", 50, paid=50), "50, 50 paid"),
        (EntryLine("R", 50, because=LIMIT), f"50, nothing paid: {LIMIT}"),
        (EntryLine("R", because="it counts from 2026-04-01"), "0, nothing paid: it counts from 2026-04-01"),
        (EntryLine("R", 50, held=50, because="a person looks"), "50, 50 waiting: a person looks"),
        (EntryLine(ADJUSTED, paid=-20, because="recalculated"), "-20 of what was paid before, recalculated"),
        (EntryLine(ADJUSTED, paid=20, held=-50), "+20 of what was paid before, recalculated, -50 waiting"),
    ],
)
def test_the_arithmetic_is_told_in_words(line: EntryLine, words: str) -> None:
    assert arithmetic(line) == words


def amending(kind: str, entry: Entry, source: str = LADDER) -> Entry:
    told = {"source": entry.activity.source, "id": entry.activity.id}
    activity = Activity(source=source, id=f"{kind}-1", type=kind, occurred_at=at(TUESDAY), attributes=told)
    return Entry(activity=activity, program_version=1, lines=(), points=0, spent=0, held=-50, sentence="", sequence=2)


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
    told = statements(compile_program(program), [entry, *(amending(kind, entry) for kind in kinds)], {})
    assert [each.hold for each in told if each.id == entry.activity.id] == [became]
    assert {each.hold for each in told if each.id != entry.activity.id} <= {None}


def test_a_hold_is_the_entrys_own_whatever_it_changed_for_others() -> None:
    _, (entry,) = done(rule(hold="a person looks"), passed("a"))
    waits = replace(entry, lines=(*entry.lines, EntryLine(ADJUSTED, held=-50)), held=0)
    paid = replace(entry, lines=(EntryLine("R", 50, paid=50), EntryLine(ADJUSTED, held=50)), held=50)
    assert [statements(compile_program(academy()), [each], {})[0].hold for each in (waits, paid)] == [
        "waiting",
        None,
    ]


def test_what_paid_at_once_was_no_hold_and_may_be_reversed_or_corrected() -> None:
    _, (entry,) = done(academy(), passed("a"))
    (told,) = statements(compile_program(academy()), [entry], {})
    assert (told.hold, told.reversed, told.corrected) == (None, False, False)
    assert (told.day, told.lines[0].name) == (MONDAY, "an assessment passed")
    *_, told = statements(
        compile_program(academy()), [entry, amending(REVERSED, entry), amending(CORRECTED, entry, "academy")], {}
    )
    assert (told.reversed, told.corrected) == (True, True)


def test_entries_come_newest_first_each_with_its_own_dispute() -> None:
    _, entries = done(academy(), passed("a"), passed("b", minute=1))
    key = entries[0].key
    raised = Dispute(program="academy", member="m", source=key[0], id=key[1], text="no", raised_at=at(TUESDAY))
    newer, older = statements(compile_program(academy()), entries, {key: raised})
    assert (newer.sequence, newer.dispute) == (2, None)
    assert older.dispute is not None
    assert (older.sequence, older.dispute.text) == (1, "no")
