"""A request and a reply, free of any server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from infra.local.simulator.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Arrival:
    method: str
    target: str
    authorization: str
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(errors="replace")))

    @property
    def json(self) -> dict[str, object]:
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Refusal(400, "bad.request", "the body must be a JSON object")
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """`late` is how long the server keeps it back; a `cut` one breaks off in the middle of its body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    late: float = 0.0
    cut: bool = False


def reply(status: int, payload: object, *, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(payload).encode(), headers or {})


def refused(refusal: Refusal, *, headers: Mapping[str, str] | None = None) -> Reply:
    return reply(refusal.status, refusal.body, headers=headers)
