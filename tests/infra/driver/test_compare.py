"""A balance that is wrong in any of the three places is found, and said."""

from dataclasses import replace
from typing import Any

import pytest

from infra.cli.driver.compare import differences
from infra.cli.ledger.members import MemberKey, MemberLedger
from ladder.domain.activities.activity import Activity, Key
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import key_mark
from ladder.domain.points.ledger import State, StreakState
from ladder.domain.programs.pausing import compile_program
from tests.builders.academy import RULE, STREAK, academy
from tests.infra.replay.examples import NOW, line
from tests.reference import ReferenceModel

SUBMITTED = EventFilter(types=("assessment.submitted",))
PROGRAM = replace(
    academy(),
    version=1,
    rulebook=replace(
        academy().rulebook, rules=(replace(RULE, match=SUBMITTED),), streaks=(replace(STREAK, match=SUBMITTED),)
    ),
)


@pytest.fixture
def wanted() -> dict[Key, Activity]:
    return {each.key: each for each in (line(n).activity for n in range(1, 6))}


@pytest.fixture
def worked(wanted: dict[Key, Activity]) -> MemberLedger:
    """As the engine works it."""
    book = compile_program(PROGRAM)
    state, entries = evaluate(book, State(), [*wanted.values()], allowances={})
    return MemberLedger(MemberKey("academy", "anna"), state, entries, {}, {1: book})


def found(worked: MemberLedger, wanted: dict[Key, Activity]) -> dict[str, Any]:
    return differences(worked, wanted, ReferenceModel(PROGRAM), PROGRAM)


def test_the_engine_and_the_reference_model_agree(worked: MemberLedger, wanted: dict[Key, Activity]) -> None:
    assert worked.state.earned == 250
    assert found(worked, wanted) == {}


def test_a_column_that_was_falsified_is_found(worked: MemberLedger, wanted: dict[Key, Activity]) -> None:
    worked.state.earned += 1
    assert found(worked, wanted) == {"earned": {"state": 251, "entries": 250, "reference": 250}}


def test_an_entry_that_was_falsified_is_found(worked: MemberLedger, wanted: dict[Key, Activity]) -> None:
    first, *others = worked.entries
    falsified = replace(worked, entries=[replace(first, points=49), *others])
    assert found(falsified, wanted) == {"earned": {"state": 250, "entries": 249, "reference": 250}}


def test_state_and_entries_that_agree_on_something_wrong_are_found(
    worked: MemberLedger, wanted: dict[Key, Activity]
) -> None:
    first, *others = worked.entries
    worked.state.earned -= 50
    falsified = replace(worked, entries=[replace(first, points=0), *others])
    assert found(falsified, wanted) == {"earned": {"state": 200, "entries": 200, "reference": 250}}


def test_a_level_a_badge_and_a_streak_that_are_wrong_are_found(
    worked: MemberLedger, wanted: dict[Key, Activity]
) -> None:
    worked.state.badges["SHARER"] = (frozenset({key_mark("bronze")}), worked.state.day)
    worked.state.streaks["DAYS"] = StreakState(length=1, best=9, last=worked.state.day)
    assert set(found(worked, wanted)) == {"badges", "streaks"}
    worked.state.earned = 600
    assert found(worked, wanted)["level"] == {"state": 2, "entries": None, "reference": 1}


def test_what_ladder_itself_reported_is_no_surplus_and_pays_what_it_must(
    worked: MemberLedger, wanted: dict[Key, Activity]
) -> None:
    granted = Activity(
        source="ladder",
        id="g1",
        type="points.granted",
        occurred_at=NOW,
        attributes={"points": 7, "reason": "helped out"},
    )
    completed = Activity(
        source="rotation",
        id="c1",
        type="challenge.completed",
        occurred_at=NOW,
        attributes={"category": "AHT", "tier": 1, "points": 30},
    )
    book = compile_program(PROGRAM)
    state, entries = evaluate(book, State(), [*wanted.values(), granted, completed], allowances={})
    ledger = replace(worked, state=state, entries=entries)
    assert {entry.activity.source for entry in entries} == {"quiz", "ladder", "rotation"}
    assert found(ledger, wanted) == {}
    state.earned -= 1
    assert set(found(ledger, wanted)) == {"earned"}


def test_an_event_that_is_missing_and_one_that_nobody_sent_are_named(
    worked: MemberLedger, wanted: dict[Key, Activity]
) -> None:
    (lost, *_), surplus = worked.entries, line(9).activity
    falsified = replace(worked, entries=[*worked.entries[1:], replace(lost, activity=surplus)])
    assert found(falsified, wanted)["events"] == {"missing": ["quiz#e1"], "surplus": ["quiz#e9"]}
