"""Whatever a program asks for, however it is edited and whatever arrives in any order: all have what they should.

That is what the reference model works out from the set of events by docs/points.md.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.points.replay import replay
from ladder.domain.programs.pausing import compile_program
from tests.builders.generated_events import (
    ANYTHING,
    THOROUGH,
    amendments,
    calm,
    days_off,
    events,
    grants,
    hostile,
    moved_days_off,
    orders,
    undated,
)
from tests.builders.generated_programs import Deliveries, deliveries
from tests.builders.rewards import RewardRunner
from tests.fakes.members import MemoryLedger

HONEST = st.one_of(events(), events(), events(), amendments(), grants(), orders(), days_off(), moved_days_off())


def rewarded(course: Deliveries) -> RewardRunner:
    runner = RewardRunner(program=course[0][0], ledger=MemoryLedger())
    for program, batches in course:
        runner.program = runner.versions[program.version] = program
        for batch in batches:
            runner.give(*batch)
    return runner


def assert_they_have_what_they_should(runner: RewardRunner) -> None:
    """By the state, by the sum of the entries, and by a state that is built anew from the entries."""
    has, (state, _) = runner.has(), runner.ledger.load("academy", "m", [])
    assert has == runner.should_be()
    assert runner.summed() == (has.earned, has.spent, has.held)
    if entries := runner.ledger.entries("academy", "m"):
        books = {version: compile_program(program) for version, program in runner.versions.items()}
        newest = books[max(entry.program_version for entry in entries)]
        again, _ = replay(books, newest, state, entries, [], allowances={})
        assert undated(again) == undated(state)


@settings(parent=calm, max_examples=150 * THOROUGH)
@given(deliveries(HONEST))
def test_under_any_program_and_its_edits_the_same_events_come_to_the_same_in_any_order(
    courses: list[Deliveries],
) -> None:
    for course in courses:
        assert_they_have_what_they_should(rewarded(course))


@settings(parent=calm, max_examples=100 * THOROUGH)
@given(deliveries(st.one_of(ANYTHING, hostile()), versions=2))
def test_what_is_made_up_to_decide_something_or_to_stand_in_the_way_changes_nothing(courses: list[Deliveries]) -> None:
    for course in courses:
        assert_they_have_what_they_should(rewarded(course))
