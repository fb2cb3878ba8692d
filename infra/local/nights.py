"""Runs rotations on the stage: the real state machine, started by the same code as by the schedule and the admin."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from infra.local import LocalError
from infra.local.stage import Stage
from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.rotation import Claim, Step
from ladder.domain.programs.start_rotation import start_again, start_due

POLL_SECONDS = 0.03
TIMEOUT_SECONDS = 120.0
LONGEST_PAUSE = timedelta(hours=4)


class NightFailed(LocalError):
    """A rotation was not activated; the message says which step failed, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightUsage:
    """The usage of the steps of a night; metric reads are counted apart from other calls to the platform."""

    transitions: int = 0
    platform_calls: int = 0
    metric_calls: int = 0
    write_units: float = 0.0
    read_units: float = 0.0

    def __add__(self, other: "NightUsage") -> "NightUsage":
        mine, others = asdict(self), asdict(other)
        return NightUsage(**{name: mine[name] + others[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution that has ended, and what its steps consumed."""

    claim: Claim
    usage: NightUsage


def run_night(stage: Stage, day: date) -> Execution:
    """Start the rotation of `day` as the tick does, and wait for its end. Raises NightFailed."""
    return finish_night(stage, start_night(stage, day))


def rerun_by_hand(stage: Stage, day: date, *, actor: str, reason: str) -> Execution:
    claim = start_again(
        stage.program,
        day,
        actor=actor,
        reason=reason,
        now=night_falls_at(stage.program.schedule, day),
        rotations=stage.stores.rotations,
        executions=stage.executions,
    )
    return finish_night(stage, _claimed(claim, day))


def kill_at(stage: Stage, day: date, step: Step) -> Execution:
    """Start the rotation and stop its execution as soon as it has recorded `step`, whatever it is doing then."""
    claim, rotations = start_night(stage, day), stage.stores.rotations
    _until(lambda: (rotation := rotations.get(claim.program, claim.rotation)) is not None and rotation.reached(step))
    stage.executions.stop(claim.execution, "killed on purpose")
    return _measured(stage, claim)


def start_night(stage: Stage, day: date) -> Claim:
    """Claim by the tick at nightfall; after a failure, by the tick at which the next attempt is due."""
    before = stage.stores.rotations.latest(stage.program.key, day)
    now = before.claimed_at + LONGEST_PAUSE if before else night_falls_at(stage.program.schedule, day)
    claim = start_due(stage.program, now=now, rotations=stage.stores.rotations, executions=stage.executions)
    return _claimed(claim, day)


def _claimed(claim: Claim | None, day: date) -> Claim:
    if claim is None:
        raise NightFailed(f"the rotation of {day} could not be claimed: it is running or done")
    return claim


def finish_night(stage: Stage, claim: Claim) -> Execution:
    """Wait for the end of a rotation that was started. Raises NightFailed."""
    executions = stage.executions
    _until(lambda: executions.status(claim.execution) != "RUNNING")
    if (status := executions.status(claim.execution)) != "SUCCEEDED":
        rotation = stage.stores.rotations.get(claim.program, claim.rotation)
        raise NightFailed(f"{claim.execution} {status}: {rotation.failed if rotation else 'no record'}")
    return _measured(stage, claim)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise NightFailed(f"nothing happened for {TIMEOUT_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)


def _measured(stage: Stage, claim: Claim) -> Execution:
    """Sum up the usage in the results of the steps, from the execution's history."""
    arn = f"{stage.outputs['RotationMachineArn'].replace(':stateMachine:', ':execution:')}:{claim.execution}"
    pages = stage.aws.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    outputs = [event["stateExitedEventDetails"]["output"] for event in events if event["type"] == "TaskStateExited"]
    usages = [json.loads(output)["usage"] for output in outputs]
    return Execution(
        claim,
        NightUsage(
            transitions=sum(event["type"].endswith("StateEntered") for event in events),
            platform_calls=int(sum(usage["platform_calls"] for usage in usages)),
            metric_calls=int(sum(usage["metric_calls"] for usage in usages)),
            write_units=sum(usage["write_units"] for usage in usages),
            read_units=sum(usage["read_units"] for usage in usages),
        ),
    )
