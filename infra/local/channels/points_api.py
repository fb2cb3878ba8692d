"""A fake learning system that takes points and badges by the article's two paths, with keys where it is told to."""

from collections.abc import Callable
from typing import Any

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import HttpError, Request

TOKEN = "points-local"  # noqa: S105 (loopback only)


class FakePoints(FakeService):
    """`awards`: what each user has, by its key; a key of its own where it takes none."""

    def __init__(self, *, clock: Callable[[], float], takes_keys: bool, reason_codes: tuple[str, ...]) -> None:
        super().__init__(clock=clock)
        self.awards: dict[str, dict[str, dict[str, Any]]] = {}
        self._takes_keys = takes_keys
        self._reason_codes = reason_codes
        self._written = 0

    def secret(self) -> dict[str, Any]:
        return {"base_url": self.url, "token": TOKEN}

    def visible(self, to: str) -> int:
        return len(self.awards.get(to, ()))

    def authorize(self, request: Request) -> None:
        require(request.authorization == f"Bearer {TOKEN}", "unknown token", status=401)

    @route("POST", "/api/v1/users/{}/points")
    def add_points(self, request: Request, user: str) -> object:
        asked = request.json
        require(isinstance(asked.get("points"), int) and asked["points"] > 0, "points must be a number above 0")
        require(asked.get("reason_code") in self._reason_codes, "unknown reason_code", status=422)
        return self._write(request, user, asked)

    @route("POST", "/users/{}/badges")
    def add_badge(self, request: Request, user: str) -> object:
        require(request.json.get("badge"), "a badge is needed")
        return self._write(request, user, request.json)

    @route("GET", "/api/v1/users/{}/points/{}")
    @route("GET", "/users/{}/badges/{}")
    def read(self, _: Request, user: str, key: str) -> object:
        if not self._takes_keys or key not in self.awards.get(user, {}):
            raise HttpError(404, "not.found", "no such award")
        return self.awards[user][key]

    @route("DELETE", "/api/v1/users/{}/points/{}")
    @route("DELETE", "/users/{}/badges/{}")
    def remove(self, _: Request, user: str, key: str) -> object:
        self.read(_, user, key)
        return self.awards[user].pop(key)

    def _write(self, request: Request, user: str, asked: dict[str, Any]) -> object:
        self._written += 1
        key = request.headers["idempotency-key"] if self._takes_keys else str(self._written)
        return self.awards.setdefault(user, {}).setdefault(key, asked)
