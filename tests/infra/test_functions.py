"""What the template says of the functions: how they run, what they are told, and exactly what they may do."""

import json
from dataclasses import fields

import pytest

from activation.settings import Settings as ActivationSettings
from infra.local.synthesis import Assembly
from ladder.settings import to_env
from rotation.settings import Settings as RotationSettings
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")

SETTINGS: dict[str, type[RotationSettings | ActivationSettings]] = {
    "rotation": RotationSettings,
    "activation": ActivationSettings,
}


def _dynamodb(*actions: str) -> set[str]:
    return {f"dynamodb:{action}" for action in actions}


def _named(grants: dict[str, set[str]]) -> dict[str, set[str]]:
    """The generated suffix of a logical id is eight characters long."""
    return {name if name.startswith("{") else name[:-8]: actions for name, actions in grants.items()}


def _prefix(service: str, tail: str) -> str:
    account = [{"Ref": "AWS::Partition"}, f":{service}:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}, tail]
    return json.dumps({"Fn::Join": ["", ["arn:", *account]]})


def test_every_function_runs_python_3_13_on_arm64(template: Template) -> None:
    for function in template.all("Lambda::Function").values():
        assert function["Properties"]["Runtime"] == "python3.13"
        assert function["Properties"]["Architectures"] == ["arm64"]
    assert template.one("Lambda::LayerVersion")["CompatibleArchitectures"] == ["arm64"]


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_is_told_what_its_settings_ask_for_and_who_it_is(template: Template, name: str) -> None:
    function = template.one("Lambda::Function", name.title())
    blank = SETTINGS[name](**{each.name: "" for each in fields(SETTINGS[name])})
    assert function["Handler"] == f"{name}.handler.handler"
    assert set(function["Environment"]["Variables"]) == {
        *to_env(blank),
        "POWERTOOLS_SERVICE_NAME",
        "POWERTOOLS_LOG_LEVEL",
    }
    assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name


@pytest.mark.parametrize("name", SETTINGS)
def test_a_function_ships_its_own_folder_and_the_shared_package_only(
    template: Template, assembly: Assembly, name: str
) -> None:
    key = template.one("Lambda::Function", name.title())["Code"]["S3Key"]
    [asset] = [each for each in assembly.assets if each.key == key]
    assert {each.name for each in asset.folder.iterdir()} == {name, "ladder"}
    assert not list(asset.folder.rglob("__pycache__"))


def test_a_function_has_its_own_log_of_json_lines_that_ends_after_a_week(template: Template) -> None:
    groups = template.all("Logs::LogGroup")
    for function in template.all("Lambda::Function").values():
        logging = function["Properties"]["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        assert groups[logging["LogGroup"]["Ref"]]["Properties"]["RetentionInDays"] == 7


def test_the_rotation_may_do_exactly_this(template: Template) -> None:
    assert _named(template.grants("RotationRole")) == {
        "RotationLogs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "QueuesFailedTicks": {"sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"},
        "QueuesCompletions": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "Query", "PutItem", "UpdateItem"),
        "StorageMetrics": {"s3:GetObject", "s3:ListBucket"},
        "RotationMachine": {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"},
        _prefix("secretsmanager", ":secret:ladder/*"): {"secretsmanager:GetSecretValue"},
    }


def test_the_rotation_reads_the_files_and_lists_the_bucket(template: Template) -> None:
    """Each action on what it is for: files, and the bucket that says a file is not there."""
    [bucket] = template.all("S3::Bucket")
    arn = {"Fn::GetAtt": [bucket, "Arn"]}
    files = {"Fn::Join": ["", [arn, "/*"]]}
    statements = [
        (line["Action"], line["Resource"])
        for policy in template.all("IAM::Policy").values()
        for line in policy["Properties"]["PolicyDocument"]["Statement"]
        if str(line["Action"]).startswith("s3:")
    ]
    assert statements == [("s3:GetObject", files), ("s3:ListBucket", arn)]


def test_the_activation_may_do_exactly_this(template: Template) -> None:
    assert _named(template.grants("ActivationRole")) == {
        "ActivationLogs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "StoragePrograms": _dynamodb("GetItem", "Query", "PutItem", "UpdateItem"),
        "StorageAudit": _dynamodb("PutItem"),
        _prefix("events", ":event-bus/default"): {"events:PutEvents"},
        _prefix("secretsmanager", ":secret:ladder/*"): {"secretsmanager:GetSecretValue"},
    }


def test_no_role_carries_a_managed_policy(template: Template) -> None:
    assert not any("ManagedPolicyArns" in each["Properties"] for each in template.all("IAM::Role").values())


def test_nobody_may_rewrite_the_audit_whatever_an_identity_is_granted(template: Template) -> None:
    [never] = template.one("DynamoDB::Table", "StorageAudit")["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert (never["Effect"], never["Principal"]) == ("Deny", {"AWS": "*"})
    assert set(never["Action"]) == _dynamodb(
        "DeleteItem", "UpdateItem", "BatchWriteItem", "PartiQLDelete", "PartiQLUpdate"
    )
