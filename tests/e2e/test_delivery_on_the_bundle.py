"""From a finished module to what a team and another system read of it, and back again: the deployed stack."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest

from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.program_file import load_program
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.channels.slack import FakeSlack
from infra.local.channels.webhook import FakeReceiver
from infra.local.stage import stage
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.secrets import secret_name
from ladder.domain.activities.activity import LADDER, REVERSED
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.members.preferences import Recognition
from ladder.domain.members.roster import Member, RosterRow
from ladder.domain.points.rulebook import Level
from ladder.domain.points.rules import Rule
from tests.builders.programs import with_values
from tests.e2e.deployed_academy import NOW, PROGRAM, DeployedAcademy, in_queue, message, passed

PATIENCE_SECONDS = 60.0
LEVELS = (Level(name="Newcomer", points=0), Level(name="Regular", points=10))
ALWAYS = clock_time(0)
TASK = Rule(key="TASK", name="a task", match=EventFilter(types=("task.completed",)), points=15, confirm="colleague")


@dataclass(frozen=True, slots=True)
class Connected:
    academy: DeployedAcademy
    slack: FakeSlack
    receiver: FakeReceiver

    @property
    def feed(self) -> list[str]:
        return [sent["text"] for sent in self.slack.messages["C0TEAM"]]

    def types(self, member: Member) -> list[str]:
        return [event["type"] for event in self.receiver.events.values() if event["data"]["member"] == member.id]

    def statuses(self, member: Member) -> dict[str, str]:
        items = DynamoOutbox(self.academy.live.members.members).of_member(self.academy.live.program.key, member.id)
        return {f"{item.notification.news.occasion} {item.notification.audience}": item.status for item in items}

    def asked(self, member: Member) -> list[str]:
        """Return the conversations in which colleagues are asked to confirm what the member did."""
        asks = f"{member.name} waits for a colleague to confirm: a task."
        told = self.slack.messages.items()
        return [channel for channel, messages in told if messages and str(messages[-1]["text"]).startswith(asks)]


@pytest.fixture(scope="module")
def connected() -> Iterator[Connected]:
    history = call_history(1, data=Path("nowhere"))
    addresses = {user: f"U{number:09}" for number, user in enumerate(history.users)}
    with (
        FakeSlack(clock=time.time, channels=("C0TEAM", *addresses.values())) as slack,
        FakeReceiver(clock=time.time) as receiver,
    ):
        channels = (
            ChannelRules(
                key="room", kind="slack", teams={"North": "C0TEAM"}, member="{address}", options={"answers": "true"}
            ),
            ChannelRules(key="hook", kind="webhook", address=f"{receiver.url}/events"),
        )
        delivery = DeliveryRules(channels=channels, quiet_from=ALWAYS, quiet_until=ALWAYS)
        bank = load_program(PROGRAM)
        program = with_values(
            bank,
            delivery=delivery,
            levels=LEVELS,
            rules=(*bank.rulebook.rules, TASK),
            work_days=(1, 2, 3, 4, 5, 6, 7),
            holidays=(),
        )
        rows = [
            RosterRow(user=user, team="North", name=f"Agent {user}", addresses={"room": address})
            for user, address in addresses.items()
        ]
        with stage(program, history, rows=rows) as live:
            for purpose, key, secret in (
                ("channels", "room", slack.secret()),
                ("channels", "hook", receiver.secret()),
                ("answers", "room", slack.answers_secret()),
            ):
                name, text = secret_name(live.outputs["Environment"], program.key, purpose, key), json.dumps(secret)
                live.aws.client("secretsmanager").create_secret(Name=name, SecretString=text)
            yield Connected(DeployedAcademy(live, connect_learning_system(live)), slack, receiver)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.2)


def shares(connected: Connected, member: Member, recognition: Recognition) -> None:
    program, preferences = connected.academy.live.program.key, DynamoPreferences(connected.academy.live.members.members)
    before = preferences.of(program, member.id)
    preferences.save(program, member.id, replace(before, recognition=recognition), now=datetime.now(UTC))


def test_what_a_member_shares_is_said_to_their_team_and_taken_back_with_the_points(connected: Connected) -> None:
    academy, member = connected.academy, connected.academy.member()
    shares(connected, member, "team")
    event = passed(member, "kyc")
    academy.school.send([json.dumps(event).encode()])
    said = f"{member.name} is now at level 2: Regular."
    until(lambda: said in connected.feed and {"ladder.level.v1", "ladder.points.v1"} <= {*connected.types(member)})
    assert connected.feed.count(said) == 1
    assert str(member.name) not in str(connected.receiver.events)
    reversal = {
        "id": f"reverse:{event['id']}",
        "type": REVERSED,
        "source": LADDER,
        "occurred_at": NOW.isoformat(),
        "attributes": {"source": academy.school.source.key, "id": event["id"], "reason": "a mistake"},
    }
    told: dict[str, Any] = {**json.loads(message(academy, member, event)), "activities": [reversal]}
    in_queue(academy, json.dumps(told), f"{academy.live.program.key}#{member.id}")
    until(lambda: said not in connected.feed and "ladder.level.withdrawn.v1" in connected.types(member))
    until(lambda: "waiting" not in connected.statuses(member).values())


def test_what_a_member_keeps_to_themselves_reaches_them_and_no_team(connected: Connected) -> None:
    academy, member = connected.academy, connected.academy.member()
    academy.school.send([json.dumps(passed(member, "kyc")).encode()])
    until(lambda: connected.statuses(member).get("level member") == "sent")
    assert not any(str(member.name) in text for text in connected.feed)
    assert "level team" not in connected.statuses(member)


def test_what_was_shared_is_taken_back_from_the_team_when_the_member_changes_their_mind(connected: Connected) -> None:
    academy, member = connected.academy, connected.academy.member()
    shares(connected, member, "team")
    academy.school.send([json.dumps(passed(member, "kyc")).encode()])
    until(lambda: any(str(member.name) in text for text in connected.feed))
    shares(connected, member, "private")
    until(lambda: not any(str(member.name) in text for text in connected.feed))
    assert connected.statuses(member)["level team"] == "withdrawn"


def test_a_colleague_confirms_in_slack_once_and_what_slack_did_not_sign_changes_nothing(connected: Connected) -> None:
    academy, member, slack = connected.academy, connected.academy.member(), connected.slack
    api, path = Api(academy.live.aws, academy.live.outputs), f"/channels/{academy.live.program.key}/room/answers"
    event = passed(member, "kyc", type="task.completed")
    academy.school.send([json.dumps(event).encode()])
    until(lambda: len(connected.asked(member)) == 2)
    conversation = connected.asked(member)[0]
    colleague = f"U{conversation[1:]}"
    forged, body = slack.press(colleague, user=colleague, secret="another")
    assert api.post(path, body, forged).status == 401
    stranger, body = slack.press(colleague, user="U0STRANGER")
    assert api.post(path, body, stranger).status == 200
    assert slack.told == ["Ladder does not know who you are here. Sign in to Ladder and answer there."]
    assert academy.balance(member) == (0, 1)
    headers, body = slack.press(colleague, user=colleague)
    assert api.post(path, body, headers).status == 200
    assert academy.balance(member) == (15, 2)
    assert api.post(path, body, headers).status == 200
    assert academy.balance(member) == (15, 2)
    until(lambda: connected.statuses(member).get("confirmed member") == "sent")
    assert connected.asked(member) == []
