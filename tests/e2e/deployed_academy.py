"""A deployed program with its learning system."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from infra.cli.driver.sending import Queue, Sender
from infra.local.api import Api
from infra.local.login import Login
from infra.local.stage import Stage
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.activities.activity import LOGIN
from ladder.domain.members.roster import Member
from tests.paths import PROGRAMS

NUMBERS = count()

PROGRAM = PROGRAMS / "bank.yaml"

NOW = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DeployedAcademy:
    """A stage with its learning system; every test takes an agent of its own."""

    live: Stage
    school: Sender

    def member(self) -> Member:
        return self.live.roster[next(NUMBERS)]

    def balance(self, member: Member) -> tuple[int, int]:
        """Earned, and how many entries say so."""
        Queue(self.live.aws.client("sqs"), self.live.outputs).drain()
        ledger = self.live.members.ledger(self.live.program)
        state, _ = ledger.load(self.live.program.key, member.id, [])
        return state.earned, len(ledger.entries(self.live.program.key, member.id))

    def token(self, member: Member) -> str:
        """Of a login that an administrator has linked to the member."""
        login = Login(self.live.aws, self.live.outputs)
        token = login.token(member.user, program=self.live.program.key)
        key = self.live.aws.client("secretsmanager").get_secret_value(SecretId=self.live.outputs["IdentitySecret"])
        identities = DynamoIdentities(self.live.members.members, key=lambda: str(key["SecretString"]))
        identities.link(self.live.program.key, LOGIN, login.subject(member.user), member.id)
        return token

    def ask(self, path: str, token: str) -> tuple[int, Any]:
        answer = Api(self.live.aws, self.live.outputs).get(path, token=token)
        return answer.status, json.loads(answer.body)


def in_queue(academy: DeployedAcademy, body: str, group: str, *, queue: str = "ActivitiesQueueUrl") -> None:
    """Past the API."""
    academy.live.aws.client("sqs").send_message(
        QueueUrl=academy.live.outputs[queue],
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=secrets.token_hex(16),
    )


def message(academy: DeployedAcademy, member: Member, event: dict[str, Any]) -> str:
    activity = {key: value for key, value in event.items() if key != "member"} | {"source": academy.school.source.key}
    told = {"program": academy.live.program.key, "member": member.id, "received_at": NOW.isoformat()}
    return json.dumps({**told, "activities": [activity]})


def passed(member: Member, module: str, *, minutes_ago: int = 30, **changed: Any) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "type": "learner.completed_module",
        "occurred_at": (NOW - timedelta(minutes=minutes_ago)).isoformat(),
        "member": member.user,
        "attributes": {"module": module, "score": 85, "passed": True},
        **changed,
    }
