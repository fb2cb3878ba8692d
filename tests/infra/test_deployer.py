"""How a bundle gets into the emulator, and what is said where it does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local import deployer
from infra.local.deployer import DeploymentFailed, deploy
from infra.local.emulator import Emulator
from infra.local.synthesis import Assembly

pytestmark = pytest.mark.xdist_group("emulator")

QUEUE = {"Type": "AWS::SQS::Queue"}
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": "gone_at", "Enabled": True},
    },
}
UNDEPLOYABLE = {"Type": "AWS::Lambda::Function", "Properties": {"Layers": ["arn:aws:lambda:nowhere"]}}


@pytest.fixture
def synthesised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes `deploy` find an assembly of these resources."""

    def lay_out(stack: str, resources: dict[str, Any], outputs: dict[str, Any]) -> None:
        template = {"Resources": resources, "Outputs": outputs}
        (tmp_path / f"{stack}.template.json").write_text(json.dumps(template))
        (tmp_path / f"{stack}.assets.json").write_text(json.dumps({"files": {}}))
        monkeypatch.setattr(deployer, "synthesise", lambda **_: Assembly(tmp_path))

    return lay_out


def test_the_outputs_of_the_stack_come_back(aws: Emulator, synthesised: Any) -> None:
    synthesised("Told", {"Queue": QUEUE}, {"QueueUrl": {"Value": {"Ref": "Queue"}}})
    assert deploy(aws)["QueueUrl"].startswith("http://")


def test_deploying_what_is_there_already_changes_nothing(aws: Emulator, synthesised: Any) -> None:
    synthesised("Twice", {"Table": TABLE}, {"Table": {"Value": {"Ref": "Table"}}})
    assert deploy(aws) == deploy(aws)


def test_what_was_added_since_is_created_and_the_rest_stays(aws: Emulator, synthesised: Any) -> None:
    output = {"Table": {"Value": {"Ref": "Table"}}}
    synthesised("Grown", {"Table": TABLE}, output)
    before = deploy(aws)
    synthesised("Grown", {"Table": TABLE, "Queue": QUEUE}, {**output, "Queue": {"Value": {"Ref": "Queue"}}})
    after = deploy(aws)
    assert after["Table"] == before["Table"]
    assert after["Queue"]


def test_a_table_gets_its_time_to_live_although_cloudformation_there_forgets_it(
    aws: Emulator, synthesised: Any
) -> None:
    synthesised("Expiring", {"Table": TABLE}, {"Table": {"Value": {"Ref": "Table"}}})
    described = aws.client("dynamodb").describe_time_to_live(TableName=deploy(aws)["Table"])
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "gone_at"}


def test_a_bucket_gets_its_lock_although_cloudformation_there_forgets_it(aws: Emulator, synthesised: Any) -> None:
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}
    properties = {"VersioningConfiguration": {"Status": "Enabled"}, "ObjectLockConfiguration": lock}
    synthesised(
        "Locked", {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}, {"B": {"Value": {"Ref": "Bucket"}}}
    )
    bucket = deploy(aws)["B"]
    assert aws.client("s3").get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"] == lock


def test_a_failure_names_the_resource_and_its_reason(aws: Emulator, synthesised: Any) -> None:
    synthesised("Broken", {"Sound": QUEUE, "Unsound": UNDEPLOYABLE}, {})
    with pytest.raises(DeploymentFailed, match=r"Unsound: .*[Ll]ayer"):
        deploy(aws)
