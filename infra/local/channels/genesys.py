"""A fake Genesys Cloud: recognitions, which can be sent and read, never deleted."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from infra.local.channels.service import FakeOAuthService, require, route
from infra.local.http_server import HttpError, Request

PATH = "/api/v2/employeeengagement/recognitions"
TYPES = {"ThankYou", "Congratulations", "HighPerformance", "CompanyValues"}
MAX_TITLE, MAX_NOTE = 100, 800


class FakeGenesys(FakeOAuthService):
    throttle_code = "too.many.requests.retry.after"

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.recognitions: list[dict[str, Any]] = []

    def visible(self, to: str) -> int:
        return sum(sent["recipientId"] == to for sent in self.recognitions)

    @route("POST", PATH)
    def create(self, request: Request) -> object:
        asked = request.json
        require(asked["type"] in TYPES, "no such type")
        require(0 < len(asked["title"]) <= MAX_TITLE and len(asked["note"]) <= MAX_NOTE, "too long")
        created = {**asked, "id": f"recognition-{len(self.recognitions) + 1:06d}", "dateCreated": self._now()}
        self.recognitions.append(created)
        return created

    @route("GET", PATH)
    def list_sent(self, request: Request) -> object:
        query = request.query
        require(query.get("direction") == "sent", "a direction is needed")
        found = [
            sent
            for sent in self.recognitions
            if sent["recipientId"] == query["recipient"]
            and query["dateStart"] <= sent["dateCreated"] <= query["dateEnd"]
        ]
        number, size = int(query["pageNumber"]), int(query["pageSize"])
        pages = max(1, -(-len(found) // size))
        return {"entities": found[(number - 1) * size : number * size], "pageNumber": number, "pageCount": pages}

    @route("GET", PATH + "/{}")
    def read(self, _: Request, identifier: str) -> object:
        for sent in self.recognitions:
            if sent["id"] == identifier:
                return sent
        raise HttpError(404, "not.found", "no such recognition")

    def _now(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
