"""A fake learning record store: statements by their id, and voiding, as xAPI 1.0.3 has it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from urllib3 import make_headers

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import HttpError, Request, Response

USER, PASSWORD = "ladder", "of-no-use-elsewhere"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class FakeLRS(FakeService):
    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.statements: dict[str, dict[str, Any]] = {}

    def secret(self) -> dict[str, Any]:
        return {"endpoint_url": f"{self.url}/xAPI", "user": USER, "password": PASSWORD}

    @property
    def voided(self) -> set[str]:
        return {said["object"]["id"] for said in self.statements.values() if said["verb"]["id"] == VOIDED}

    def visible(self, to: str) -> int:
        actors = [said["actor"] for identifier, said in self.statements.items() if identifier not in self.voided]
        return sum(to in {actor.get("mbox"), actor.get("account", {}).get("name")} for actor in actors)

    def authorize(self, request: Request) -> None:
        if request.authorization != make_headers(basic_auth=f"{USER}:{PASSWORD}")["authorization"]:
            raise HttpError(401, "unauthorized", "unknown user")
        require("x-experience-api-version" in request.headers, "X-Experience-API-Version is missing")

    @route("PUT", "/xAPI/statements")
    def put(self, request: Request) -> Response:
        """Store a statement; the same one again changes nothing, another one under its id is a conflict."""
        identifier, statement = str(UUID(request.query["statementId"])), request.json
        require(statement.get("id", identifier) == identifier, "the ids differ")
        require(statement["actor"] and statement["verb"]["id"] and statement["object"]["id"], "incomplete")
        before = self.statements.setdefault(identifier, statement)
        require(before == statement, "another statement has this id", status=409)
        return Response(204, b"")

    @route("GET", "/xAPI/statements")
    def get(self, request: Request) -> object:
        identifier = request.query["statementId"]
        if identifier not in self.statements or identifier in self.voided:
            raise HttpError(404, "not.found", "no such statement")
        return self.statements[identifier]
