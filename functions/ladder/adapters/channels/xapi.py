"""xAPI 1.0.3: statements to any learning record store, under an id that is made of the key, and voided to withdraw.

Secret: {"endpoint_url": "https://lrs.example/xAPI", "user": "…", "password": "…"}, HTTP Basic. Options: `home_page`,
the system that the account names of actors belong to, and `activities`, the address that ours begin with.
An address is an account name, or mailto:…. A statement is by its nature idempotent: the same id and content is taken
once. `context.platform` says Ladder, by which our own statements are told apart where they come back.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import msgspec

from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.http import parse
from ladder.adapters.sources.xapi import OUR_PLATFORM
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import Rejected

VERSION = "1.0.3"
STATEMENTS = "/statements"
SPACE = UUID("5b6d6d1e-8f0c-5d0e-9a53-6c1f3b1a7c11")  # of the ids that are made of keys
EARNED = {"id": "http://specification.openbadges.org/xapi/verbs/earned", "display": {"en": "earned"}}
PROGRESSED = {"id": "http://adlnet.gov/expapi/verbs/progressed", "display": {"en": "progressed"}}
VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided", "display": {"en": "voided"}}
BADGE_TYPE = "http://activitystrea.ms/schema/1.0/badge"


class XapiSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    endpoint_url: str
    user: str
    password: str


class XapiOptions(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    home_page: str
    activities: str


class StoredStatements(msgspec.Struct):
    """What a record store answers: the statement that it was asked for, or, as Ralph does, a list of those found."""

    id: str | None = None
    statements: list[Mapping[str, Any]] = []


class XapiChannel:
    guarantee: Guarantee = "idempotent"
    pace = Pace()

    def __init__(self, settings: ChannelSettings) -> None:
        secret = settings.read_secret(XapiSecret)
        self._options = settings.read_options(XapiOptions)
        if not self._options.activities.startswith("https://") or not self._options.home_page.startswith("https://"):
            raise Rejected("the options 'home_page' and 'activities' of an xAPI channel must be https://…")
        proof = b64encode(f"{secret.user}:{secret.password}".encode()).decode()
        headers = {"Authorization": f"Basic {proof}", "X-Experience-API-Version": VERSION}
        self._store = settings.keyed_service(secret.endpoint_url, headers)

    def send(self, outgoing: Outgoing) -> str | None:
        return self._put(self.statement(outgoing))

    def find(self, outgoing: Outgoing) -> str | None:
        identifier = str(uuid5(SPACE, outgoing.key))
        return identifier if self._stored(identifier) else None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:
        self._put(
            {
                "id": _voiding(receipt),
                "actor": {"objectType": "Agent", "account": {"homePage": self._options.activities, "name": "ladder"}},
                "verb": VOIDED,
                "object": {"objectType": "StatementRef", "id": receipt},
                "timestamp": outgoing.sent_at.isoformat(),
            }
        )
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        """A voided statement is not there: some stores answer with it all the same, so its voiding is looked for."""
        return self._stored(receipt) and not self._stored(_voiding(receipt))

    def statement(self, outgoing: Outgoing) -> dict[str, Any]:
        facts = outgoing.facts
        badge = facts.get("badge")
        about = f"badges/{badge}" if badge else f"levels/{facts['level']}" if "level" in facts else outgoing.occasion
        definition: dict[str, Any] = {"name": {outgoing.language: outgoing.title}}
        if outgoing.paragraphs:
            definition["description"] = {outgoing.language: "\n".join(outgoing.paragraphs)}
        if badge:
            definition["type"] = BADGE_TYPE
        points = facts.get("points")
        result = {"result": {"score": {"raw": points}}} if isinstance(points, int | float) and points else {}
        return {
            "id": str(uuid5(SPACE, outgoing.key)),
            "actor": self._actor(outgoing.to),
            "verb": EARNED if badge or "points" in facts else PROGRESSED,
            "object": {
                "objectType": "Activity",
                "id": f"{self._options.activities.rstrip('/')}/{outgoing.program}/{about}",
                "definition": definition,
            },
            "context": {"platform": OUR_PLATFORM, "language": outgoing.language},
            "timestamp": str(facts.get("occurred_at") or outgoing.sent_at.isoformat()),
            **result,
        }

    def _actor(self, to: str) -> dict[str, Any]:
        if to.startswith("mailto:"):
            return {"objectType": "Agent", "mbox": to}
        return {"objectType": "Agent", "account": {"homePage": self._options.home_page, "name": to}}

    def _put(self, statement: Mapping[str, Any]) -> str:
        """Store the statement. A conflict is no failure: the store has one of this id, and its text differed then."""
        identifier = str(statement["id"])
        self._store.call("PUT", STATEMENTS, query={"statementId": identifier}, body=statement, expected=(409,))
        return identifier

    def _stored(self, identifier: str) -> bool:
        answer = self._store.call("GET", STATEMENTS, query={"statementId": identifier}, expected=(404,))
        if answer.refused:
            return False
        stored = parse(StoredStatements, answer)
        return stored.id is not None or bool(stored.statements)


def _voiding(receipt: str) -> str:
    return str(uuid5(SPACE, f"voids {receipt}"))
