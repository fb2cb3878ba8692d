"""The learning system of the demonstration: it knows agents by ids of its own, and signs what it posts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from infra.cli.demo.learning import Event
from infra.cli.replay.senders import body_of, headers_of, new_secret
from infra.local.api import Api
from infra.local.stage import Stage
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.programs.secret_names import source_secret
from ladder.domain.programs.source import Source

EVENTS_A_POST = 25


@dataclass(frozen=True, slots=True)
class School:
    api: Api
    program: str
    source: Source
    secret: str

    @classmethod
    def opened(cls, stage: Stage) -> "School":
        """With a secret in the store, and everybody known by the id that they have in the school."""
        source = next(each for each in stage.program.sources if each.kind == "standard")
        secret, manager = new_secret("standard"), stage.aws.client("secretsmanager")
        name = source_secret(stage.outputs["Environment"], stage.program.key, source.key)
        manager.create_secret(Name=name, SecretString=json.dumps({"secrets": [secret]}))
        key = str(manager.get_secret_value(SecretId=stage.outputs["IdentitySecret"])["SecretString"])
        identities = DynamoIdentities(stage.members.members, key=lambda: key)
        for member in stage.roster:
            identities.link(stage.program.key, source.key, member.user, member.id)
        return cls(Api(stage.aws, stage.outputs), stage.program.key, source, secret)

    def post(self, events: Sequence[Event]) -> None:
        for start in range(0, len(events), EVENTS_A_POST):
            told = [json.dumps(event, ensure_ascii=False).encode() for event in events[start : start + EVENTS_A_POST]]
            body = body_of("standard", told)
            headers = headers_of("standard", self.secret, body)
            self.api.post(f"/hooks/{self.program}/{self.source.key}", body, headers).taken()
