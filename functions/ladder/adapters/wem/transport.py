"""Requests that arrive at most as often as they may: token, pace, time-outs, retries, and one meaning per failure."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from urllib3 import Timeout, exceptions

from ladder.adapters.wem.answers import Answer
from ladder.adapters.wem.link import Link
from ladder.adapters.wem.token import credentials, granted
from ladder.domain.errors import Rejected, Unavailable
from ladder.usage import Usage

ATTEMPTS = 4
BACKOFF_SECONDS = 0.25  # doubled each time; no jitter, for a program has one client
LONGEST_PAUSE = 60.0  # a platform that asks for more is left to the next try of the step
CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
SHORTEST_TIMEOUT = 0.05
NEVER_SENT = exceptions.ConnectTimeoutError
LOST = (exceptions.TimeoutError, exceptions.ProtocolError, exceptions.SSLError)


def unhurried() -> float:
    """The deadline of a caller that has none."""
    return math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`repeatable`: a second arrival changes nothing, so an answer that was lost may be asked for again."""

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
class Hitch:
    """Why a request has no answer yet. `undone`: it is certain that nothing happened on the platform."""

    why: str
    undone: bool
    pause: float | None = None


class Transport:
    """One step's way to the platform: the process's link, the step's usage, and the time the step has left.

    It never sleeps, and hardly waits for an answer, past `deadline`: it raises Unavailable, and the step comes again.
    """

    def __init__(
        self, link: Link, *, usage: Usage, deadline: Callable[[], float] = unhurried, reads_metrics: bool = False
    ) -> None:
        self._link = link
        self._usage = usage
        self._deadline = deadline
        self._reads_metrics = reads_metrics

    def call(self, request: Request) -> Answer:
        """An answer that says yes. Raises Rejected, with the platform's own message, for one that says no."""
        return self.accepted(request, self.ask(request))

    def accepted(self, request: Request, answer: Answer) -> Answer:
        if answer.refused:
            raise Rejected(f"{request}: {self.words(answer)}")
        return answer

    def ask(self, request: Request) -> Answer:
        """The platform's decision, yes or no. A token that it no longer accepts is renewed once."""
        answer = self._persist(request, self._authorised)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._link.token = None
            answer = self._persist(request, self._authorised)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise Rejected(f"{request}: the platform does not accept the token of {self._link.connection.secret!r}")
        return answer

    def words(self, answer: Answer) -> str:
        token = self._link.token.value if self._link.token else ""
        return answer.words(without=(self._link.connection.client_secret, token))

    def _persist(self, request: Request, send: Callable[[Request], Answer | Hitch]) -> Answer:
        """Asks until the platform has decided, but never again what may have happened and must not happen twice."""
        attempt = 0
        while True:
            self._check_time()
            result = send(request)
            if isinstance(result, Answer):
                return result
            attempt += 1
            if attempt == ATTEMPTS or not (request.repeatable or result.undone):
                raise Unavailable(f"{request}: {result.why}")
            self._pause(BACKOFF_SECONDS * 2**attempt if result.pause is None else result.pause, result.why)

    def _authorised(self, request: Request) -> Answer | Hitch:
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        body = None if request.body is None else json.dumps(request.body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._pause(self._link.pace.turn(), "this client's own rate limit")
        self._count()
        return self._send(request.method, self._link.connection.base_url + request.url, headers=headers, body=body)

    def _token(self) -> str:
        link = self._link
        if link.token is None or link.clock() >= link.token.until:
            answer = self._persist(Request(method="POST", path="the token"), self._credentialed)
            link.token = granted(answer, link.connection, now=link.clock())
        return link.token.value

    def _credentialed(self, _request: Request) -> Answer | Hitch:
        """Not paced: tokens come from another service with limits of its own, about once an hour."""
        self._usage.platform_calls += 1
        headers, body = credentials(self._link.connection)
        return self._send("POST", self._link.connection.token_url, headers=headers, body=body)

    def _send(self, method: str, url: str, *, headers: dict[str, str], body: bytes | None) -> Answer | Hitch:
        try:
            response = self._link.pool.request(
                method, url, headers=headers, body=body, timeout=self._timeout(), redirect=False
            )
        except LOST as error:
            return Hitch(f"no answer ({type(error).__name__})", undone=isinstance(error, NEVER_SENT))
        return self._judged(Answer(response.status, response.headers, response.data))

    def _judged(self, answer: Answer) -> Answer | Hitch:
        if not answer.busy:
            return answer
        undone = answer.status == HTTPStatus.TOO_MANY_REQUESTS
        return Hitch(self.words(answer), undone=undone, pause=answer.retry_after(self._link.clock()))

    def _timeout(self) -> Timeout:
        left = max(SHORTEST_TIMEOUT, self._deadline())
        return Timeout(connect=min(CONNECT_SECONDS, left), read=min(READ_SECONDS, left))

    def _check_time(self) -> None:
        if self._deadline() <= 0:
            raise Unavailable("this step has no time left for the platform")

    def _pause(self, seconds: float, why: str) -> None:
        if seconds <= 0:
            return
        if seconds > LONGEST_PAUSE:
            raise Unavailable(f"asked to wait {seconds:.0f} s, longer than a step waits: {why}")
        if seconds >= self._deadline():
            raise Unavailable(f"a wait of {seconds:.1f} s would outlast this step: {why}")
        self._link.sleep(seconds)

    def _count(self) -> None:
        if self._reads_metrics:
            self._usage.metric_calls += 1
        else:
            self._usage.platform_calls += 1
