"""Exchange requests and responses with the platform: token, rate limit, time-outs, retries, an error for each failure.

The text of a response is untrusted: bounded, cleaned, without secrets.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from urllib3 import Timeout, exceptions, make_headers

from ladder.adapters.http import (
    CONNECT_SECONDS,
    NO_RESPONSE,
    NOT_SENT,
    RENEW_SECONDS,
    Response,
    TokenResponse,
    parse,
)
from ladder.adapters.wem.session import Session, Token
from ladder.domain.errors import AnswerLost, Rejected, Unavailable
from ladder.usage import Usage

ATTEMPTS = 4
BACKOFF_SECONDS = 0.25  # doubled each time; no jitter, for a program has one client
MAX_PAUSE = 60.0  # where the platform asks for more, the step fails and is tried again later
READ_SECONDS = 20.0
MIN_TIMEOUT = 0.05
SCOPES = "wem:gamification:read wem:gamification:write wem:metrics:read wem:users:read"


def no_deadline() -> float:
    """Return the seconds left of a caller without a deadline."""
    return math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`repeatable`: sending it twice changes nothing more, so a request whose response was lost is sent again."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    repeatable: bool = True

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.query, safe=',:')}" if self.query else self.path

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """Why a request has no response yet. `not_executed`: it is certain that the platform did nothing; `cut_off`: the
    connection closed while it was waited for.
    """

    reason: str
    not_executed: bool
    pause: float | None = None
    cut_off: bool = False


class Transport:
    """One step's access to the platform: the process's session, the step's usage, and the time the step has left.

    It never sleeps, and hardly waits for a response, past `deadline`: it raises Unavailable, and the step is retried.
    """

    def __init__(
        self,
        session: Session,
        *,
        usage: Usage,
        deadline: Callable[[], float] = no_deadline,
        reads_metrics: bool = False,
    ) -> None:
        self._session = session
        self._usage = usage
        self._deadline = deadline
        self._reads_metrics = reads_metrics

    def call(self, request: Request) -> Response:
        """Send a request that must succeed. Raises Rejected, with the platform's own message, where it is refused."""
        return self.accepted(request, self.send(request))

    def accepted(self, request: Request, response: Response) -> Response:
        if response.refused:
            raise Rejected(f"{request}: {self.message(response)}")
        return response

    def send(self, request: Request) -> Response:
        """Return the platform's response, accepted or refused. A token that it no longer accepts is renewed once."""
        response = self._with_retries(request, self._attempt)
        if response.status == HTTPStatus.UNAUTHORIZED:
            self._session.token = None
            response = self._with_retries(request, self._attempt)
        if response.status == HTTPStatus.UNAUTHORIZED:
            raise Rejected(f"{request}: the platform does not accept the token of {self._session.connection.secret!r}")
        return response

    def message(self, response: Response) -> str:
        token = self._session.token.value if self._session.token else ""
        return response.message(without=(self._session.connection.client_secret, token))

    def _with_retries(self, request: Request, attempt: Callable[[Request], Response | FailedAttempt]) -> Response:
        """Send until the platform responds; never repeat what may have been done and must not be done twice.

        Raises AnswerLost where the platform took the last of them and broke off.
        """
        attempts = 0
        while True:
            if self._deadline() <= 0:
                raise Unavailable("this step has no time left for the platform")
            result = attempt(request)
            if isinstance(result, Response):
                return result
            attempts += 1
            if attempts == ATTEMPTS or not (request.repeatable or result.not_executed):
                raise (AnswerLost if result.cut_off else Unavailable)(f"{request}: {result.reason}")
            self._pause(BACKOFF_SECONDS * 2**attempts if result.pause is None else result.pause, result.reason)

    def _attempt(self, request: Request) -> Response | FailedAttempt:
        session = self._session
        if session.token is None or session.clock() >= session.token.expires_at:
            response = self._with_retries(Request(method="POST", path="the token"), self._attempt_token)
            if response.refused:  # without repeating what the token service says about the credentials
                secret = session.connection.secret
                raise Rejected(f"the platform refuses the credentials of {secret!r} ({response.status})")
            token = parse(TokenResponse, response)
            lifetime = max(token.expires_in - RENEW_SECONDS, token.expires_in / 2)
            session.token = Token(token.access_token, session.clock() + lifetime)
        headers = {"Authorization": f"Bearer {session.token.value}", "Accept": "application/json"}
        body = None if request.body is None else json.dumps(request.body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._pause(session.rate_limiter.reserve(), "this client's own rate limit")
        if self._reads_metrics:
            self._usage.metric_calls += 1
        else:
            self._usage.platform_calls += 1
        return self._http(request.method, session.connection.base_url + request.url, headers=headers, body=body)

    def _attempt_token(self, _request: Request) -> Response | FailedAttempt:
        """Ask for a token by OAuth client credentials.

        Outside the rate limit: tokens come from another service with limits of its own, about once an hour.
        """
        self._usage.platform_calls += 1
        connection = self._session.connection
        basic = make_headers(basic_auth=f"{connection.client_id}:{connection.client_secret}")
        headers = {**basic, "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        body = urlencode({"grant_type": "client_credentials", "scope": SCOPES}).encode()
        return self._http("POST", connection.token_url, headers=headers, body=body)

    def _http(self, method: str, url: str, *, headers: dict[str, str], body: bytes | None) -> Response | FailedAttempt:
        left = max(MIN_TIMEOUT, self._deadline())
        timeout = Timeout(connect=min(CONNECT_SECONDS, left), read=min(READ_SECONDS, left))
        try:
            raw = self._session.pool.request(method, url, headers=headers, body=body, timeout=timeout, redirect=False)
        except NO_RESPONSE as error:
            return FailedAttempt(
                f"no response ({type(error).__name__})",
                not_executed=isinstance(error, NOT_SENT),
                cut_off=isinstance(error, exceptions.ProtocolError),
            )
        response = Response(raw.status, raw.headers, raw.data)
        if not response.temporary:
            return response
        not_executed = response.status == HTTPStatus.TOO_MANY_REQUESTS
        pause = response.retry_after(self._session.clock())
        return FailedAttempt(self.message(response), not_executed=not_executed, pause=pause)

    def _pause(self, seconds: float, reason: str) -> None:
        if seconds <= 0:
            return
        if seconds > MAX_PAUSE:
            raise Unavailable(f"asked to wait {seconds:.0f} s, longer than a step waits: {reason}")
        if seconds >= self._deadline():
            raise Unavailable(f"a wait of {seconds:.1f} s would outlast this step: {reason}")
        self._session.sleep(seconds)
