"""A re-rotation by hand takes over, whatever the run before it was doing."""

from datetime import timedelta

import pytest

from ladder.domain.errors import Superseded
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.fakes.fault_injection import Fate, Killed

NEXT_NIGHT = FIRST_NIGHT + timedelta(days=1)


def ids(runner: NightRunner) -> list[str]:
    return [completion.id for completion in runner.queue.sent]


def test_it_starts_at_the_plan_under_the_next_revision_with_reason_and_actor() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    claim = runner.again_by_hand(FIRST_NIGHT)
    assert claim is not None
    assert claim.revision == 2
    assert runner.executions.started[claim.execution].arguments["begin"] == "plan"
    assert runner.rotations.pointer("bank") == claim.rotation
    assert runner.rotations.audit["bank", claim.rotation]["who"] == "an admin"


def test_the_same_day_again_moves_nobodys_tier() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    runner.again_by_hand(FIRST_NIGHT)
    first, second = (runner.assignments.load("bank", f"{FIRST_NIGHT}#000{revision}") for revision in (1, 2))
    assert {key: (each.tier, each.worked, each.as_of) for key, each in first.items()} == {
        key: (each.tier, each.worked, each.as_of) for key, each in second.items()
    }


def test_a_running_execution_is_stopped_and_given_time_to_die() -> None:
    runner = NightRunner()
    with pytest.raises(Killed):
        runner.night(FIRST_NIGHT, Fate(at=40))
    runner.executions.started["bank--2026-03-02--r1--a1"].status = "RUNNING"
    claim = runner.again_by_hand(FIRST_NIGHT)
    assert claim is not None
    assert runner.executions.status("bank--2026-03-02--r1--a1") == "ABORTED"
    assert runner.executions.started[claim.execution].arguments["wait_seconds"] == 900


def test_a_superseded_run_that_wakes_up_again_does_nothing() -> None:
    runner = NightRunner()
    with pytest.raises(Killed):
        runner.night(FIRST_NIGHT, Fate(at=30))
    old = runner.rotations.latest("bank", FIRST_NIGHT)
    assert old is not None
    runner.again_by_hand(FIRST_NIGHT)
    before = runner.state()
    for name, step in runner.steps(old.claim).items():
        if name != "wait":
            with pytest.raises(Superseded):
                step()
    assert runner.state() == before


def test_a_category_pays_a_member_once_a_date_whatever_the_revision() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    runner.again_by_hand(FIRST_NIGHT)
    runner.night(NEXT_NIGHT)
    runner.again_by_hand(NEXT_NIGHT)
    assert ids(runner)
    assert len(ids(runner)) == len(set(ids(runner)))


def test_budgets_stay_those_of_the_first_revision() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    others = [1] * len(runner.roster)
    first = runner.assignments.fix_budgets("bank", FIRST_NIGHT, others)
    runner.again_by_hand(FIRST_NIGHT)
    assert runner.assignments.fix_budgets("bank", FIRST_NIGHT, others) == first != others
