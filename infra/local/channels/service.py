"""What the fakes of channels share: a server on loopback, routes, OAuth tokens, and faults on demand."""

import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import RLock
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, unquote

from infra.local.http_server import HttpError, Request, Response, Server, json_response

FAULTS = (
    "throttle",  # 429, nothing done
    "down",  # 503, nothing done
    "bad_gateway",  # done, then 502
    "lose_answer",  # done, then the connection closes
    "cut_short",  # done, then it closes in the middle of the answer
    "garble",  # done, and an answer that is not JSON
)
CLIENT_ID, CLIENT_SECRET = "ladder-local", "of-no-use-elsewhere"
TOKEN_SECONDS = 600
RETRY_AFTER = "7"

type Handler = Callable[..., object]


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a method of a fake; each `{}` in the path is one segment, which it receives after the request."""

    def register(handler: Handler) -> Handler:
        vars(handler).setdefault("routes", []).append((method, re.compile(re.escape(path).replace(r"\{\}", "([^/]+)"))))
        return handler

    return register


class FakeService:
    """A service that listens on a free port of loopback as long as its block lasts.

    `faults`: of the next calls, in order. `calls`: what was called. A handler returns the payload, or a Response.
    """

    throttle_code = "too.many.requests"
    down_code = "service.unavailable"
    routes: ClassVar[list[tuple[str, re.Pattern[str], str]]] = []

    def __init_subclass__(cls) -> None:
        cls.routes = [
            (method, pattern, name)
            for name in dir(cls)
            for method, pattern in getattr(getattr(cls, name), "routes", ())
            if name != "routes"
        ]

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.faults: deque[str] = deque()
        self.calls: list[str] = []
        self._lock = RLock()
        self._server = Server(self._respond)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop()

    def authorize(self, request: Request) -> None:
        """Raise HttpError (401) for whom the service does not know."""

    def _respond(self, request: Request) -> Response | None:
        with self._lock:
            self.calls.append(f"{request.method} {request.path}")
            fault = self.faults.popleft() if self.faults else ""
            if fault == "throttle":
                return _error(429, self.throttle_code, {"Retry-After": RETRY_AFTER})
            if fault == "down":
                return _error(503, self.down_code, {})
            response = self._handle(request)
        if fault == "bad_gateway":
            raise HttpError(502, "bad.gateway", "the answer was lost behind the gateway")
        if fault == "lose_answer":
            return None
        if fault == "garble":
            return replace(response, body=b"<html>" + response.body[:20])
        # A body that is cut must be longer than nothing.
        return replace(response, cut=True, body=response.body + b" " * 8) if fault == "cut_short" else response

    def _handle(self, request: Request) -> Response:
        for method, pattern, name in self.routes:
            match = pattern.fullmatch(request.path) if method == request.method else None
            if match:
                if name != "issue_token":
                    self.authorize(request)
                answer = getattr(self, name)(request, *map(unquote, match.groups()))
                return answer if isinstance(answer, Response) else json_response(200, answer)
        raise HttpError(404, "not.found", "no such path")


def _error(status: int, code: str, headers: Mapping[str, str]) -> Response:
    """Return an error under every name that services give to its code."""
    return json_response(status, {"status": status, "code": code, "__type": code, "message": code}, headers)


class FakeOAuthService(FakeService):
    """A service that issues tokens for client credentials in the body of a form, at /oauth/token."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock=clock)
        self._tokens: dict[str, float] = {}  # when each expires
        self._issued = 0

    def secret(self) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "token_url": f"{self.url}/oauth/token",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }

    def revoke_tokens(self) -> None:
        self._tokens.clear()

    def authorize(self, request: Request) -> None:
        if self.clock() >= self._tokens.get(request.authorization.removeprefix("Bearer "), 0.0):
            raise HttpError(401, "bad.credentials", "the token is missing, invalid or expired")

    def new_token(self) -> str:
        self._issued += 1
        token = f"token-{self._issued:04d}"
        self._tokens[token] = self.clock() + TOKEN_SECONDS
        return token

    @route("POST", "/oauth/token")
    def issue_token(self, request: Request) -> object:
        asked = form(request)
        if asked.get("grant_type") != "client_credentials":
            raise HttpError(400, "unsupported_grant_type", "only client credentials")
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise HttpError(401, "invalid_client", "the client is not known")
        return {"access_token": self.new_token(), "token_type": "bearer", "expires_in": TOKEN_SECONDS}


def form(request: Request) -> Mapping[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def require(holds: object, why: str, *, status: int = 400) -> None:
    """Refuse a request that the real service would refuse."""
    if not holds:
        raise HttpError(status, "bad.request", why)
