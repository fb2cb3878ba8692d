"""A fake Amazon EventBridge: PutEvents, with entries that fail in an answer of 200."""

import json
from collections.abc import Callable
from typing import Any

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import Request


class FakeEventBus(FakeService):
    """`events`: what was put, in its order. `error`: the code of what every entry is answered with."""

    throttle_code = "ThrottlingException"

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.events: list[dict[str, Any]] = []
        self.error = ""

    def visible(self, to: str) -> int:  # noqa: ARG002 - it has one bus
        """Count what a consumer that knows each id once has left."""
        details = {detail["id"]: detail["data"] for detail in map(json.loads, (put["Detail"] for put in self.events))}
        withdrawn = {data.get("withdraws") for data in details.values()}
        return sum(name not in withdrawn and "withdraws" not in data for name, data in details.items())

    @route("POST", "/")
    def put_events(self, request: Request) -> object:
        require(request.headers["x-amz-target"] == "AWSEvents.PutEvents", "only PutEvents")
        if self.error:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": self.error, "ErrorMessage": "told to"}]}
        entries = request.json["Entries"]
        self.events += entries
        return {"FailedEntryCount": 0, "Entries": [{"EventId": f"event-{len(self.events)}"} for _ in entries]}
