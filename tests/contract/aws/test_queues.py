"""Activities and completions: every one arrives, in its member's group, and the same body once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.sqs import BATCH, LARGEST_BATCH, SqsActivities, SqsCompletions, message_body
from ladder.domain.activities.activity import MAX_BATCH, Activity, Delivery, deliveries
from ladder.domain.challenges.completion import Completion
from ladder.domain.errors import NotCarried, Unavailable
from ladder.domain.message import Message
from tests.builders.full_program import NOW, PROGRAM, completion
from tests.builders.stores import EMULATED
from tests.fakes import MemoryActivities, MemoryCompletions
from tests.fakes.faulty_client import Faulty, answered, refused

NUMBERS = count()


class EmulatedQueue:
    def __init__(self, client: Any) -> None:
        self.client = client
        self.url = client.create_queue(QueueName=f"completions-{next(NUMBERS)}.fifo", Attributes={"FifoQueue": "true"})[
            "QueueUrl"
        ]

    def completions(self, client: Any = None) -> SqsCompletions:
        return SqsCompletions(client or self.client, self.url, pause=lambda tries: None)

    def activities(self, client: Any = None) -> SqsActivities:
        return SqsActivities(client or self.client, self.url, pause=lambda tries: None)

    def messages(self) -> list[dict[str, Any]]:
        """Everything that waits; taken out, as a group with a message in flight shows no other."""
        found: list[dict[str, Any]] = []
        while received := self._receive():
            found += received
            for message in received:
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def bodies(self) -> list[str]:
        return [message["Body"] for message in self.messages()]

    def _receive(self) -> list[dict[str, Any]]:
        answer = self.client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))


@pytest.fixture
def queue(aws: Emulator) -> EmulatedQueue:
    return EmulatedQueue(aws.client("sqs"))


def many(number: int) -> Sequence[Completion]:
    return [completion(f"{each:032x}") for each in range(number)]


def body(sent: Completion) -> str:
    return message_body(deliveries([(sent.program, sent.member, sent.activity)])[0])


def delivery(number: int, *, member: str = "m", text: str = "", **changes: Any) -> Delivery:
    fields: dict[str, Any] = {"source": "academy", "type": "forum.posted", "occurred_at": NOW, "received_at": NOW}
    attributes = {"text": text} if text else {}
    return Delivery(
        PROGRAM,
        member,
        tuple(Activity(id=f"e{n:03}", attributes=attributes, **(fields | changes)) for n in range(number)),
    )


def ids(bodies: Sequence[str]) -> list[list[str]]:
    return [[activity["id"] for activity in json.loads(each)["activities"]] for each in bodies]


HELD = Message("challenges.quality_unknown")


def as_text(message: Message) -> str:
    """Attributes are plain values."""
    return json.dumps(message.to_dict(), ensure_ascii=False)


def partly_failed(*entry_ids: str) -> dict[str, Any]:
    return {"Failed": [{"Id": each, "SenderFault": False, "Code": "InternalError"} for each in entry_ids]}


def test_the_body_is_the_completion_as_an_activity_in_its_members_envelope() -> None:
    assert json.loads(body(completion(held=HELD, mirrored=True))) == {
        "program": "berlin-voice",
        "member": "0000000000000000000000000000000a",
        "received_at": None,
        "activities": [
            {
                "id": "2026-03-29:AHT_SPRINT:0000000000000000000000000000000a",
                "type": "challenge.completed",
                "source": "rotation",
                "occurred_at": "2026-03-30T03:30:00+00:00",
                "attributes": {
                    "date": "2026-03-29",
                    "category": "AHT_SPRINT",
                    "tier": 2,
                    "metric": "AHT",
                    "value": 441.5,
                    "measured": 460.5,
                    "bonus_percentage": 0.0,
                    "target": 450.0,
                    "points": 20,
                    "rotation": "2026-03-29#0001",
                    "program_version": 3,
                    "sentence": as_text(completion().sentence),
                    "held": as_text(HELD),
                    "mirrored": True,
                },
            }
        ],
    }


def test_in_memory_every_delivery_is_kept() -> None:
    activities = MemoryActivities()
    activities.send([delivery(2), delivery(1)])
    assert [len(each.activities) for each in activities.sent] == [2, 1]
    assert [activity.id for activity in activities.activities] == ["e000", "e001", "e000"]


def test_in_memory_every_sending_is_kept_and_the_last_one_found_by_its_id() -> None:
    completions = MemoryCompletions()
    completions.send([completion(), completion(points=0)])
    assert [each.points for each in completions.sent] == [20, 0]
    assert completions.by_id == {completion().id: completion(points=0)}


@EMULATED
def test_more_than_one_batch_arrives_whole(queue: EmulatedQueue) -> None:
    queue.completions().send(many(23))
    assert sorted(queue.bodies()) == sorted(map(body, many(23)))


@EMULATED
def test_nothing_to_send_is_nothing_sent(queue: EmulatedQueue) -> None:
    queue.completions().send([])
    assert queue.bodies() == []


@EMULATED
def test_a_member_of_a_program_is_a_group(queue: EmulatedQueue) -> None:
    queue.completions().send([completion("a"), completion("b")])
    groups = {message["Attributes"]["MessageGroupId"] for message in queue.messages()}
    assert groups == {"berlin-voice#a", "berlin-voice#b"}


@EMULATED
def test_the_same_completion_arrives_once_and_a_changed_one_under_the_same_id_again(queue: EmulatedQueue) -> None:
    completions = queue.completions()
    for sent in (completion(), completion(), replace(completion(), points=0)):
        completions.send([sent])
    assert queue.bodies() == [body(completion()), body(replace(completion(), points=0))]


@EMULATED
def test_what_the_answer_names_as_failed_is_sent_again_alone(queue: EmulatedQueue) -> None:
    def two_fail(meant: Any, operation: str) -> dict[str, Any]:
        return partly_failed("1", "3")

    faulty = Faulty(queue.client, two_fail)
    queue.completions(faulty).send(many(5))
    assert sorted(queue.bodies()) == sorted(body(many(5)[each]) for each in (1, 3))


@EMULATED
def test_what_fails_for_ever_is_unavailable_after_a_bounded_number_of_calls(queue: EmulatedQueue) -> None:
    faulty = Faulty(queue.client, *[answered(partly_failed("0"))] * (ATTEMPTS + 1))
    with pytest.raises(Unavailable):
        queue.completions(faulty).send(many(1))
    assert faulty.calls.total() == ATTEMPTS


@EMULATED
def test_what_a_queue_refuses_for_good_costs_no_other_message(queue: EmulatedQueue) -> None:
    """Neither of its batch nor of those behind it, and it is not tried again."""

    def one_is_refused(meant: Any, operation: str) -> dict[str, Any]:
        meant()
        return {"Failed": [{"Id": "2", "SenderFault": True, "Code": "InvalidMessageContents"}]}

    faulty = Faulty(queue.client, one_is_refused)
    with pytest.raises(NotCarried, match="InvalidMessageContents") as refusal:
        queue.completions(faulty).send(many(15))
    assert refusal.value.bodies == (body(many(15)[2]),)
    assert faulty.calls["send_message_batch"] == 2
    assert sorted(queue.bodies()) == sorted(map(body, many(15)))


@EMULATED
def test_after_a_failure_everything_may_be_sent_again_and_arrives_once(queue: EmulatedQueue) -> None:
    faulty = Faulty(queue.client, lambda meant, operation: meant(), refused("RequestThrottled", status=403))
    with pytest.raises(Unavailable):
        queue.completions(faulty).send(many(15))
    queue.completions().send(many(15))
    assert sorted(queue.bodies()) == sorted(map(body, many(15)))


@EMULATED
def test_a_delivery_of_one_member_is_one_message_up_to_as_many_as_one_transaction_takes(queue: EmulatedQueue) -> None:
    queue.activities().send([delivery(MAX_BATCH)])
    queue.activities().send([delivery(2 * MAX_BATCH + 1, member="n")])
    assert [len(each) for each in ids(queue.bodies())] == [MAX_BATCH, MAX_BATCH, MAX_BATCH, 1]


@EMULATED
def test_what_one_call_carries_is_bounded_by_bytes_and_by_number(queue: EmulatedQueue) -> None:
    client = Faulty(queue.client)
    large = [delivery(MAX_BATCH, member=f"m{n}", text="x" * 4_000) for n in range(3)]
    queue.activities(client).send(large)
    assert client.calls["send_message_batch"] == 2 + 1 * (3 * len(message_body(large[0])) > 2 * LARGEST_BATCH)
    client = Faulty(queue.client)
    queue.activities(client).send([delivery(1, member=f"n{n}") for n in range(BATCH + 1)])
    assert client.calls["send_message_batch"] == 2
    assert len(queue.bodies()) == 3 + BATCH + 1


@EMULATED
def test_the_time_of_receipt_makes_no_other_message_and_everything_else_does(queue: EmulatedQueue) -> None:
    later = NOW + timedelta(seconds=90)
    changes: list[dict[str, Any]] = [
        {"received_at": later},
        {"occurred_at": later},
        {"type": "task.completed"},
        {"source": "crm"},
        {"text": "other"},
        {"member": "n"},
    ]
    queue.activities().send([delivery(1), *(delivery(1, **each) for each in changes)])
    queue.activities().send([replace(delivery(1), program="other")])
    assert len(queue.bodies()) == 1 + len(changes) - 1 + 1
