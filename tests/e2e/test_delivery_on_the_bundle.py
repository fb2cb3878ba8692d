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
from infra.local.call_history import call_history
from infra.local.channels.slack import FakeSlack
from infra.local.channels.webhook import FakeReceiver
from infra.local.stage import stage
from ladder.adapters.dynamodb.outbox import DynamoOutbox
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.secrets import secret_name
from ladder.domain.activities.activity import LADDER, REVERSED
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.members.preferences import Recognition
from ladder.domain.members.roster import Member, RosterRow
from ladder.domain.points.rulebook import Level
from tests.builders.programs import with_values
from tests.e2e.deployed_academy import NOW, PROGRAM, DeployedAcademy, in_queue, message, passed

PATIENCE_SECONDS = 60.0
LEVELS = (Level(name="Newcomer", points=0), Level(name="Regular", points=10))
ALWAYS = clock_time(0)


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


@pytest.fixture(scope="module")
def connected() -> Iterator[Connected]:
    with FakeSlack(clock=time.time) as slack, FakeReceiver(clock=time.time) as receiver:
        channels = (
            ChannelRules(key="room", kind="slack", teams={"North": "C0TEAM"}, member="U0MEMBER"),
            ChannelRules(key="hook", kind="webhook", address=f"{receiver.url}/events"),
        )
        delivery = DeliveryRules(channels=channels, quiet_from=ALWAYS, quiet_until=ALWAYS)
        program = with_values(
            load_program(PROGRAM), delivery=delivery, levels=LEVELS, work_days=(1, 2, 3, 4, 5, 6, 7), holidays=()
        )
        history = call_history(1, data=Path("nowhere"))
        rows = [RosterRow(user=user, team="North", name=f"Agent {user}") for user in history.users]
        with stage(program, history, rows=rows) as live:
            for key, fake in (("room", slack), ("hook", receiver)):
                name = secret_name(live.outputs["Environment"], program.key, "channels", key)
                text = json.dumps(fake.secret())
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
