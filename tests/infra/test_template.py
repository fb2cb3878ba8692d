"""What the synthesised template must say, whatever its constructs look like."""

import json
from collections.abc import Iterator
from math import prod
from typing import Any

import pytest

from infra.queues import CASE_MAX_RECEIVES, MAX_RECEIVES
from ladder.domain.activities.activity import REBUILT
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")


def test_activities_are_fifo_with_ids_of_the_sender_and_a_fifo_dead_letter_queue(template: Template) -> None:
    activities = template.one("SQS::Queue", "QueuesActivities")
    failed = template.one("SQS::Queue", "QueuesFailedActivities")
    [dead_letters] = [name for name in template.all("SQS::Queue") if name.startswith("QueuesFailedActivities")]
    assert activities["FifoQueue"] is failed["FifoQueue"] is True
    assert "ContentBasedDeduplication" not in activities
    assert activities["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_letters, "Arn"]},
        "maxReceiveCount": MAX_RECEIVES,
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


@pytest.mark.parametrize(
    ("queue", "function"),
    [("QueuesActivities", "Rewards"), ("QueuesCases", "Badges"), ("QueuesLostBadges", "Credentials")],
)
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
        "maxReceiveCount": CASE_MAX_RECEIVES,
    }
    assert cases["VisibilityTimeout"] * CASE_MAX_RECEIVES >= 25 * 3600
    [badges] = [name for name in template.all("Lambda::Function") if name.startswith("Badges")]
    assert template.one("Lambda::EventSourceMapping", "Badges") == {
        "EventSourceArn": {"Fn::GetAtt": [cases_name, "Arn"]},
        "FunctionName": {"Ref": badges},
        "BatchSize": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 5},
    }


def test_what_somebody_may_judge_or_hear_of_goes_by_a_pipe_and_a_topic_to_a_queue_each(template: Template) -> None:
    assert template.one("DynamoDB::Table", "StorageMembers")["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    pipe, topic = template.one("Pipes::Pipe"), template.one("SNS::Topic", "LedgerStream")
    assert pipe["Source"]["Fn::GetAtt"][1] == "StreamArn"
    assert "alias/aws/sns" in json.dumps(topic["KmsMasterKeyId"])
    patterns = [json.loads(each["Pattern"]) for each in pipe["SourceParameters"]["FilterCriteria"]["Filters"]]
    entry, lost, *others = patterns
    assert entry["dynamodb"]["NewImage"]["type"] == {"S": [{"anything-but": ["calendar.day_off", REBUILT]}]}
    assert [(each["eventName"], _prefixes(each)) for each in patterns] == [
        (["INSERT"], ["ENTRY#"]),
        (["INSERT"], ["ENTRY#"]),
        (["INSERT", "MODIFY"], ["KUDOS#", "PREFERENCES", "FULFILMENT#"]),
        (["MODIFY"], ["DISPUTE#"]),
        (["MODIFY"], ["REVIEW#"]),
    ]
    assert others[-1]["dynamodb"]["NewImage"]["decided_at"] == {"S": [{"exists": True}]}
    assert lost["dynamodb"]["NewImage"]["lost"] == {"S": ["badge"]}  # whatever the type of what took one back
    for queue, prefixes, events in (
        ("Cases", ["ENTRY#"], ["INSERT"]),
        ("LostBadges", ["ENTRY#"], ["INSERT"]),
        ("Appointments", ["ENTRY#"], ["INSERT"]),
        ("News", ["ENTRY#", "KUDOS#", "PREFERENCES", "FULFILMENT#", "DISPUTE#", "REVIEW#"], ["INSERT", "MODIFY"]),
    ):
        subscription = template.one("SNS::Subscription", f"Queues{queue}")
        policy = subscription["FilterPolicy"]
        assert subscription["TopicArn"] == pipe["Target"]
        assert subscription["FilterPolicyScope"] == "MessageBody"
        assert subscription["RawMessageDelivery"] is True
        assert f"Failed{queue}" in json.dumps(subscription["RedrivePolicy"])
        assert (policy["eventName"], _prefixes(policy)) == (events, prefixes)
        assert policy["dynamodb"]["NewImage"].get("lost") == ({"S": ["badge"]} if queue == "LostBadges" else None)


def _prefixes(pattern: dict[str, Any]) -> list[str]:
    return [each["prefix"] for each in pattern["dynamodb"]["NewImage"]["sk"]["S"]]


def test_no_filter_of_a_subscription_counts_more_combinations_than_sns_takes(template: Template) -> None:
    """The values of each key, times how deep it is nested, all multiplied: 150 at most."""
    for subscription in template.all("SNS::Subscription").values():
        policy = subscription["Properties"].get("FilterPolicy", {})
        assert prod(values * depth for values, depth in _keys(policy)) <= 150, policy


def _keys(policy: dict[str, Any], depth: int = 1) -> Iterator[tuple[int, int]]:
    """How many values each key of a filter has, and how deep it stands; a list within a condition counts as many."""
    for value in policy.values():
        if isinstance(value, dict):
            yield from _keys(value, depth + 1)
        else:
            yield sum(_alternatives(each) for each in value), depth


def _alternatives(condition: object) -> int:
    if not isinstance(condition, dict):
        return 1
    return sum(len(each) if isinstance(each, list) else 1 for each in condition.values())


def test_ten_values_four_levels_down_are_more_than_sns_takes() -> None:
    nested = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"type": {"S": [{"anything-but": [*"abcdefghij"]}]}}}}
    assert [*_keys(nested)] == [(1, 1), (10, 4)]
    nested["dynamodb"]["NewImage"]["sk"] = {"S": [{"prefix": "ENTRY#"}]}  # type: ignore[index]
    assert prod(values * depth for values, depth in _keys(nested)) > 150


