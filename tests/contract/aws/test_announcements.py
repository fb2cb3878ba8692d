"""Announcements: from Ladder, of their kind, and heard by who listens."""

import json
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.eventbridge import EventBridgeAnnouncements
from ladder.domain.errors import Unavailable
from tests.builders.full_program import DAY
from tests.builders.stores import EMULATED
from tests.fakes import MemoryAnnouncements
from tests.fakes.faulty_client import Faulty, answered, refused

REFUSED = answered({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalException"}]})


def announcements(client: Any) -> EventBridgeAnnouncements:
    return EventBridgeAnnouncements(client, "default", pause=lambda tries: None)


@pytest.fixture
def heard(aws: Emulator) -> Any:
    """A queue that hears everything from Ladder on the default bus, as a function that empties it."""
    events, sqs = aws.client("events"), aws.client("sqs")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["ladder"]}))
    events.put_targets(Rule="all", Targets=[{"Id": "heard", "Arn": arn}])

    def empty() -> list[dict[str, Any]]:
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", [])
        return [json.loads(message["Body"]) for message in received]

    return empty


def test_in_memory_they_are_kept_as_they_were_made() -> None:
    made = MemoryAnnouncements()
    detail: dict[str, object] = {"program": "berlin-voice"}
    made.announce("RotationActivated", detail)
    detail["program"] = "changed since"
    assert made.made == [("RotationActivated", {"program": "berlin-voice"})]


@EMULATED
def test_an_announcement_is_heard_even_where_the_bus_refused_it_once(aws: Emulator, heard: Any) -> None:
    client = Faulty(aws.client("events"), REFUSED)
    announcements(client).announce("RotationActivated", {"program": "berlin-voice", "date": DAY})
    (event,) = heard()
    assert (event["source"], event["detail-type"]) == ("ladder", "RotationActivated")
    assert event["detail"] == {"program": "berlin-voice", "date": "2026-03-29"}


def test_a_bus_that_always_refuses_is_unavailable_after_a_bounded_number_of_calls() -> None:
    client = Faulty(None, *[REFUSED] * (ATTEMPTS + 1))
    with pytest.raises(Unavailable):
        announcements(client).announce("RotationActivated", {})
    assert client.calls.total() == ATTEMPTS


def test_throttling_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        announcements(Faulty(None, refused("ThrottlingException"))).announce("RotationActivated", {})
