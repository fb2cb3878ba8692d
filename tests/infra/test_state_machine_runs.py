"""The deployed state machine, run in the emulator over functions that only do as they are told."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local.deployer import deploy
from infra.local.emulator import Emulator, emulator

pytestmark = pytest.mark.xdist_group("emulator")

WAIT_SCALE = 0.001
QUIET_NIGHT = (
    *("Begin", "Collect", "Collect done?", "Settle", "Plan", "Outside platform?", "Retire", "Assign", "Assign done?"),
    *("Propagation", "Verify", "Verify done?", "Activate"),
)
WITHOUT_PLATFORM = ("Begin", "Collect", "Collect done?", "Settle", "Plan", "Outside platform?", "Activate")


@dataclass(frozen=True, slots=True)
class Night:
    status: str
    error: str | None
    events: list[dict[str, Any]]

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(each["stateEnteredEventDetails"]["name"] for each in self.events if _entered(each))

    @property
    def failures(self) -> int:
        return sum(each["type"] in {"TaskFailed", "LambdaFunctionFailed"} for each in self.events)

    def asked(self, state: str) -> list[dict[str, Any]]:
        """The payloads that a step was called with: the stub answers each in its usage."""
        exits = [each["stateExitedEventDetails"] for each in self.events if "stateExitedEventDetails" in each]
        return [json.loads(each["output"])["usage"]["event"] for each in exits if each["name"] == state]

    def seconds_in(self, state: str) -> float:
        times = [each["timestamp"].timestamp() for each in self.events if _name(each) == state]
        return float(times[1] - times[0])


def _entered(event: dict[str, Any]) -> bool:
    return "stateEnteredEventDetails" in event


def _name(event: dict[str, Any]) -> str | None:
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    return details.get("name")


@dataclass(frozen=True, slots=True)
class StateMachineStage:
    aws: Emulator
    outputs: dict[str, str]

    def play(self, program: str, *, begin: str = "collect", wait_seconds: int = 0) -> Night:
        states = self.aws.client("stepfunctions")
        night = {"program": program, "date": "2026-03-02", "revision": 1, "attempt": 2, "begin": begin}
        execution = states.start_execution(
            stateMachineArn=self.outputs["RotationMachineArn"],
            name=f"{program}--2026-03-02--r1--{begin}{wait_seconds}",
            input=json.dumps({**night, "wait_seconds": wait_seconds, "propagation_seconds": 300}),
        )["executionArn"]
        while (ran := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            time.sleep(0.02)
        history = states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return Night(status=ran["status"], error=ran.get("error"), events=history)

    def look_around(self, function: str, *modules: str) -> dict[str, str | None]:
        answer = self.aws.client("lambda").invoke(
            FunctionName=self.outputs[function], Payload=json.dumps({"step": "look around", "modules": modules})
        )
        found: dict[str, str | None] = json.loads(answer["Payload"].read())
        return found


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateMachineStage]:
    functions = tmp_path_factory.mktemp("stubs") / "functions"
    for name in ("rotation", "activation"):
        (functions / name).mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("stub_handler.py"), functions / name / "handler.py")
    with emulator(wait_scale=WAIT_SCALE) as aws:
        yield StateMachineStage(aws=aws, outputs=deploy(aws, functions=functions))


def test_a_night_without_surprises_takes_thirteen_transitions_of_fifteen_allowed(stage: StateMachineStage) -> None:
    night = stage.play("academy")
    assert night.status == "SUCCEEDED"
    assert night.states == QUIET_NIGHT
    assert len(night.states) <= 15


def test_a_night_without_a_platform_goes_from_the_plan_to_the_activation_in_seven_transitions(
    stage: StateMachineStage,
) -> None:
    night = stage.play("centre")
    assert night.status == "SUCCEEDED"
    assert night.states == WITHOUT_PLATFORM
    assert len(night.states) == 7


def test_a_step_is_told_the_rotation_and_nothing_more(stage: StateMachineStage) -> None:
    rotation = {"program": "told", "date": "2026-03-02", "revision": 1, "attempt": 2}
    assert stage.play("told").asked("Plan") == [{"step": "plan", **rotation, "cursor": None}]


def test_a_looping_step_is_called_again_with_its_cursor_until_it_is_done(stage: StateMachineStage) -> None:
    night = stage.play("large")
    assert night.status == "SUCCEEDED"
    for step in ("Collect", "Assign", "Verify"):
        assert [call["cursor"] for call in night.asked(step)] == [None, 1, 2]


def test_verification_waits_for_propagation_between_its_rounds(stage: StateMachineStage) -> None:
    night = stage.play("large", begin="plan")
    assert night.states.count("Propagation") == night.states.count("Verify") == 3
    assert night.seconds_in("Propagation") >= 300 * WAIT_SCALE * 0.9


def test_a_re_rotation_holds_off_and_begins_at_the_plan(stage: StateMachineStage) -> None:
    night = stage.play("academy", begin="plan", wait_seconds=900)
    assert night.status == "SUCCEEDED"
    assert night.states == ("Begin", "Hold off", "Held off", *QUIET_NIGHT[QUIET_NIGHT.index("Plan") :])
    assert night.seconds_in("Hold off") >= 900 * WAIT_SCALE * 0.9


def test_a_run_without_anything_to_wait_for_begins_at_the_plan_at_once(stage: StateMachineStage) -> None:
    assert stage.play("centre", begin="plan").states == ("Begin", *WITHOUT_PLATFORM[WITHOUT_PLATFORM.index("Plan") :])


def test_a_run_that_replaces_one_that_had_not_settled_holds_off_and_collects(stage: StateMachineStage) -> None:
    night = stage.play("centre", wait_seconds=900)
    assert night.states == ("Begin", "Hold off", "Held off", *WITHOUT_PLATFORM[1:])


@pytest.mark.parametrize("step", ["collect", "assign", "activate"])
def test_a_superseded_run_ends_quietly_and_is_not_retried(stage: StateMachineStage, step: str) -> None:
    night = stage.play(f"Superseded-at-{step}")
    assert (night.status, night.states[-2:]) == ("SUCCEEDED", (step.title(), "Superseded"))
    assert night.failures == 1


def test_a_refused_program_is_not_retried_but_recovered_and_failed(stage: StateMachineStage) -> None:
    night = stage.play("ProgramRefused-at-plan")
    assert (night.status, night.error) == ("FAILED", "ProgramRefused")
    assert night.states[-3:] == ("Plan", "Recover", "Failed")
    assert night.failures == 1


def test_any_other_failure_is_tried_five_times_then_recovered_with_what_went_wrong(stage: StateMachineStage) -> None:
    night = stage.play("ValueError-at-assign")
    assert (night.status, night.error) == ("FAILED", "ValueError")
    assert night.failures == 5
    [recovery] = night.asked("Recover")
    assert (recovery["step"], recovery["cursor"], recovery["error"]["error"]) == ("recover", None, "ValueError")
    assert "as asked at assign" in recovery["error"]["cause"]


def test_a_failure_that_passes_leaves_no_trace_but_the_retry(stage: StateMachineStage) -> None:
    night = stage.play("ConnectionError-at-settle")
    assert (night.status, night.states, night.failures) == ("SUCCEEDED", QUIET_NIGHT, 1)


def test_a_function_finds_its_folder_its_layer_and_boto3_and_nothing_of_the_checkout(stage: StateMachineStage) -> None:
    found = stage.look_around("RotationFunction", "rotation", "activation", "infra", "numpy", "boto3")
    assert found["activation"] is None
    assert found["infra"] is None
    assert "layer-" in str(found["numpy"])
    assert found["boto3"]


def test_rules_rest_unless_the_stage_asks_for_schedules(stage: StateMachineStage) -> None:
    assert {rule["State"] for rule in stage.aws.client("events").list_rules()["Rules"]} == {"DISABLED"}


def test_time_to_live_is_on_where_the_template_says_so(stage: StateMachineStage) -> None:
    for table in ("ProgramsTable", "MembersTable"):
        described = stage.aws.client("dynamodb").describe_time_to_live(TableName=stage.outputs[table])
        assert described["TimeToLiveDescription"]["AttributeName"] == "expires_at"
