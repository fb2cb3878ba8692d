"""Fake flows of Microsoft Teams: each takes a message with an Adaptive Card and answers 202 without an id."""

import json
from collections.abc import Callable
from typing import Any

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import HttpError, Request, Response

SIGNATURE = "local"
MAX_BYTES = 28_000
MOST_A_SECOND = 4


class FakeTeams(FakeService):
    """`cards`: what people see, by the name of the flow. `orphaned`: flows whose owner has left."""

    def __init__(self, *, clock: Callable[[], float], flows: tuple[str, ...] = ("team",)) -> None:
        super().__init__(clock=clock)
        self.cards: dict[str, list[dict[str, Any]]] = {flow: [] for flow in flows}
        self.orphaned: dict[str, int] = {}  # with the status that each answers
        self._recent: list[float] = []

    def secret(self) -> dict[str, Any]:
        return {"flows": {flow: f"{self.url}/workflows/{flow}/invoke?sig={SIGNATURE}" for flow in self.cards}}

    def visible(self, to: str) -> int:
        return len(self.cards[to])

    @route("POST", "/workflows/{}/invoke")
    def invoke(self, request: Request, flow: str) -> Response:
        if flow in self.orphaned or flow not in self.cards:
            raise HttpError(self.orphaned.get(flow, 404), "WorkflowNotFound", f"no flow {flow}")
        require(request.query.get("sig") == SIGNATURE, "the signature is wrong", status=401)
        require(len(request.body) <= MAX_BYTES, "the request is too large", status=413)
        self._recent = [at for at in self._recent if self.clock() - at < 1]
        if len(self._recent) >= MOST_A_SECOND:
            raise HttpError(429, "TooManyRequests", "more than four requests a second", {"Retry-After": "1"})
        self._recent.append(self.clock())
        body = json.loads(request.body)
        cards = [attachment["content"] for attachment in body["attachments"]]
        require(body["type"] == "message" and len(cards) == 1, "one card in a message")
        require(cards[0]["type"] == "AdaptiveCard", "no Adaptive Card")
        self.cards[flow].append(cards[0])
        return Response(202, b"")
