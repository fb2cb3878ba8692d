"""The learning system of the demonstration: it has its own ids of agents, and signs what it posts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from infra.cli.demo.activity_feed import Event
from infra.cli.replay.senders import body_of, headers_of, new_secret
from infra.local.api import Api
from infra.local.stage import Stage
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.activities.source import Source
from ladder.domain.programs.secret_names import source_secret

EVENTS_PER_REQUEST = 25


@dataclass(frozen=True, slots=True)
class LearningSystem:
    api: Api
    program: str
    source: Source
    secret: str

    @classmethod
    def connected(cls, stage: Stage) -> "LearningSystem":
        """Store a secret for the source, and link the id that each member has in the learning system."""
        source = next(source for source in stage.program.sources if source.kind == "standard")
        secret, manager = new_secret("standard"), stage.aws.client("secretsmanager")
        name = source_secret(stage.outputs["Environment"], stage.program.key, source.key)
        manager.create_secret(Name=name, SecretString=json.dumps({"secrets": [secret]}))
        key = str(manager.get_secret_value(SecretId=stage.outputs["IdentitySecret"])["SecretString"])
        identities = DynamoIdentities(stage.members.members, key=lambda: key)
        for member in stage.roster:
            identities.link(stage.program.key, source.key, member.user, member.id)
        return cls(Api(stage.aws, stage.outputs), stage.program.key, source, secret)

    def post(self, events: Sequence[Event]) -> None:
        for start in range(0, len(events), EVENTS_PER_REQUEST):
            batch = [
                json.dumps(event, ensure_ascii=False).encode() for event in events[start : start + EVENTS_PER_REQUEST]
            ]
            body = body_of("standard", batch)
            headers = headers_of("standard", self.secret, body)
            self.api.post(f"/hooks/{self.program}/{self.source.key}", body, headers).taken()
