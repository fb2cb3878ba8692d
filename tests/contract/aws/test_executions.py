"""Executions: a name is started once, and stopping what does not run is no error."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import Emulator
from ladder.adapters.stepfunctions import StepFunctionsExecutions
from ladder.domain.challenges.ports import Executions
from ladder.domain.errors import Unavailable
from tests.builders.stores import EMULATED
from tests.fakes import MemoryExecutions
from tests.fakes.faulty_client import Faulty, refused

NUMBERS = count()
NAME = "berlin-voice--2026-03-29--r1--a1"
ENDLESS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Timestamp": "2999-01-01T00:00:00Z", "End": True}}}


@pytest.fixture
def machine(aws: Emulator) -> tuple[Any, str]:
    client = aws.client("stepfunctions")
    role = "arn:aws:iam::000000000000:role/any"
    made = client.create_state_machine(name=f"rotation-{next(NUMBERS)}", definition=json.dumps(ENDLESS), roleArn=role)
    return client, made["stateMachineArn"]


@pytest.fixture(params=["memory", pytest.param("stepfunctions", marks=EMULATED)])
def executions(request: pytest.FixtureRequest) -> Executions:
    if request.param == "memory":
        return MemoryExecutions()
    return StepFunctionsExecutions(*request.getfixturevalue("machine"))


def test_what_was_never_started_has_no_status(executions: Executions) -> None:
    assert executions.status(NAME) is None


def test_what_was_started_runs(executions: Executions) -> None:
    executions.start(NAME, {"program": "berlin-voice"})
    assert executions.status(NAME) == "RUNNING"


def test_a_used_name_is_no_error_even_with_other_arguments(executions: Executions) -> None:
    executions.start(NAME, {"wait": 0})
    executions.start(NAME, {"wait": 900})
    executions.stop(NAME, "enough")
    executions.start(NAME, {"wait": 0})
    assert executions.status(NAME) == "ABORTED"


def test_stopping_twice_or_what_never_began_is_no_error(executions: Executions) -> None:
    executions.stop(NAME, "never began")
    executions.start(NAME, {})
    executions.stop(NAME, "superseded")
    executions.stop(NAME, "superseded")
    assert executions.status(NAME) == "ABORTED"


@pytest.mark.parametrize(
    "act",
    [
        lambda executions: executions.start(NAME, {}),
        lambda executions: executions.status(NAME),
        lambda executions: executions.stop(NAME, "enough"),
    ],
    ids=["start", "status", "stop"],
)
def test_throttling_is_unavailable(act: Callable[[Executions], object]) -> None:
    with pytest.raises(Unavailable):
        act(StepFunctionsExecutions(Faulty(None, refused("ThrottlingException")), "any"))


@EMULATED
def test_what_cannot_be_stopped_and_runs_is_an_error(machine: tuple[Any, str]) -> None:
    client, arn = machine
    StepFunctionsExecutions(client, arn).start(NAME, {})
    with pytest.raises(ClientError, match="AccessDenied"):
        StepFunctionsExecutions(Faulty(client, refused("AccessDeniedException")), arn).stop(NAME, "enough")
