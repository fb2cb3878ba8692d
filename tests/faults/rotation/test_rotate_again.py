"""A re-rotation by hand takes over, whatever the run before it was doing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ladder.domain.challenges.completion import Completion
from ladder.domain.challenges.rules import Category, SelectionRule
from ladder.domain.errors import Superseded
from tests.builders.bank import CARE, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate, Killed
from tests.faults.rotation.settled_nights import UNGATED, every_night

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


def paid(runner: NightRunner, day: date) -> dict[tuple[str, str], Completion]:
    return {(each.category, each.member): each for each in runner.queue.by_id.values() if each.date == day}


def new_version(runner: NightRunner, **changed: object) -> None:
    runner.program = runner.programs.publish(with_values(runner.program, **changed))


def test_what_was_earned_under_the_revision_before_is_kept_where_a_new_version_drops_the_category() -> None:
    alone, edited = every_night(), every_night()
    for runner in (alone, edited):
        runner.night(FIRST_NIGHT)
    new_version(edited, categories=(CARE,), selection=SelectionRule())
    edited.again_by_hand(FIRST_NIGHT)
    for runner in (alone, edited):
        runner.night(NEXT_NIGHT)

    expected = {key: each for key, each in paid(alone, FIRST_NIGHT).items() if key[0] == "SPRINT"}
    assert expected
    assert {key: each for key, each in paid(edited, FIRST_NIGHT).items() if key[0] == "SPRINT"} == expected
    assert "SPRINT" in edited.assignments.outcomes("bank", FIRST_NIGHT)


def test_a_new_version_whose_targets_are_met_by_fewer_takes_nothing_from_who_met_those_before() -> None:
    alone, edited = every_night(), every_night()
    for runner in (alone, edited):
        runner.night(FIRST_NIGHT)
    rule = edited.program.challenges.tier_rule
    new_version(edited, tier_rule=replace(rule, targets=(95.0, 96.0, 97.0), clamp=(1.0, 99.0)))
    edited.again_by_hand(FIRST_NIGHT)
    edited.night(NEXT_NIGHT)
    alone.night(NEXT_NIGHT)

    before = paid(alone, FIRST_NIGHT)
    assert before.keys() <= paid(edited, FIRST_NIGHT).keys()
    assert {key: each.points for key, each in paid(edited, FIRST_NIGHT).items() if key in before} == {
        key: each.points for key, each in before.items()
    }
    kept = [each for each in paid(edited, FIRST_NIGHT).values() if each.program_version == 1]
    assert kept
    assert {each.rotation for each in kept} == {f"{FIRST_NIGHT}#0001"}


def test_a_version_that_compares_as_measured_does_not_stop_the_night_that_settles_the_one_before() -> None:
    runner = NightRunner(program=small_program(selection=SelectionRule(per_night=2, always=("SPRINT", "CARE"))))
    runner.night(FIRST_NIGHT)
    new_version(runner, metrics=(UNGATED, QUALITY), contact_types=())
    runner.again_by_hand(FIRST_NIGHT)
    runner.night(NEXT_NIGHT)
    assert runner.rotations.pointer("bank") == f"{NEXT_NIGHT}#0001"
    assert paid(runner, FIRST_NIGHT)


def test_who_has_left_after_a_re_rotation_is_paid_for_what_the_first_one_asked() -> None:
    alone, edited = every_night(), every_night()
    for runner in (alone, edited):
        runner.night(FIRST_NIGHT)
    new_version(edited, categories=(CARE,), selection=SelectionRule())
    edited.again_by_hand(FIRST_NIGHT)
    alone.night(NEXT_NIGHT)
    _, winner = next(key for key in paid(alone, FIRST_NIGHT) if key[0] == "SPRINT")
    edited.programs.enrol("bank", tuple(replace(each, active=each.id != winner) for each in edited.roster))
    edited.night(NEXT_NIGHT)
    assert paid(edited, FIRST_NIGHT)["SPRINT", winner] == paid(alone, FIRST_NIGHT)["SPRINT", winner]


@pytest.mark.parametrize("again", [False, True])
def test_the_night_after_two_revisions_killed_at_any_call_pays_the_same(*, again: bool) -> None:
    def two_revisions() -> NightRunner:
        runner = every_night()
        runner.night(FIRST_NIGHT)
        new_version(runner, categories=(replace_points(SPRINT), CARE))
        runner.again_by_hand(FIRST_NIGHT)
        return runner

    undisturbed, fate = two_revisions(), Fate()
    undisturbed.night(NEXT_NIGHT, fate)
    sends = [at for at, call in enumerate(fate.calls) if call.startswith(("MemoryCompletions", "MemoryAssignments"))]
    for at in sends:
        runner = two_revisions()
        with pytest.raises(Killed):
            runner.night(NEXT_NIGHT, Fate(at=at, when="after" if again else "before"))
        runner.night(NEXT_NIGHT)
        assert paid(runner, FIRST_NIGHT) == paid(undisturbed, FIRST_NIGHT)
        assert runner.assignments.outcomes("bank", FIRST_NIGHT) == undisturbed.assignments.outcomes("bank", FIRST_NIGHT)


def replace_points(category: Category) -> Category:
    first, second, third = (replace(challenge, points=challenge.points - 5) for challenge in category.tiers)
    return replace(category, tiers=(first, second, third))
