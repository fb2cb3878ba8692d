"""Whose ledgers: a deployed stack is found by its outputs, or it is said what is wrong with its name."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, NoRegionError

from infra.cli.stack import connect
from infra.local.emulator import Emulator
from infra.local.running import Running
from ladder.domain.errors import Rejected

OUTPUTS = ("MembersTable", "ProgramsTable", "AuditTable", "ActivitiesQueueUrl")


class Account:
    """A session of boto3's, with one stack."""

    def __init__(self, *outputs: str, region: str | None = "eu-central-1") -> None:
        self.region = region
        self.outputs = [{"OutputKey": each, "OutputValue": f"the {each}"} for each in outputs]

    def client(self, service: str) -> Any:
        if self.region is None:
            raise NoRegionError
        return self

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        if StackName != "ladder-prod":
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "DescribeStacks")
        return {"Stacks": [{"Outputs": self.outputs}]}


def test_a_deployed_stack_is_read_through_the_users_own_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.cli.stack.boto3.Session", lambda region_name: Account(*OUTPUTS))
    found = connect("ladder-prod")
    assert found.outputs["MembersTable"] == "the MembersTable"
    assert found.members.members.name == "the MembersTable"


@pytest.mark.parametrize(
    ("stack", "outputs", "words"),
    [
        ("ladder-prd", OUTPUTS, "the stack 'ladder-prd' cannot be read: .*does not exist"),
        ("ladder-prod", OUTPUTS[1:], "the stack 'ladder-prod' is not a Ladder stack: it has no output MembersTable"),
    ],
)
def test_what_is_no_bundle_is_refused(
    stack: str, outputs: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.cli.stack.boto3.Session", lambda region_name: Account(*outputs))
    with pytest.raises(Rejected, match=words):
        connect(stack)


def test_a_region_is_taken_from_the_environment_and_asked_for_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("infra.cli.stack.boto3.Session", lambda region_name: Account(*OUTPUTS, region=region_name))
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert connect("ladder-prod").outputs.keys() == set(OUTPUTS)
    monkeypatch.delenv("AWS_REGION")
    with pytest.raises(Rejected, match=r"in which region is the stack 'ladder-prod'[?] Set AWS_REGION"):
        connect("ladder-prod")


def test_a_stage_that_runs_is_found_by_itself(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    running = Running(endpoint=aws.endpoint, log="", outputs={"MembersTable": "m"}, program="", platform="", pid=0)
    monkeypatch.setattr("infra.cli.stack.find_running", lambda: running)
    assert connect(None).outputs == {"MembersTable": "m"}
