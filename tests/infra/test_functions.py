"""What the template says of the functions: how they run, what they are told, and exactly what they may do."""

import json
from dataclasses import fields
from fnmatch import fnmatchcase
from typing import Any

import pytest

from activation.settings import Settings as ActivationSettings
from admin.settings import Settings as AdminSettings
from appointments.settings import Settings as AppointmentsSettings
from badges.settings import Settings as BadgesSettings
from console.settings import Settings as ConsoleSettings
from credentials.settings import Settings as CredentialsSettings
from delivery.settings import Settings as DeliverySettings
from feed.settings import Settings as FeedSettings
from infra.local.synthesis import Assembly
from infra.models import GRANTED, MODELS, Model
from ingestion.settings import Settings as IngestionSettings
from ladder.settings import to_env
from progress.settings import Settings as ProgressSettings
from publishing.settings import Settings as PublishingSettings
from rewards.settings import Settings as RewardsSettings
from rotation.settings import Settings as RotationSettings
from sealing.settings import Settings as SealingSettings
from supervision.settings import Settings as SupervisionSettings
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")

SETTINGS: dict[str, type[Any]] = {
    "rotation": RotationSettings,
    "activation": ActivationSettings,
    "ingestion": IngestionSettings,
    "rewards": RewardsSettings,
    "badges": BadgesSettings,
    "delivery": DeliverySettings,
    "progress": ProgressSettings,
    "supervision": SupervisionSettings,
    "sealing": SealingSettings,
    "admin": AdminSettings,
    "publishing": PublishingSettings,
    "appointments": AppointmentsSettings,
    "feed": FeedSettings,
    "console": ConsoleSettings,
    "credentials": CredentialsSettings,
}


def _dynamodb(*actions: str) -> set[str]:
    return {f"dynamodb:{action}" for action in actions}


def _named(grants: dict[str, set[str]]) -> dict[str, set[str]]:
    """The generated suffix of a logical id is eight characters long."""
    models = {name: "models" for name in grants if "foundation-model" in name}
    return {models.get(name) or (name if name.startswith("{") else name[:-8]): told for name, told in grants.items()}


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


@pytest.mark.parametrize("name", sorted(SETTINGS.keys() - {"console"}))
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


