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
PAGE_SIZE = 100  # reviews
JSON = {"content-type": "application/json"}


def declare_not_playing(api: Api, program: str, token: str) -> None:
    """Declare that the owner of the token plays no program, which staff must do before they decide."""
    api.put(f"/admin/programs/{program}/me", json.dumps({"plays": False}).encode(), JSON, token=token).taken()


@dataclass(frozen=True, slots=True)
class Staff:
    api: Api
    program: str
    reviewer: str = field(repr=False)  # token
    admin: str = field(repr=False)  # token

    @classmethod
    def logged_in(cls, stage: Stage) -> "Staff":
        login, program, api = Login(stage.aws, stage.outputs), stage.program.key, Api(stage.aws, stage.outputs)
        reviewer = login.token(REVIEWER, program=program, role="reviewer")
        admin = login.token(ADMIN, program=program, role="admin")
        for token in (reviewer, admin):
            declare_not_playing(api, program, token)
        return cls(api, program, reviewer, admin)

    def review_queue(self, **filters: str | int) -> Any:
        """Return the first page as the API sends it."""
        query = urlencode({"limit": PAGE_SIZE, **filters})
        return self.api.get(f"/admin/reviews?{query}", token=self.reviewer).taken()

    def decide(self, review: str, decision: str, reason: str) -> None:
        self._post(f"/admin/reviews/{review}/decision", self.reviewer, {"decision": decision, "reason": reason})

    def revoke(self, member: str, *, source: str, event: str, reason: str) -> None:
        body = {"source": source, "id": event, "reason": reason, "request": f"take-back-{member[:8]}"}
        self._post(f"/admin/programs/{self.program}/members/{member}/revocations", self.admin, body)

    def _post(self, path: str, token: str, body: Mapping[str, str]) -> None:
        self.api.post(path, json.dumps(body).encode(), JSON, token=token).taken()
