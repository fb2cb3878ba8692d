"""From a signed post to a balance that its member can read: the deployed bundle, end to end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.driver.sending import Queue
from infra.cli.program_file import load_program
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.stage import stage
from ladder.domain.points.rulebook import CatalogueItem
from tests.e2e.deployed_academy import PROGRAM, DeployedAcademy, in_queue, message, passed

DEAD = "FailedActivitiesQueueUrl"


@pytest.fixture(scope="module")
def academy() -> Iterator[DeployedAcademy]:
    program = load_program(PROGRAM)
    coffee = CatalogueItem(key="COFFEE", name="a coffee", kind="recognition", price=40, stock=1)
    program = replace(program, rulebook=replace(program.rulebook, catalogue=(coffee,)))
    with stage(program, call_history(1, data=Path("nowhere"))) as live:
        yield DeployedAcademy(live, connect_learning_system(live))


def redriven(academy: DeployedAcademy) -> int:
    """Dead letters, moved back to the queue they came from; how many."""
    sqs, dead, moved = academy.live.aws.client("sqs"), academy.live.outputs[DEAD], 0
    asked = {"QueueUrl": dead, "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["MessageGroupId"]}
    while found := sqs.receive_message(**asked).get("Messages"):
        for each in found:
            in_queue(academy, each["Body"], each["Attributes"]["MessageGroupId"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=each["ReceiptHandle"])
            moved += 1
    return moved


def test_an_event_pays_once_however_often_it_is_posted(academy: DeployedAcademy) -> None:
    member = academy.member()
    event = passed(member, "fraud")
    for _ in range(3):
        academy.school.post([event])
    assert academy.balance(member) == (50, 1)


def test_the_same_id_with_another_body_is_refused_and_leaves_a_record(academy: DeployedAcademy) -> None:
    member = academy.member()
    event = passed(member, "fraud")
    academy.school.post([event])
    academy.school.post([{**event, "attributes": {**event["attributes"], "score": 100}}])
    assert academy.balance(member) == (50, 1)
    audit = academy.live.aws.client("dynamodb").scan(TableName=academy.live.outputs["AuditTable"])["Items"]
    assert [item for item in audit if member.id in str(item)]


def test_what_comes_late_is_counted_where_it_belongs(academy: DeployedAcademy) -> None:
    """The first of the same module pays, though it is told last: fifty points in all, whatever the order."""
    member = academy.member()
    academy.school.post([passed(member, "loans", minutes_ago=10)])
    academy.school.post([passed(member, "loans", minutes_ago=20)])
    assert academy.balance(member) == (50, 2)


def test_poison_is_set_apart_and_the_others_of_its_group_are_paid(academy: DeployedAcademy) -> None:
    member = academy.member()
    group = f"{academy.live.program.key}#{member.id}"
    in_queue(academy, message(academy, member, passed(member, "fraud")), group)
    in_queue(academy, '{"program": "bank", "not": "a message"}', group)
    in_queue(academy, message(academy, member, passed(member, "loans", minutes_ago=5)), group)
    assert academy.balance(member) == (100, 2)
    assert list(academy.live.members.ledger().quarantined(academy.live.program.key, member.id))
    assert Queue(academy.live.aws.client("sqs"), academy.live.outputs).failed() == 0


def test_a_dead_letter_queue_that_is_redriven_twice_changes_nothing(academy: DeployedAcademy) -> None:
    member = academy.member()
    bodies = [message(academy, member, passed(member, module)) for module in ("fraud", "loans")]
    group, balances = f"{academy.live.program.key}#{member.id}", list[tuple[int, int]]()
    in_queue(academy, bodies[0], group)  # it was paid, and failed after that; the other was never paid
    for _ in range(2):
        for body in bodies:
            in_queue(academy, body, group, queue=DEAD)
        assert redriven(academy) == len(bodies)
        balances.append(academy.balance(member))
    assert balances == [(100, 2)] * 2


def test_a_member_reads_their_progress_and_their_ledger_and_nobody_elses(academy: DeployedAcademy) -> None:
    member, other = academy.member(), academy.member()
    academy.school.post([passed(member, "fraud"), passed(other, "loans")])
    assert academy.balance(member) == (50, 1)
    token = academy.token(member)
    status, progress = academy.ask("/members/me/progress", token)
    assert (status, progress["points"]["earned"]) == (200, 50)
    status, page = academy.ask("/members/me/ledger", token)
    assert status == 200
    assert [[message["text"] for message in entry["messages"]] for entry in page["entries"]] == [
        ["50 points for a module passed."]
    ]


def test_points_are_spent_once_however_often_the_order_is_sent(academy: DeployedAcademy) -> None:
    member, api = academy.member(), Api(academy.live.aws, academy.live.outputs)
    token, headers = academy.token(member), {"content-type": "application/json"}
    order = json.dumps({"order": "my coffee", "item": "COFFEE"}).encode()
    assert api.post("/members/me/orders", order, headers, token=token).status == 409  # nothing is earned yet
    academy.school.post([passed(member, "fraud")])
    assert academy.balance(member) == (50, 1)
    assert [api.post("/members/me/orders", order, headers, token=token).status for _ in range(2)] == [201, 200]
    _, progress = academy.ask("/members/me/progress", token)
    assert (progress["points"]["earned"], progress["points"]["spendable"]) == (50, 10)
