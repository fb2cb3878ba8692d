"""What was said to whom and where: read from the fakes of a chat and of another system, which the program speaks to."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as clock_time
from typing import Any

from infra.cli.demo.document import Said
from infra.cli.driver.sending import Queue
from infra.local.channels.slack import FakeSlack
from infra.local.channels.webhook import FakeReceiver
from infra.local.stage import Stage
from ladder.adapters.dynamodb.kudos import DynamoKudos
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.adapters.secrets import secret_name
from ladder.adapters.sqs import SqsActivities
from ladder.domain.activities.activity import LADDER, POINTS_GRANTED, REVERSED, Activity, Delivery
from ladder.domain.delivery.kudos import Kudos
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules, KudosRules
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program

FEED, MESSAGES = "C0TEAM", "U0MEMBER"
SPOKEN: tuple[Occasion, ...] = ("badge", "level", "kudos")
ALWAYS = clock_time(0)  # quiet hours from then until then are none: a demonstration has no working time
POINTS = 5_000
TOLD = 3  # messages to members: two thanks and a level
PATIENCE_SECONDS, POLL_SECONDS = 60.0, 0.2
VALUE, TEXT = "helpful", "Thank you for taking that call with me!"


def say_what_happens(stage: Stage) -> tuple[Said, ...]:
    """Let one member thank another and reach a level, take the level back, and return what was said of it where.

    Both share what they reach with everybody; a third thanks somebody who does not.
    """
    giver, receiver, private = stage.roster[:3]
    with FakeSlack(clock=time.time, channels=(FEED, MESSAGES)) as slack, FakeReceiver(clock=time.time) as system:
        names = {member.id: member.display_name for member in stage.roster}
        with _channels(stage, slack, system):
            for member in (giver, receiver):
                _shares(stage, member)
            _thank(stage, giver, receiver)
            _thank(stage, giver, private)
            grant = Activity(
                source=LADDER,
                id="demo:grant",
                type=POINTS_GRANTED,
                occurred_at=datetime.now(UTC),
                attributes={"points": POINTS, "by": "ops.admin", "reason": "for the demonstration"},
            )
            _send(stage, receiver, grant)
            _until(
                lambda: _said(system, "ladder.level.v1") and slack.visible(FEED) > 1 and slack.visible(MESSAGES) == TOLD
            )
            before = [*_from_slack(slack), *_from_events(system, names)]
            reversal = {"source": LADDER, "id": grant.id, "reason": "for the demonstration"}
            _send(stage, receiver, replace(grant, id="demo:reversal", type=REVERSED, attributes=reversal))
            _until(lambda: _said(system, "ladder.level.withdrawn.v1") and slack.visible(FEED) == 1)
        left = {(said.to, said.text) for said in _from_slack(slack)}
        events = _from_events(system, names)
    shown = [replace(said, withdrawn=(said.to, said.text) not in left) for said in before if said.channel == "slack"]
    return (*shown, *events)


@contextmanager
def _channels(stage: Stage, slack: FakeSlack, system: FakeReceiver) -> Iterator[Program]:
    """Play the program with channels, and then as before: the fakes are gone by then."""
    for key, fake in (("room", slack), ("system", system)):
        name = secret_name(stage.outputs["Environment"], stage.program.key, "channels", key)
        secret: Mapping[str, Any] = fake.secret()
        stage.aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
    rules = DeliveryRules(
        channels=(
            ChannelRules(key="room", kind="slack", occasions=SPOKEN, member=MESSAGES, address=FEED),
            ChannelRules(key="system", kind="webhook", occasions=SPOKEN, address=f"{system.url}/events"),
        ),
        quiet_from=ALWAYS,
        quiet_until=ALWAYS,
        kudos=KudosRules(values={VALUE: "helped me with a hard case"}),
    )
    every_day = replace(stage.program.rulebook, work_days=(1, 2, 3, 4, 5, 6, 7), holidays=())
    Queue(stage.aws.client("sqs"), stage.outputs, "News").drain()  # of what the nights brought
    yield stage.stores.programs.publish(replace(stage.program, delivery=rules, rulebook=every_day))
    stage.stores.programs.publish(stage.program)


def _shares(stage: Stage, member: Member) -> None:
    preferences = DynamoPreferences(stage.members.members)
    before = preferences.of(stage.program.key, member.id)
    preferences.save(stage.program.key, member.id, replace(before, recognition="public"), now=datetime.now(UTC))


def _thank(stage: Stage, giver: Member, receiver: Member) -> None:
    store = DynamoKudos(stage.members.members, audit=stage.outputs["AuditTable"])
    kudos = Kudos(
        program=stage.program.key,
        member=receiver.id,
        id=f"demo-{receiver.id[:8]}",
        by=giver.id,
        value=VALUE,
        text=TEXT,
        at=datetime.now(UTC),
        pays=False,
    )
    store.record(kudos, store.given(stage.program.key, giver.id))


def _send(stage: Stage, member: Member, activity: Activity) -> None:
    queue = SqsActivities(stage.aws.client("sqs"), stage.outputs["ActivitiesQueueUrl"])
    queue.send([Delivery(stage.program.key, member.id, (activity,))])


def _said(system: FakeReceiver, kind: str) -> bool:
    return any(event["type"] == kind for event in system.events.values())


def _until(true: Callable[[], bool]) -> None:
    """Wait until it is true, or for a minute: what is missing then is missing from the screen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _from_slack(slack: FakeSlack) -> Iterator[Said]:
    for to, messages in slack.messages.items():
        for message in messages:
            yield Said(channel="slack", to=to, text=str(message["text"]).replace("\n", " "), withdrawn=False)


def _from_events(system: FakeReceiver, names: Mapping[str, str]) -> list[Said]:
    return [
        Said(
            channel="webhook",
            to="/events",
            text=f"{event['type']} {names.get(event['data']['member'], '')}".strip(),
            withdrawn=False,
        )
        for event in system.events.values()
    ]
