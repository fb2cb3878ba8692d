"""The staff of the demonstration: a reviewer and an admin with logins of their own, who work through the API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from infra.local.api import Api
from infra.local.login import Login
from infra.local.stage import Stage

REVIEWER, ADMIN = "rita", "adam"
MOST = 100  # reviews of a page
JSON = {"content-type": "application/json"}


def declare_not_playing(api: Api, program: str, token: str) -> None:
    """Whoever decides says first who they are."""
    api.put(f"/admin/programs/{program}/me", json.dumps({"plays": False}).encode(), JSON, token=token).taken()


@dataclass(frozen=True, slots=True)
class Office:
    api: Api
    program: str
    reviewer: str = field(repr=False)  # their tokens
    admin: str = field(repr=False)

    @classmethod
    def opened(cls, stage: Stage) -> "Office":
        login, program = Login(stage.aws, stage.outputs), stage.program.key
        tokens = [
            login.token(user, program=program, role=role) for user, role in ((REVIEWER, "reviewer"), (ADMIN, "admin"))
        ]
        api = Api(stage.aws, stage.outputs)
        for each in tokens:
            declare_not_playing(api, program, each)
        return cls(api, program, *tokens)

    def queue(self, **wanted: str | int) -> Any:
        """The first page, as the API tells it."""
        asked = urlencode({"limit": MOST, **wanted})
        return self.api.get(f"/admin/reviews?{asked}", token=self.reviewer).taken()

    def decide(self, review: str, decision: str, reason: str) -> None:
        self._post(f"/admin/reviews/{review}/decision", self.reviewer, {"decision": decision, "reason": reason})

    def take_back(self, member: str, *, source: str, event: str, reason: str) -> None:
        told = {"source": source, "id": event, "reason": reason, "request": f"take-back-{member[:8]}"}
        self._post(f"/admin/programs/{self.program}/members/{member}/revocations", self.admin, told)

    def _post(self, path: str, token: str, body: Mapping[str, str]) -> None:
        self.api.post(path, json.dumps(body).encode(), JSON, token=token).taken()
