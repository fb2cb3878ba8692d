"""From a signed post to a balance that its member can read: the deployed bundle, end to end."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from infra.cli.demo.learning_system import LearningSystem
from infra.cli.replay.drive import Queues, drain
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import Stage, stage
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.program_file import load_program
from ladder.domain.activities.inbound import LOGIN
from ladder.domain.members.roster import Member
from ladder.domain.points.rulebook import CatalogueItem
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "bank.yaml"
NUMBERS = count()
NOW = datetime.now(UTC)
DEAD = "FailedActivitiesQueueUrl"


@dataclass(frozen=True, slots=True)
class Campus:
    """A stage with its learning system; every test takes an agent of its own."""

    live: Stage
    school: LearningSystem

    def member(self) -> Member:
        return self.live.roster[next(NUMBERS)]

    def balance(self, member: Member) -> tuple[int, int]:
        """Earned, and how many entries say so."""
        drain(Queues(self.live.aws.client("sqs"), self.live.outputs), tell=lambda _: None)
        ledger = self.live.members.ledger(self.live.program)
        state, _ = ledger.load(self.live.program.key, member.id, [])
        return state.earned, len(ledger.entries(self.live.program.key, member.id))

    def token(self, member: Member) -> str:
        """Of a login that an administrator has linked to the member."""
        login = Login(self.live.aws, self.live.outputs)
        token = login.token(member.user, program=self.live.program.key)
        key = self.live.aws.client("secretsmanager").get_secret_value(SecretId=self.live.outputs["IdentitySecret"])
        identities = DynamoIdentities(self.live.members.members, key=lambda: str(key["SecretString"]))
        identities.link(self.live.program.key, LOGIN, subject_of(self.live, member.user), member.id)
        return token

    def ask(self, path: str, token: str) -> tuple[int, Any]:
        answer = Api(self.live.aws, self.live.outputs).get(path, token=token)
        return answer.status, json.loads(answer.body)


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    program = load_program(PROGRAM)
    coffee = CatalogueItem(key="COFFEE", name="a coffee", kind="recognition", price=40, stock=1)
    program = replace(program, rulebook=replace(program.rulebook, catalogue=(coffee,)))
    with stage(program, call_history(1, data=Path("nowhere"))) as live:
        yield Campus(live, LearningSystem.connected(live))


def subject_of(live: Stage, user: str) -> str:
    cognito = live.aws.client("cognito-idp")
    found = cognito.admin_get_user(UserPoolId=live.outputs["UserPoolId"], Username=user)
    return str(next(each["Value"] for each in found["UserAttributes"] if each["Name"] == "sub"))


def passed(member: Member, module: str, *, minutes_ago: int = 30, **changed: Any) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "type": "learner.completed_module",
        "occurred_at": (NOW - timedelta(minutes=minutes_ago)).isoformat(),
        "member": member.user,
        "attributes": {"module": module, "score": 85, "passed": True},
        **changed,
    }


def in_queue(campus: Campus, body: str, group: str, *, queue: str = "ActivitiesQueueUrl") -> None:
    """Past the API."""
    campus.live.aws.client("sqs").send_message(
        QueueUrl=campus.live.outputs[queue],
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=secrets.token_hex(16),
    )


def redriven(campus: Campus) -> int:
    """Dead letters, moved back to the queue they came from; how many."""
    sqs, dead, moved = campus.live.aws.client("sqs"), campus.live.outputs[DEAD], 0
    asked = {"QueueUrl": dead, "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["MessageGroupId"]}
    while found := sqs.receive_message(**asked).get("Messages"):
        for each in found:
            in_queue(campus, each["Body"], each["Attributes"]["MessageGroupId"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=each["ReceiptHandle"])
            moved += 1
    return moved


def message(campus: Campus, member: Member, event: dict[str, Any]) -> str:
    activity = {key: value for key, value in event.items() if key != "member"} | {"source": campus.school.source.key}
    told = {"program": campus.live.program.key, "member": member.id, "received_at": NOW.isoformat()}
    return json.dumps({**told, "activities": [activity]})


def test_an_event_pays_once_however_often_it_is_posted(campus: Campus) -> None:
    member = campus.member()
    event = passed(member, "fraud")
    for _ in range(3):
        campus.school.post([event])
    assert campus.balance(member) == (50, 1)


def test_the_same_id_with_another_body_is_refused_and_leaves_a_record(campus: Campus) -> None:
    member = campus.member()
    event = passed(member, "fraud")
    campus.school.post([event])
    campus.school.post([{**event, "attributes": {**event["attributes"], "score": 100}}])
    assert campus.balance(member) == (50, 1)
    audit = campus.live.aws.client("dynamodb").scan(TableName=campus.live.outputs["AuditTable"])["Items"]
    assert [item for item in audit if member.id in str(item)]


def test_what_comes_late_is_counted_where_it_belongs(campus: Campus) -> None:
    """The first of the same module pays, though it is told last: fifty points in all, whatever the order."""
    member = campus.member()
    campus.school.post([passed(member, "loans", minutes_ago=10)])
    campus.school.post([passed(member, "loans", minutes_ago=20)])
    assert campus.balance(member) == (50, 2)


def test_poison_is_set_apart_and_the_others_of_its_group_are_paid(campus: Campus) -> None:
    member = campus.member()
    group = f"{campus.live.program.key}#{member.id}"
    in_queue(campus, message(campus, member, passed(member, "fraud")), group)
    in_queue(campus, '{"program": "bank", "not": "a message"}', group)
    in_queue(campus, message(campus, member, passed(member, "loans", minutes_ago=5)), group)
    assert campus.balance(member) == (100, 2)
    assert list(campus.live.members.ledger().quarantined(campus.live.program.key, member.id))
    assert Queues(campus.live.aws.client("sqs"), campus.live.outputs).failed() == 0


def test_a_dead_letter_queue_that_is_redriven_twice_changes_nothing(campus: Campus) -> None:
    member = campus.member()
    bodies = [message(campus, member, passed(member, module)) for module in ("fraud", "loans")]
    group, balances = f"{campus.live.program.key}#{member.id}", list[tuple[int, int]]()
    in_queue(campus, bodies[0], group)  # it was paid, and failed after that; the other was never paid
    for _ in range(2):
        for body in bodies:
            in_queue(campus, body, group, queue=DEAD)
        assert redriven(campus) == len(bodies)
        balances.append(campus.balance(member))
    assert balances == [(100, 2)] * 2


def test_a_member_reads_his_progress_and_his_ledger_and_nobody_elses(campus: Campus) -> None:
    member, other = campus.member(), campus.member()
    campus.school.post([passed(member, "fraud"), passed(other, "loans")])
    assert campus.balance(member) == (50, 1)
    token = campus.token(member)
    status, progress = campus.ask("/members/me/progress", token)
    assert (status, progress["points"]["earned"]) == (200, 50)
    status, page = campus.ask("/members/me/ledger", token)
    assert status == 200
    assert [entry["sentence"] for entry in page["entries"]] == ["50 points for a module passed."]


def test_points_are_spent_once_however_often_the_order_is_sent(campus: Campus) -> None:
    member, api = campus.member(), Api(campus.live.aws, campus.live.outputs)
    token, headers = campus.token(member), {"content-type": "application/json"}
    order = json.dumps({"order": "my coffee", "item": "COFFEE"}).encode()
    assert api.post("/members/me/orders", order, headers, token=token).status == 409  # nothing is earned yet
    campus.school.post([passed(member, "fraud")])
    assert campus.balance(member) == (50, 1)
    assert [api.post("/members/me/orders", order, headers, token=token).status for _ in range(2)] == [201, 200]
    _, progress = campus.ask("/members/me/progress", token)
    assert (progress["points"]["earned"], progress["points"]["spendable"]) == (50, 10)
