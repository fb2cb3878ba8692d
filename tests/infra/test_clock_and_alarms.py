"""What the template calls by the clock, and what a human hears of."""

import json

import pytest

from badges.settings import MODEL_REFUSED
from delivery.settings import CHANNEL_CLOSED, GIVEN_UP
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")


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
        ("AdminDeliver", "rate(15 minutes)", {"deliver": True}),
        ("SealingSeal", "rate(15 minutes)", {"seal": True}),
        ("DeliverySend", "rate(5 minutes)", {"send": True}),
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
        ("AdminDeliver", "Admin", 900),
        ("SealingSeal", "Sealing", 900),
        ("DeliverySend", "Delivery", 300),
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


def test_each_failure_that_a_human_must_hear_of_has_an_alarm(template: Template) -> None:
    alarms = [each["Properties"] for each in template.all("CloudWatch::Alarm").values()]
    assert sorted((each["Namespace"], each["MetricName"]) for each in alarms) == [
        ("AWS/ApiGateway", "5xx"),
        ("AWS/EventBridge/Pipes", "ExecutionFailed"),
        ("AWS/EventBridge/Pipes", "ExecutionPartiallyFailed"),
        ("AWS/EventBridge/Pipes", "ExecutionTimeout"),
        *[("AWS/Events", "FailedInvocations")] * 7,
        *[("AWS/Events", "Invocations")] * 7,
        *[("AWS/Lambda", "Errors")] * 15,
        *[("AWS/SQS", "ApproximateAgeOfOldestMessage")] * 5,
        *[("AWS/SQS", "ApproximateNumberOfMessagesVisible")] * 7,
        ("AWS/States", "ExecutionsAborted"),
        ("AWS/States", "ExecutionsFailed"),
        ("AWS/States", "ExecutionsTimedOut"),
        ("Ladder", "ChannelClosed"),
        ("Ladder", "MessageGivenUp"),
        ("Ladder", "ModelRefused"),
    ]
    assert all(each["Dimensions"] for each in alarms if each["Namespace"].startswith("AWS/"))


@pytest.mark.parametrize(
    ("name", "function", "line"),
    [
        ("ModelRefused", "Badges", MODEL_REFUSED),
        ("MessageGivenUp", "Delivery", GIVEN_UP),
        ("ChannelClosed", "Delivery", CHANNEL_CLOSED),
    ],
)
def test_what_never_comes_back_by_itself_rings_at_the_first_line_of_the_log(
    template: Template, name: str, function: str, line: str
) -> None:
    """A model that has ended, a message that nobody takes, a channel that is closed; what is throttled is none."""
    found = template.one("Logs::MetricFilter", f"{function}{name}")
    assert found["FilterPattern"] == f'{{ $.message = "{line}" }}'
    assert f"{function}Logs" in json.dumps(found["LogGroupName"])
    [transformed] = found["MetricTransformations"]
    alarm = template.one("CloudWatch::Alarm", f"Monitoring{name}")
    assert (transformed["MetricNamespace"], transformed["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])
    assert (alarm["Threshold"], alarm["Statistic"]) == (1, "Sum")


@pytest.mark.parametrize("schedule", ["Tick", "Poll", "Release", "Seal", "Send"])
def test_a_schedule_that_falls_silent_rings_because_no_data_is_a_breach(template: Template, schedule: str) -> None:
    silent = template.one("CloudWatch::Alarm", f"Monitoring{schedule}Silent")
    assert (silent["TreatMissingData"], silent["ComparisonOperator"]) == ("breaching", "LessThanThreshold")


def test_every_alarm_reaches_a_topic_that_lets_alarms_in(template: Template) -> None:
    [topic] = [name for name in template.all("SNS::Topic") if name.startswith("Monitoring")]
    for alarm in template.all("CloudWatch::Alarm").values():
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": topic}]
    statements = template.one("SNS::TopicPolicy", "Monitoring")["PolicyDocument"]["Statement"]
    assert {"Service": "cloudwatch.amazonaws.com"} in [each["Principal"] for each in statements]