LEAVING_A_DEAD_LETTER = {"sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"}
CONSUMING = {
    *("sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"),
    *("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
}


def _secrets(purpose: str) -> dict[str, set[str]]:
    return {_prefix("secretsmanager", f":secret:ladder/dev/*/{purpose}"): {"secretsmanager:GetSecretValue"}}


IDENTITY_KEY = {"Identity": {"secretsmanager:GetSecretValue"}}
GRANTS = {
    "Rotation": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "QueuesActivities": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "Query", "PutItem", "UpdateItem"),
        "StorageMembers": _dynamodb("Query", "BatchGetItem", "PutItem", "ConditionCheckItem"),
        "StorageMetrics": {"s3:GetObject", "s3:ListBucket"},
        "RotationMachine": {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"},
        **_secrets("platform-??????"),
        **IDENTITY_KEY,
    },
    "Activation": {
        "StoragePrograms": _dynamodb("GetItem", "Query", "PutItem", "UpdateItem"),
        "StorageAudit": _dynamodb("PutItem"),
        _prefix("events", ":event-bus/default"): {"events:PutEvents"},
        **_secrets("platform-??????"),
    },
    "Ingestion": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "QueuesActivities": {"sqs:SendMessage"},
        "QueuesCases": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "PutItem", "ConditionCheckItem"),
        **_secrets("sources/*"),
        **IDENTITY_KEY,
    },
    "Rewards": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "QueuesActivities": {"sqs:SendMessage", *CONSUMING},
        "StoragePrograms": _dynamodb("GetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        "StorageAudit": _dynamodb("PutItem"),
    },
    "Badges": {
        "QueuesCases": CONSUMING,
        "QueuesActivities": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        "StorageAudit": _dynamodb("PutItem"),
        "models": {"bedrock:InvokeModel"},
        **_secrets("judge-??????"),
    },
    "Delivery": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "QueuesNews": CONSUMING,
        "StoragePrograms": _dynamodb("GetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        _prefix("events", ":event-bus/default"): {"events:PutEvents"},
        _prefix("ses", ":identity/*"): {"ses:SendEmail"},
        _prefix("connect", ":instance/*"): {
            f"connect:{action}Notification" for action in ("Create", "Describe", "Delete")
        }
        | {"connect:SearchNotifications", "connect:TagResource"},
        _prefix("kms", ":key/*"): {"kms:Sign"},
        **_secrets("channels/*"),
    },
    "Sealing": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "StoragePrograms": _dynamodb("Query"),
        "StorageAudit": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem"),
        "StorageAnchors": {"s3:ListBucketVersions", "s3:PutObject"},
    },
    "Supervision": {
        "StoragePrograms": _dynamodb("GetItem", "BatchGetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query"),
        "StorageAudit": _dynamodb("GetItem", "BatchGetItem", "Query"),
        "LoginStaffPool": {"cognito-idp:ListUsersInGroup"},
    },
    "Appointments": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "QueuesAppointments": CONSUMING,
        "QueuesActivities": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
    },
    "Feed": {"StorageMembers": _dynamodb("GetItem", "Query")},
    "Progress": {
        "QueuesActivities": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "BatchGetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        "StorageAudit": _dynamodb("PutItem", "Query"),
        **_secrets("answers/*"),
        **IDENTITY_KEY,
    },
    "Credentials": {
        "QueuesLostBadges": CONSUMING,
        "StoragePrograms": _dynamodb("GetItem", "BatchGetItem", "Query"),
        "StorageMembers": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        "CredentialsSigningKey": {"kms:Sign", "kms:GetPublicKey"},
        **IDENTITY_KEY,
    },
    "Admin": {
        "QueuesFailedTicks": LEAVING_A_DEAD_LETTER,
        "QueuesActivities": {"sqs:SendMessage"},
        "StoragePrograms": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
        "StorageMembers": _dynamodb(
            *("GetItem", "BatchGetItem", "Query"),
            *("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
        ),
        "RotationMachine": {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"},
        "StorageAudit": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem"),
        "LoginStaffPool": {"cognito-idp:ListUsersInGroup"},
        **IDENTITY_KEY,
    },
    "Publishing": {
        "StoragePrograms": _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
        "StorageMembers": _dynamodb(
            *("GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "ConditionCheckItem")
        ),
        "StorageAudit": _dynamodb("GetItem", "PutItem"),
        "LoginStaffPool": {"cognito-idp:ListUsersInGroup"},
        **IDENTITY_KEY,
    },
}


@pytest.mark.parametrize("model", GRANTED, ids=lambda model: model.profile)
def test_a_model_is_asked_through_its_profile_and_in_every_region_that_this_passes_a_question_on_to(
    template: Template, model: Model
) -> None:
    [asked] = [name for name, actions in template.grants("BadgesRole").items() if "bedrock:InvokeModel" in actions]
    parts = [each["Fn::Join"][1] for each in json.loads(asked)]
    arns = {"".join(part for part in each if isinstance(part, str)) for each in parts}
    assert f"arn::bedrock:::inference-profile/{model.profile}" in arns  # of this account and region
    assert {f"arn::bedrock:{region}::foundation-model/{model.foundation}" for region in model.regions} <= arns
    assert len(model.regions) > 1 or model.regions == ("*",)


def test_the_model_that_is_asked_where_a_program_names_none_is_granted(template: Template) -> None:
    told = template.one("Lambda::Function", "Badges")["Environment"]["Variables"]
    assert told["LADDER_JUDGE_MODEL"] in MODELS


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_may_do_exactly_this(template: Template, name: str) -> None:
    log = {f"{name}Logs": {"logs:CreateLogStream", "logs:PutLogEvents"}}
    assert _named(template.grants(f"{name}Role")) == {**log, **GRANTS[name]}


def test_delivery_signs_with_no_key_but_those_tagged_for_the_channels_of_its_environment(template: Template) -> None:
    [signs] = [
        line
        for policy in template.all("IAM::Policy").values()
        if policy["Properties"]["Roles"][0]["Ref"].startswith("DeliveryRole")
        for line in policy["Properties"]["PolicyDocument"]["Statement"]
        if line["Action"] == "kms:Sign"
    ]
    assert signs["Condition"] == {"StringEquals": {"aws:ResourceTag/ladder-channels": "dev"}}


def test_each_looks_through_the_indexes_it_has_a_use_for_and_nobody_through_every_index(
    template: Template,
) -> None:
    statements = {
        (policy["Properties"]["Roles"][0]["Ref"][:-8], line["Action"], _index(line["Resource"]))
        for policy in template.all("IAM::Policy").values()
        for line in policy["Properties"]["PolicyDocument"]["Statement"]
        if "/index/" in json.dumps(line["Resource"])
    }
    assert statements == {
        ("RotationRole", "dynamodb:Query", ("StorageMembers", "/index/Reviews")),
        ("RewardsRole", "dynamodb:Query", ("StorageMembers", "/index/Due")),
        ("DeliveryRole", "dynamodb:Query", ("StorageMembers", "/index/Due")),
        ("DeliveryRole", "dynamodb:Query", ("StorageMembers", "/index/BySequence")),
        ("SupervisionRole", "dynamodb:Query", ("StorageMembers", "/index/Due")),
        ("ProgressRole", "dynamodb:Query", ("StorageMembers", "/index/Due")),
        ("ProgressRole", "dynamodb:Query", ("StorageMembers", "/index/BySequence")),
        ("AppointmentsRole", "dynamodb:Query", ("StorageMembers", "/index/Due")),
        ("SealingRole", "dynamodb:Query", ("StorageAudit", "/index/ByTime")),
        ("SupervisionRole", "dynamodb:Query", ("StorageAudit", "/index/ByTime")),
        ("SupervisionRole", "dynamodb:Query", ("StorageMembers", "/index/Due")),
        ("SupervisionRole", "dynamodb:Query", ("StorageMembers", "/index/Reviews")),
        ("AdminRole", "dynamodb:Query", ("StorageMembers", "/index/Reviews")),
    }


def _index(resource: dict[str, Any]) -> tuple[str, str]:
    [_, [table, index]] = resource["Fn::Join"]
    return table["Fn::GetAtt"][0][:-8], index


def test_rotation_reads_files_and_admin_adds_anchors_and_each_may_list_its_bucket(template: Template) -> None:
    """Each action on what it is for: objects, and the bucket that says one is not there."""
    buckets = {name: {"Fn::GetAtt": [name, "Arn"]} for name in template.all("S3::Bucket")}
    [metrics, anchors] = (next(buckets[b] for b in buckets if b.startswith(n)) for n in ("StorageM", "StorageA"))
    statements = [
        (line["Action"], line["Resource"])
        for policy in template.all("IAM::Policy").values()
        for line in policy["Properties"]["PolicyDocument"]["Statement"]
        if "s3:" in str(line["Action"])
    ]
    wanted = [
        ("s3:GetObject", {"Fn::Join": ["", [metrics, "/*"]]}),
        ("s3:ListBucket", metrics),
        ("s3:PutObject", {"Fn::Join": ["", [anchors, "/*"]]}),
        ("s3:ListBucketVersions", anchors),
    ]
    assert sorted(statements, key=str) == sorted(wanted, key=str)


def test_no_role_carries_a_managed_policy(template: Template) -> None:
    assert not any("ManagedPolicyArns" in each["Properties"] for each in template.all("IAM::Role").values())


def test_nobody_may_rewrite_the_audit_whatever_an_identity_is_granted(template: Template) -> None:
    [never] = template.one("DynamoDB::Table", "StorageAudit")["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert (never["Effect"], never["Principal"]) == ("Deny", {"AWS": "*"})
    assert set(never["Action"]) == _dynamodb(
        "DeleteItem", "UpdateItem", "BatchWriteItem", "PartiQLDelete", "PartiQLUpdate"
    )


@pytest.mark.parametrize("name", GRANTS)
def test_no_function_is_granted_a_rewrite_of_the_audit_either(template: Template, name: str) -> None:
    allowed = _named(template.grants(f"{name}Role")).get("StorageAudit", set())
    assert allowed <= _dynamodb("GetItem", "BatchGetItem", "Query", "PutItem")


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Rotation", {"platform"}),
        ("Activation", {"platform"}),
        ("Ingestion", {"sources/quiz", "sources/quiz-platform", "sources/quiz-judge", "sources/channels"}),
        ("Badges", {"judge"}),
        ("Delivery", {"channels/room", "channels/room-judge"}),
    ],
)
def test_a_function_reads_the_secrets_of_its_purpose_and_environment_only(
    template: Template, name: str, read: set[str]
) -> None:
    """By the patterns as IAM takes them: an asterisk is any text, slashes too; a question mark is one sign."""
    patterns = [
        json.loads(each)["Fn::Join"][1][-1].removeprefix(":secret:")
        for each in template.grants(f"{name}Role")
        if ":secretsmanager:" in each
    ]
    assert patterns
    secrets = {
        f"ladder/{environment}/{program}/{purpose}": (environment, purpose)
        for environment in ("dev", "prod")
        for program in ("bank", "sources", "judge", "platform", "channels")
        for purpose in (
            *("platform", "judge", "sources/quiz", "sources/quiz-platform", "sources/quiz-judge", "sources/channels"),
            *("channels/room", "channels/room-judge"),
        )
    }
    may = {secrets[each] for each in secrets if any(fnmatchcase(f"{each}-aB3dEf", pattern) for pattern in patterns)}
    assert {purpose for environment, purpose in may if environment == "prod"} == set()
    assert {purpose for _, purpose in may} == read
