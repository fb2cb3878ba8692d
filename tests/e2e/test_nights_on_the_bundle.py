"""Real nights on the deployed bundle: state machine, Lambdas, tables and queue; only the cloud is an emulator."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from infra.cli.driver.sending import Queue
from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import NightFailed, kill_at, rerun_by_hand, run_night
from infra.local.simulator import FaultTrigger
from infra.local.stage import Stage, stage
from ladder.domain.activities.activity import COMPLETED
from ladder.domain.challenges.rotation import Step
from tests.builders.programs import with_values
from tests.e2e.finished_nights import finish, rotation
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "bank.yaml"
FIRST = date(1999, 1, 15)
EVERY = FaultTrigger(every=1, kinds=frozenset({"challenges.create"}))


@pytest.fixture(scope="module")
def live() -> Iterator[Stage]:
    """One night is behind it, and metrics come from the platform; the tests take the nights in their order."""
    history = call_history(1, data=Path("nowhere"))
    with stage(with_values(load_program(PROGRAM), metric_files=None), history) as running:
        run_night(running, FIRST)
        running.simulator.close_day(FIRST)
        yield running


@pytest.fixture
def night(live: Stage) -> Iterator[date]:
    """The next night that has not been played."""
    pointer = live.stores.rotations.pointer(live.program.key) or ""
    day = date.fromisoformat(pointer.split("#", maxsplit=1)[0]) + timedelta(days=1)
    yield day
    live.simulator.close_day(day)


def assert_live_and_single(live: Stage, day: date) -> None:
    """The night is current; each of its challenges is on the platform once, and nothing else of ours."""
    found = rotation(live, day)
    assert found.step == "announced"
    assert live.stores.rotations.pointer(live.program.key) == found.claim.rotation
    launched = sorted(launch.challenge or "" for launch in found.launches.values())
    assert sorted(challenge.id for challenge in live.simulator.active()) == launched


def assert_groups_match(live: Stage, day: date) -> None:
    found = rotation(live, day)
    assignment = live.stores.assignments.load(live.program.key, found.claim.rotation)
    for key in found.plan.selected if found.plan else ():
        for tier, group in enumerate(live.program.challenges.category(key).groups, start=1):
            played = zip(live.roster, assignment[key].played, strict=True)
            assert {member.user for member, at in played if at == tier} == set(live.simulator.members(group))


def test_a_night_goes_live_within_fifteen_transitions(live: Stage, night: date) -> None:
    ran = run_night(live, night)
    assert ran.usage.transitions <= 15
    assert_live_and_single(live, night)
    assert_groups_match(live, night)


@pytest.mark.parametrize("step", ["claimed", "settled", "planned", "retired", "assigned", "verified", "active"])
def test_killed_at_any_step_the_next_tick_finishes_the_night(live: Stage, night: date, step: Step) -> None:
    kill_at(live, night, step)
    finish(live, night)
    assert_live_and_single(live, night)
    assert_groups_match(live, night)


def test_completions_pay_once_whatever_was_killed(live: Stage, night: date) -> None:
    run_night(live, night)
    Queue(live.aws.client("sqs"), live.outputs).drain()
    paid = [account for account in live.accounts() if account.entries]
    assert paid
    for account in paid:
        assert {entry.activity.type for entry in account.entries} == {COMPLETED}
        assert sum(entry.points for entry in account.entries) == account.state.earned
        assert len({entry.key for entry in account.entries}) == len(account.entries)


def test_a_re_rotation_by_hand_replaces_the_day(live: Stage, night: date) -> None:
    run_night(live, night)
    rerun_by_hand(live, night, actor="ops.admin", reason="new rules")
    assert rotation(live, night).claim.revision == 2
    assert_live_and_single(live, night)
    assert_groups_match(live, night)


def test_a_platform_in_trouble_is_borne_with(live: Stage, night: date) -> None:
    live.simulator.faults.throttle, live.simulator.faults.retry_after = FaultTrigger(every=5), "0"
    run_night(live, night)
    live.simulator.faults.throttle = FaultTrigger()
    assert_live_and_single(live, night)


@pytest.mark.parametrize("fault", ["lose_answer", "cut_short"])
def test_a_platform_that_never_answers_a_change_is_looked_at_and_the_night_goes_live_at_its_first_attempt(
    live: Stage, night: date, fault: str
) -> None:
    changes = frozenset({"challenges.create", "challenges.change", "groups.join", "groups.leave"})
    setattr(live.simulator.faults, fault, FaultTrigger(share=1.0, kinds=changes))
    ran = run_night(live, night)
    setattr(live.simulator.faults, fault, FaultTrigger())
    assert ran.claim.attempt == 1
    assert_live_and_single(live, night)
    assert_groups_match(live, night)


def test_a_night_that_cannot_go_live_leaves_nothing_half_done_and_the_next_attempt_goes_on(
    live: Stage, night: date
) -> None:
    before = live.stores.rotations.pointer(live.program.key)
    live.simulator.faults.fail_before = EVERY
    with pytest.raises(NightFailed, match="FAILED: Unavailable"):
        run_night(live, night)
    assert live.stores.rotations.pointer(live.program.key) == before
    assert live.simulator.active() == []
    live.simulator.faults.fail_before = FaultTrigger()
    ran = run_night(live, night)
    assert ran.claim.attempt == 2
    assert_live_and_single(live, night)


def test_a_night_that_fails_before_anything_is_retired_leaves_yesterday_as_it_was(live: Stage, night: date) -> None:
    yesterday = sorted(challenge.id for challenge in live.simulator.active())
    live.simulator.faults.fail_before = FaultTrigger(every=1, kinds=frozenset({"metrics.read"}))
    with pytest.raises(NightFailed):
        run_night(live, night)
    assert sorted(challenge.id for challenge in live.simulator.active()) == yesterday
    live.simulator.faults.fail_before = FaultTrigger()
    run_night(live, night)
    assert_live_and_single(live, night)


def test_the_tick_starts_the_night_that_is_due_and_only_once(live: Stage) -> None:
    event = {"step": "tick", "state_machine_arn": live.outputs["RotationMachineArn"]}
    first, second = (_invoked(live, event) for _ in range(2))
    assert [name.split("--")[0] for name in first["started"]] == ["bank"]
    assert second["started"] == []


def _invoked(live: Stage, event: dict[str, str]) -> dict[str, list[str]]:
    answer = live.aws.client("lambda").invoke(
        FunctionName=live.outputs["RotationFunction"], Payload=json.dumps(event).encode()
    )
    told: dict[str, list[str]] = json.loads(answer["Payload"].read())
    return told
