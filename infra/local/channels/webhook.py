"""A fake receiver of Standard Webhooks: verifies the signature and the time, and tells a repeat by its id."""

import base64
import hmac
from collections.abc import Callable
from typing import Any

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import HttpError, Request, Response

KEY = b"of-no-use-elsewhere-at-all"
TOLERANCE_SECONDS = 300


class FakeReceiver(FakeService):
    """`events`: what it has accepted, by id. `gone`: it wants no more."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.events: dict[str, dict[str, Any]] = {}
        self.gone = False

    def secret(self) -> dict[str, Any]:
        return {"secrets": [f"whsec_{base64.b64encode(KEY).decode()}"]}

    def visible(self, to: str) -> int:  # noqa: ARG002 - it has one address
        withdrawn = {event["data"].get("withdraws") for event in self.events.values()}
        return sum(name not in withdrawn and "withdraws" not in event["data"] for name, event in self.events.items())

    @route("POST", "/events")
    def receive(self, request: Request) -> Response:
        if self.gone:
            raise HttpError(410, "gone", "no more events")
        name, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        require(abs(self.clock() - int(at)) <= TOLERANCE_SECONDS, "too old or too new")
        signed = b".".join((name.encode(), at.encode(), request.body))
        expected = f"v1,{base64.b64encode(hmac.digest(KEY, signed, 'sha256')).decode()}"
        require(expected in request.headers["webhook-signature"].split(" "), "the signature is wrong", status=401)
        self.events.setdefault(name, request.json)
        return Response(204, b"")
