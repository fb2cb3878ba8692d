"""Due dates as facts that rules test: on time where the program is, corrected later, and the same after an erasure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ladder.domain.activities.activity import CORRECTED, LADDER, Activity
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.calendar.deadlines import deadline_facts
from ladder.domain.points.anonymised import anonymize, program_words
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.replay import replay
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Bonus, Rule
from ladder.domain.programs.pausing import compile_program
from tests.builders.academy import academy
from tests.builders.appointments import PARIS, event

DONE = "learner.completed_module"
ENDS = datetime(2026, 3, 29, 22, tzinfo=UTC)  # of 29 March in Paris, a day of 23 hours
ON_TIME = Rule(
    key="ON_TIME",
    name="done on time",
    match=EventFilter(types=(DONE,), where=(Condition(attribute="on_time", equals=True),)),
    points=10,
    bonuses=(Bonus(name="a day early", percentage=50.0, where=(Condition(attribute="hours_early", at_least=24.0),)),),
)
COMPILED = compile_program(academy(rulebook=Rulebook(rules=(ON_TIME,))))


def done(id_: str, at: datetime, **more: str) -> Activity:
    return event(DONE, id_, at=at, module=id_, **more)


def recorded(*activities: Activity) -> tuple[State, list[Entry]]:
    state, entries = State(), list[Entry]()
    for activity in activities:
        state, new = replay({0: COMPILED}, COMPILED, state, entries, [activity], allowances={})
        entries += new
    return state, entries


@pytest.mark.parametrize(
    ("at", "due", "points"),
    [
        (ENDS, "2026-03-29", 10),
        (ENDS + timedelta(seconds=1), "2026-03-29", 0),
        (ENDS - timedelta(hours=23, minutes=59), "2026-03-29", 10),
        (ENDS - timedelta(hours=24), "2026-03-29", 15),
        (ENDS, "2026-03-29T22:00:00Z", 10),
        (ENDS, "2026-03-29T23:59:00+02:00", 0),
        (ENDS, "when it is ready", 0),
        (ENDS, "", 0),
    ],
)
def test_a_rule_pays_for_what_was_on_time_where_the_program_is(at: datetime, due: str, points: int) -> None:
    assert recorded(done("m1", at, due=due))[0].earned == points


def test_the_facts_are_never_stored_with_the_entry() -> None:
    _, [entry] = recorded(done("m1", ENDS, due="2026-03-29"))
    assert entry.activity.attributes == {"module": "m1", "due": "2026-03-29"}


def test_a_due_date_that_is_corrected_later_changes_what_was_paid() -> None:
    late = done("m1", ENDS + timedelta(hours=5), due="2026-03-29")
    longer = event(CORRECTED, "c1", at=ENDS + timedelta(days=2), id="m1", due="2026-03-31")
    assert [recorded(late)[0].earned, recorded(late, longer)[0].earned] == [0, 15]


def test_ladder_tells_an_event_when_it_had_been_due() -> None:
    told = Activity(
        source=LADDER,
        id="due:1",
        type=CORRECTED,
        occurred_at=ENDS + timedelta(days=1),
        attributes={"source": "academy", "id": "m1", "due": "2026-03-29"},
    )
    assert recorded(done("m1", ENDS - timedelta(hours=1)), told)[0].earned == 10


def test_after_an_erasure_what_was_on_time_pays_the_same_and_nothing_says_what_it_was() -> None:
    """Due dates keep how long after the event they were, also those that came by a correction."""
    start = ENDS - timedelta(days=4)
    activities = [
        done("jo-1", start, due="2026-03-26"),
        done("jo-2", start + timedelta(hours=1, microseconds=7), due="2026-03-25"),
        done("jo-3", start + timedelta(hours=2), due=(start + timedelta(hours=2)).isoformat()),
        done("jo-4", start + timedelta(hours=3), due="2026-03-24"),
        event(CORRECTED, "jo-5", at=start + timedelta(days=1), id="jo-4", due="2026-03-30"),
        done("jo-6", start + timedelta(days=1), due="jo does it when jo likes"),
    ]
    state, entries = recorded(*activities)
    schedules = {0: COMPILED.schedule}
    words = program_words([COMPILED.rulebook])
    masked = [entry for _, entry in anonymize(entries, salt=b"a salt", program_words=words, schedules=schedules)]
    assert "jo" not in repr(masked)
    again, _ = recorded(*(entry.activity for entry in masked))
    assert again.earned == state.earned > 0
    assert replace(again, version=0).counts == state.counts


def test_facts_are_those_of_an_event_with_a_due_date_alone() -> None:
    assert deadline_facts(done("m1", ENDS), PARIS) == {}
    early = deadline_facts(done("m1", ENDS - timedelta(minutes=90), due="2026-03-29"), PARIS)
    assert early == {"on_time": True, "hours_early": 1.5}