def test_what_the_pipe_cannot_hand_over_is_tried_for_hours_and_then_left_for_somebody_to_tell_again(
    template: Template,
) -> None:
    source = template.one("Pipes::Pipe")["SourceParameters"]["DynamoDBStreamParameters"]
    assert 0 < source["MaximumRetryAttempts"] <= 10_000
    assert 3_600 <= source["MaximumRecordAgeInSeconds"] < 24 * 3_600  # there is time to read them from the stream
    assert "FailedLedgerStream" in json.dumps(source["DeadLetterConfig"])
    logged = template.one("Pipes::Pipe")["LogConfiguration"]
    assert logged["Level"] == "ERROR"
    assert "LedgerStreamLogs" in json.dumps(logged["CloudwatchLogsLogDestination"])
    assert "/aws/vendedlogs/" in json.dumps(template.one("Logs::LogGroup", "LedgerStreamLogs")["LogGroupName"])


def test_nobody_else_s_pipe_may_take_the_role(template: Template) -> None:
    [trust] = template.one("IAM::Role", "LedgerStreamRole")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_the_pipe_may_read_its_stream_and_tell_its_topic(template: Template) -> None:
    reading = {f"dynamodb:{each}" for each in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")}
    grants = {name[:-8]: actions for name, actions in template.grants("LedgerStreamRole").items()}
    left = {"QueuesFailedLedgerStream": {"sqs:SendMessage"}}
    assert grants == {"StorageMembers": reading, "LedgerStreamTopic": {"sns:Publish"}, **left}


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
        *("Environment", "Production", "ProgramsTable", "AuditTable", "MetricsBucket", "ActivitiesQueueUrl"),
        *("MembersTable", "FailedActivitiesQueueUrl", "IdentitySecret", "ApiUrl", "SupervisionFunction"),
        *("AppointmentsFunction", "FeedFunction", "AppointmentsQueueUrl", "FailedAppointmentsQueueUrl"),
        *("SealingFunction", "PublishingFunction"),
        *("MemberPoolId", "MemberPoolClientId", "StaffPoolId", "StaffPoolClientId"),
        *("IngestionFunction", "RewardsFunction", "ProgressFunction", "AdminFunction", "AnchorsBucket"),
        *("BadgesFunction", "CasesQueueUrl", "FailedCasesQueueUrl"),
        *("DeliveryFunction", "NewsQueueUrl", "FailedNewsQueueUrl"),
        *("RotationMachineArn", "RotationFunction", "ActivationFunction", "TickRule"),
        *("ConsoleFunction", "ConsoleUrl", "CredentialsFunction", "FailedLostBadgesQueueUrl"),
    }


def test_production_keeps_its_logins_and_the_key_without_which_no_member_would_be_found(prod: Template) -> None:
    for kept in (*prod.all("Cognito::UserPool").values(), *prod.all("SecretsManager::Secret").values()):
        assert kept["DeletionPolicy"] == "RetainExceptOnCreate"
    for pool in prod.all("Cognito::UserPool").values():
        assert pool["Properties"]["DeletionProtection"] == "ACTIVE"


def test_where_a_domain_is_named_its_mail_reaches_appointments_alone_and_nowhere_is_it_received_otherwise(
    template: Template, prod: Template
) -> None:
    assert not template.all("SES::ReceiptRule")
    rule = prod.one("SES::ReceiptRule")["Rule"]
    assert (rule["Recipients"], rule["TlsPolicy"]) == (["calendar@replies.example.org"], "Require")
    assert rule["ScanEnabled"] is True
    [action] = rule["Actions"]
    [topic] = [name for name in prod.all("SNS::Topic") if name.startswith("AppointmentsReplies")]
    assert action["SNSAction"] == {"Encoding": "Base64", "TopicArn": {"Ref": topic}}
    key = json.dumps(prod.one("KMS::Key", "AppointmentsKey")["KeyPolicy"])
    assert '"Service": "ses.amazonaws.com"' in key
    assert "aws:SourceAccount" in key
    subscription = prod.one("SNS::Subscription", "AppointmentsFunction")
    assert (subscription["Protocol"], subscription["TopicArn"]) == ("lambda", {"Ref": topic})
    assert "FailedTicks" in json.dumps(subscription["RedrivePolicy"])
