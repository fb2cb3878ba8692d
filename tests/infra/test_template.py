"""What the synthesised template must say, whatever its constructs look like."""

import json

import pytest

from infra.queues import CASE_RECEIVES, RECEIVES
from ladder.domain.activity import AMENDMENTS, DAY_OFF
from ladder.domain.inbound import OURS
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")


def test_tables_are_on_demand_encrypted_and_recoverable_to_a_point_in_time(template: Template) -> None:
    tables = template.all("DynamoDB::Table")
    assert len(tables) == 3
    for table in (each["Properties"] for each in tables.values()):
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]


def test_items_of_programs_and_members_expire_where_they_say_so_and_the_audit_never_does(template: Template) -> None:
    """What of members never says so is in tests/contract/test_administration.py."""
    for told in ("StoragePrograms", "StorageMembers"):
        expiring = template.one("DynamoDB::Table", told)["TimeToLiveSpecification"]
        assert expiring == {"AttributeName": "expires_at", "Enabled": True}
    assert "TimeToLiveSpecification" not in template.one("DynamoDB::Table", "StorageAudit")


def test_what_is_held_and_what_waits_for_a_person_is_found_by_sparse_indexes(template: Template) -> None:
    due, reviews = template.one("DynamoDB::Table", "StorageMembers")["GlobalSecondaryIndexes"]
    assert due == {
        "IndexName": "Due",
        "KeySchema": [
            {"AttributeName": "due_program", "KeyType": "HASH"},
            {"AttributeName": "due_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    assert reviews == {
        "IndexName": "Reviews",
        "KeySchema": [
            {"AttributeName": "review_program", "KeyType": "HASH"},
            {"AttributeName": "opened_at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind", "assigned_to"]},
    }


def test_metric_files_are_private_encrypted_versioned_and_kept_for_a_year(template: Template) -> None:
    bucket = template.one("S3::Bucket", "StorageMetrics")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 400)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_the_buckets_refuse_plain_http(template: Template) -> None:
    policies = [each["Properties"] for each in template.all("S3::BucketPolicy").values()]
    assert {policy["Bucket"]["Ref"] for policy in policies} == set(template.all("S3::Bucket"))
    for policy in policies:
        [denied] = policy["PolicyDocument"]["Statement"]
        assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", {"AWS": "*"}, "s3:*")
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_records_of_the_audit_are_found_by_their_time_through_an_index_of_keys_alone(template: Template) -> None:
    [index] = template.one("DynamoDB::Table", "StorageAudit")["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": "ByTime",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


@pytest.mark.parametrize(("environment", "days"), [("template", 1), ("prod", 7 * 365)])
def test_an_anchor_is_private_and_locked_against_everybody_from_the_moment_it_is_written(
    environment: str, days: int, request: pytest.FixtureRequest
) -> None:
    bucket = request.getfixturevalue(environment).one("S3::Bucket", "StorageAnchors")
    assert bucket["ObjectLockEnabled"] is True
    assert bucket["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}},
    }
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "LifecycleConfiguration" not in bucket


def test_activities_are_fifo_with_ids_of_the_sender_and_a_fifo_dead_letter_queue(template: Template) -> None:
    activities = template.one("SQS::Queue", "QueuesActivities")
    failed = template.one("SQS::Queue", "QueuesFailedActivities")
    [dead_letters] = [name for name in template.all("SQS::Queue") if name.startswith("QueuesFailedActivities")]
    assert activities["FifoQueue"] is failed["FifoQueue"] is True
    assert "ContentBasedDeduplication" not in activities
    assert activities["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_letters, "Arn"]},
        "maxReceiveCount": RECEIVES,
    }


def test_a_dead_letter_is_kept_for_as_long_as_sqs_keeps_anything(template: Template) -> None:
    for queue in template.all("SQS::Queue").values():
        assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_rewards_takes_ten_messages_at_most_without_a_window_and_may_fail_in_part(template: Template) -> None:
    """AWS refuses a FIFO queue more than ten, and a window: the emulator would take both."""
    [activities] = [name for name in template.all("SQS::Queue") if name.startswith("QueuesActivities")]
    [rewards] = [name for name in template.all("Lambda::Function") if name.startswith("Rewards")]
    assert template.one("Lambda::EventSourceMapping", "Rewards") == {
        "EventSourceArn": {"Fn::GetAtt": [activities, "Arn"]},
        "FunctionName": {"Ref": rewards},
        "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 20},
    }


@pytest.mark.parametrize(("queue", "function"), [("QueuesActivities", "Rewards"), ("QueuesCases", "Badges")])
def test_a_message_stays_hidden_six_times_as_long_as_its_consumer_may_take(
    template: Template, queue: str, function: str
) -> None:
    hidden = template.one("SQS::Queue", queue)["VisibilityTimeout"]
    assert hidden >= 6 * template.one("Lambda::Function", function)["Timeout"]


def test_a_case_waits_for_the_tokens_of_another_day_before_it_is_a_dead_letter(template: Template) -> None:
    cases = template.one("SQS::Queue", "QueuesCases")
    [failed] = [name for name in template.all("SQS::Queue") if name.startswith("QueuesFailedCases")]
    [cases_name] = [name for name in template.all("SQS::Queue") if name.startswith("QueuesCases")]
    assert "FifoQueue" not in cases
    assert cases["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [failed, "Arn"]},
        "maxReceiveCount": CASE_RECEIVES,
    }
    assert cases["VisibilityTimeout"] * CASE_RECEIVES >= 25 * 3600
    [badges] = [name for name in template.all("Lambda::Function") if name.startswith("Badges")]
    assert template.one("Lambda::EventSourceMapping", "Badges") == {
        "EventSourceArn": {"Fn::GetAtt": [cases_name, "Arn"]},
        "FunctionName": {"Ref": badges},
        "BatchSize": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 5},
    }


def test_new_entries_of_the_ledger_go_by_a_pipe_and_a_topic_to_the_cases_and_nothing_else_does(
    template: Template,
) -> None:
    assert template.one("DynamoDB::Table", "StorageMembers")["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    pipe, topic = template.one("Pipes::Pipe"), template.one("SNS::Topic", "Deeds")
    subscription = template.one("SNS::Subscription")
    assert pipe["Source"]["Fn::GetAtt"][1] == "StreamArn"
    assert pipe["Target"] == subscription["TopicArn"]
    [each] = pipe["SourceParameters"]["FilterCriteria"]["Filters"]
    assert json.loads(each["Pattern"]) == subscription["FilterPolicy"]
    assert subscription["FilterPolicyScope"] == "MessageBody"
    image = subscription["FilterPolicy"]["dynamodb"]["NewImage"]
    assert (subscription["FilterPolicy"]["eventName"], image["sk"]) == (["INSERT"], {"S": [{"prefix": "ENTRY#"}]})
    [unasked] = image["type"]["S"]
    assert set(unasked["anything-but"]) == OURS | AMENDMENTS | {DAY_OFF}
    assert subscription["RawMessageDelivery"] is True
    assert "FailedCases" in json.dumps(subscription["RedrivePolicy"])
    assert "alias/aws/sns" in json.dumps(topic["KmsMasterKeyId"])


def test_the_pipe_may_read_its_stream_and_tell_its_topic(template: Template) -> None:
    reading = {f"dynamodb:{each}" for each in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")}
    grants = {name[:-8]: actions for name, actions in template.grants("DeedsRole").items()}
    assert grants == {"StorageMembers": reading, "DeedsTopic": {"sns:Publish"}}


def test_topics_refuse_plain_http(template: Template) -> None:
    policies = [each["Properties"]["PolicyDocument"] for each in template.all("SNS::TopicPolicy").values()]
    assert len(policies) == len(template.all("SNS::Topic"))
    for policy in policies:
        denied = policy["Statement"][0]
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_queues_are_encrypted_at_rest_and_refuse_plain_http(template: Template) -> None:
    assert all(each["Properties"]["SqsManagedSseEnabled"] for each in template.all("SQS::Queue").values())
    guarded = [ref["Ref"] for each in template.all("SQS::QueuePolicy").values() for ref in each["Properties"]["Queues"]]
    assert sorted(guarded) == sorted(template.all("SQS::Queue"))
    for policy in template.all("SQS::QueuePolicy").values():
        denied = policy["Properties"]["PolicyDocument"]["Statement"][0]
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_tick_asks_every_quarter_of_an_hour_and_brings_the_machine_along(template: Template) -> None:
    tick = template.one("Events::Rule", "RotationTick")
    [target] = tick["Targets"]
    [machine] = template.all("StepFunctions::StateMachine")
    assert tick["ScheduleExpression"] == "rate(15 minutes)"
    assert "".join(map(str, target["Input"]["Fn::Join"][1])) == (
        f'{{"step":"tick","state_machine_arn":"{{\'Ref\': \'{machine}\'}}"}}'
    )
    assert machine not in json.dumps(template.one("Lambda::Function", "Rotation"))


@pytest.mark.parametrize(
    ("name", "every", "event"),
    [
        ("IngestionPoll", "rate(5 minutes)", {"poll": True}),
        ("RewardsRelease", "rate(1 hour)", {"release": True}),
        ("AdminSeal", "rate(15 minutes)", {"seal": True}),
    ],
)
def test_the_clock_calls(template: Template, name: str, every: str, event: dict[str, bool]) -> None:
    rule = template.one("Events::Rule", name)
    [target] = rule["Targets"]
    assert rule["ScheduleExpression"] == every
    assert json.loads(target["Input"]) == event


@pytest.mark.parametrize(
    ("name", "function", "every"),
    [
        ("RotationTick", "Rotation", 900),
        ("IngestionPoll", "Ingestion", 300),
        ("RewardsRelease", "Rewards", 3600),
        ("AdminSeal", "Admin", 900),
    ],
)
def test_a_call_by_the_clock_that_comes_to_nothing_is_kept(
    template: Template, name: str, function: str, every: int
) -> None:
    [target] = template.one("Events::Rule", name)["Targets"]
    asynchronous = template.one("Lambda::EventInvokeConfig", function)
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": every, "MaximumRetryAttempts": 2}
    assert "FailedTicks" in json.dumps(target["DeadLetterConfig"])
    assert (asynchronous["MaximumRetryAttempts"], asynchronous["MaximumEventAgeInSeconds"]) == (1, every)
    assert "FailedTicks" in json.dumps(asynchronous["DestinationConfig"]["OnFailure"])


def test_the_machine_logs_traces_and_ends_by_itself(template: Template) -> None:
    machine = template.one("StepFunctions::StateMachine")
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert template.definition()["TimeoutSeconds"] == 6 * 3600
    assert template.definition()["QueryLanguage"] == "JSONata"


def test_every_step_retries_the_weather_and_nothing_that_a_retry_cannot_change(template: Template) -> None:
    steps = {name: each for name, each in template.definition()["States"].items() if each["Type"] == "Task"}
    assert len(steps) == 8
    for step in steps.values():
        final, weather = step["Retry"]
        assert final == {"ErrorEquals": ["Superseded", "ProgramRefused", "Rejected"], "MaxAttempts": 0}
        assert weather == {
            "ErrorEquals": ["States.ALL"],
            "IntervalSeconds": 5,
            "MaxAttempts": 4,
            "BackoffRate": 2,
            "MaxDelaySeconds": 60,
            "JitterStrategy": "FULL",
        }
        assert step["Catch"][0] == {"ErrorEquals": ["Superseded"], "Next": "Superseded"}


def test_each_failure_that_a_human_must_hear_of_has_an_alarm(template: Template) -> None:
    alarms = [each["Properties"] for each in template.all("CloudWatch::Alarm").values()]
    assert sorted((each["Namespace"], each["MetricName"]) for each in alarms) == [
        ("AWS/ApiGateway", "5xx"),
        ("AWS/EventBridge/Pipes", "ExecutionFailed"),
        *[("AWS/Events", "FailedInvocations")] * 4,
        *[("AWS/Events", "Invocations")] * 4,
        *[("AWS/Lambda", "Errors")] * 7,
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        *[("AWS/SQS", "ApproximateNumberOfMessagesVisible")] * 3,
        ("AWS/States", "ExecutionsAborted"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
    ]
    assert all(each["Dimensions"] for each in alarms)


@pytest.mark.parametrize("schedule", ["Tick", "Poll", "Release", "Seal"])
def test_a_schedule_that_falls_silent_rings_because_no_data_is_a_breach(template: Template, schedule: str) -> None:
    silent = template.one("CloudWatch::Alarm", f"Monitoring{schedule}Silent")
    assert (silent["TreatMissingData"], silent["ComparisonOperator"]) == ("breaching", "LessThanThreshold")


def test_every_alarm_reaches_a_topic_that_lets_alarms_in(template: Template) -> None:
    [topic] = [name for name in template.all("SNS::Topic") if name.startswith("Monitoring")]
    for alarm in template.all("CloudWatch::Alarm").values():
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": topic}]
    statements = template.one("SNS::TopicPolicy", "Monitoring")["PolicyDocument"]["Statement"]
    assert {"Service": "cloudwatch.amazonaws.com"} in [each["Principal"] for each in statements]


def test_nothing_has_a_physical_name(template: Template) -> None:
    names = {
        "TableName",
        "QueueName",
        "FunctionName",
        "RoleName",
        "StateMachineName",
        "TopicName",
        "AlarmName",
        "BucketName",
        "UserPoolName",
    }
    own = {f"AWS::Lambda::{kind}" for kind in ("EventInvokeConfig", "EventSourceMapping", "Permission")}
    for name, resource in template.resources.items():
        assert resource["Type"] in own or names.isdisjoint(resource.get("Properties", {})), name


def test_the_outputs_tell_the_generated_names(template: Template) -> None:
    assert set(template.outputs) == {
        *("ProgramsTable", "AuditTable", "MetricsBucket", "ActivitiesQueueUrl"),
        *("MembersTable", "FailedActivitiesQueueUrl", "IdentitySecret", "ApiUrl", "UserPoolId", "UserPoolClientId"),
        *("IngestionFunction", "RewardsFunction", "ProgressFunction", "AdminFunction", "AnchorsBucket"),
        *("BadgesFunction", "CasesQueueUrl", "FailedCasesQueueUrl"),
        *("RotationMachineArn", "RotationFunction", "ActivationFunction", "TickRule"),
    }


def test_production_keeps_its_logins_and_the_key_without_which_no_member_would_be_found(prod: Template) -> None:
    for kept in (*prod.all("Cognito::UserPool").values(), *prod.all("SecretsManager::Secret").values()):
        assert kept["DeletionPolicy"] == "Retain"
    assert prod.one("Cognito::UserPool")["DeletionProtection"] == "ACTIVE"


def test_production_keeps_its_tables_its_files_and_its_logs(prod: Template) -> None:
    assert {bucket["DeletionPolicy"] for bucket in prod.all("S3::Bucket").values()} == {"Retain"}
    for table in prod.all("DynamoDB::Table").values():
        assert table["DeletionPolicy"] == "Retain"
        assert table["Properties"]["DeletionProtectionEnabled"] is True
    for group in prod.all("Logs::LogGroup").values():
        assert (group["DeletionPolicy"], group["Properties"]["RetentionInDays"]) == ("Retain", 365)
