"""Start, observe and stop executions of the rotation's state machine."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.domain.challenges.ports import ExecutionStatus


class StepFunctionsExecutions:
    """An execution's ARN follows from its machine's: `…:stateMachine:Rotation` → `…:execution:Rotation:<name>`."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self._client = client
        self._machine = state_machine_arn

    def start(self, name: str, arguments: Mapping[str, object]) -> None:
        """Start an execution. A name is used once: a second start under it succeeds and changes nothing."""
        text = json.dumps(dict(arguments), sort_keys=True)
        try:
            with busy_is_unavailable():
                self._client.start_execution(stateMachineArn=self._machine, name=name, input=text)
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise

    def status(self, name: str) -> ExecutionStatus | None:
        try:
            with busy_is_unavailable():
                answer = self._client.describe_execution(executionArn=self._arn(name))
        except ClientError as error:
            if error_code(error) != "ExecutionDoesNotExist":
                raise
            return None
        status: ExecutionStatus = answer["status"]
        return status

    def stop(self, name: str, reason: str) -> None:
        """Stop an execution; one that has ended or never started is no error."""
        try:
            with busy_is_unavailable():
                self._client.stop_execution(executionArn=self._arn(name), cause=reason)
        except ClientError:
            if self.status(name) == "RUNNING":
                raise

    def _arn(self, name: str) -> str:
        return f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"
