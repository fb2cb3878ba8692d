"""A learning system that takes points and badges by `POST /api/v1/users/{userId}/points` and `POST /users/{id}/badges`.

Secret: {"base_url": "https://lms.example", "token": "…"}. Options: `reason_code`, what the system files our points
under; `takes_keys`: "true" where it honours Idempotency-Key and shows what it has. An address is a user's id.
The paths and {points, reason_code} are those of the article that described it; the rest is unconfirmed:
Idempotency-Key, `event_id`, the reading and the deletion, all of them behind `takes_keys`.
"""

from typing import Literal
from urllib.parse import quote

import msgspec

from ladder.adapters.channels.settings import ChannelSettings
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import Rejected


class PointsSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    base_url: str
    token: str


class PointsOptions(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    reason_code: str
    takes_keys: Literal["true", "false"] = "false"


class PointsChannel:
    pace = Pace()

    def __init__(self, settings: ChannelSettings) -> None:
        self._options = settings.read_options(PointsOptions)
        secret = settings.read_secret(PointsSecret)
        self._system = settings.keyed_service(secret.base_url, {"Authorization": f"Bearer {secret.token}"})
        self._takes_keys = self._options.takes_keys == "true"

    @property
    def guarantee(self) -> Guarantee:
        return "idempotent" if self._takes_keys else "never_again"

    def send(self, outgoing: Outgoing) -> str | None:
        badge, points = outgoing.facts.get("badge"), outgoing.facts.get("points")
        body: dict[str, object]
        if badge:
            body = {"badge": badge, "name": outgoing.facts.get("badge_name", badge), "reason": outgoing.title}
        elif isinstance(points, int) and points > 0:
            body = {"points": points, "reason_code": self._options.reason_code}
        else:
            raise Rejected(f"a message about {outgoing.occasion!r} has neither points nor a badge to write")
        headers = {}
        if self._takes_keys:
            headers["Idempotency-Key"] = body["event_id"] = outgoing.key
        self._system.call("POST", _path(outgoing), body=body, headers=headers)
        return outgoing.key if self._takes_keys else None

    def find(self, outgoing: Outgoing) -> str | None:
        return outgoing.key if self._takes_keys and self.still_there(outgoing, outgoing.key) else None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:
        if not self._takes_keys:
            return False
        self._system.call("DELETE", f"{_path(outgoing)}/{receipt}", expected=(404,))
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:
        if not self._takes_keys:
            return None
        return not self._system.call("GET", f"{_path(outgoing)}/{receipt}", expected=(404,)).refused


def _path(outgoing: Outgoing) -> str:
    user = quote(outgoing.to, safe="")
    return f"/users/{user}/badges" if outgoing.facts.get("badge") else f"/api/v1/users/{user}/points"
