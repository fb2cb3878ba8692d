"""Which entries of a ledger a demonstration shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.cli.demo.record import example_entries
from ladder.domain.activities.activity import BADGE_GRANTED, REPORTED_BY, REVERSED, Activity
from ladder.domain.message import Message
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine

FIRST = datetime(1999, 1, 4, 12, tzinfo=UTC)
PAID, UNPAID, CHANGED = (
    EntryLine("A", base=5, paid=5),
    EntryLine("A", base=5, because=Message("points.counted_already", {"subject": "module"})),
    EntryLine(ADJUSTED, paid=-5),
)


def entry(name: str, day: int, *lines: EntryLine, kind: str = "learner.completed_module", **attributes: Any) -> Entry:
    at, by = FIRST + timedelta(days=day), REPORTED_BY.get(kind, "school")
    return Entry(
        activity=Activity(source=by, id=name, type=kind, occurred_at=at, attributes=attributes),
        program_version=1,
        lines=lines,
        points=sum(line.paid for line in lines),
        spent=0,
        held=0,
    )


def told(*entries: Entry) -> list[str]:
    return [each.activity.id for each in example_entries(entries)]


def test_they_come_by_their_days_however_they_were_recorded() -> None:
    assert told(entry("c", 2, PAID), entry("a", 0, PAID), entry("b", 1, PAID)) == ["a", "b", "c"]


def test_the_same_reason_for_nothing_is_told_once() -> None:
    assert told(entry("a", 0, UNPAID), entry("b", 1, PAID), entry("c", 2, UNPAID)) == ["a", "b"]


def test_what_changed_others_is_no_example() -> None:
    assert told(entry("a", 0, PAID), entry("late", 0, PAID, CHANGED)) == ["a"]


def test_a_badge_that_was_taken_back_is_not_shown_as_given_nor_its_taking_back() -> None:
    given = entry("given", 1, EntryLine("KUDOS"), kind=BADGE_GRANTED)
    taken_back = entry("back", 2, EntryLine(ADJUSTED, paid=-1), kind=REVERSED, source="ladder", id="given")
    assert told(entry("a", 0, PAID), given) == ["a", "given"]
    assert told(entry("a", 0, PAID), given, taken_back) == ["a"]
