"""Call outside services over HTTP: time-outs, bounded answers, credentials, and what an answer says was done.

The text of an answer is untrusted: bounded, cleaned, without secrets.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ssl import SSLCertVerificationError
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
from urllib3 import PoolManager, Timeout, exceptions

from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
MAX_ANSWER_BYTES = 1_048_576
MAX_MESSAGE = 300
MAX_DIGITS = 300  # of a whole number
MAX_WAIT_SECONDS = 86_400.0  # whatever a service asks for
RENEW_SECONDS = 60.0  # a token is renewed this long before it expires
DEFAULT_TOKEN_SECONDS = 600.0  # assumed of a token that comes without `expires_in`
NOT_SENT = exceptions.ConnectTimeoutError
NO_RESPONSE = (exceptions.TimeoutError, exceptions.ProtocolError, exceptions.SSLError)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Response:
    """A response that arrived whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def temporary(self) -> bool:
        """Return whether the same request may well succeed later."""
        retryable = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
        return self.status in retryable or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def refused(self) -> bool:
        """Redirects count: they are not followed, because the bearer token would travel with them."""
        return not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def message(self, *, without: tuple[str, ...] = ()) -> str:
        """Return the status and the platform's own message in one bounded line; texts in `without` are masked."""
        text = self.body.decode(errors="replace")
        try:
            payload = json.loads(text)
        except ValueError:
            pass
        else:
            text = str(payload.get("message", "")) if isinstance(payload, dict) else text
        for secret in filter(None, without):
            text = text.replace(secret, "…")
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return f"{self.status} {line[:MAX_MESSAGE]}".rstrip()

    def retry_after(self, now: float) -> float | None:
        """Return the seconds to wait, given as a number or as a date; None where the platform does not say.

        A date is the platform's, so it is compared with the platform's own clock where the response shows it.
        """
        value = self.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        at, its_now = _timestamp(value), _timestamp(self.headers.get("Date", ""))
        return None if at is None else max(0.0, at - (now if its_now is None else its_now))


def _timestamp(value: str) -> float | None:
    """Return the seconds since the epoch of a date in a header; None where it is not one."""
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def parse[T](kind: type[T], response: Response) -> T:
    """Read the JSON of a response as `kind`.

    Raises Unavailable for what is not JSON (a maintenance page, a cut), Rejected for JSON of another shape.

    A number beyond any float becomes infinite: then it is refused by itself, not the whole response with it.
    """
    try:
        payload: Any = json.loads(
            response.body, parse_int=lambda digits: int(digits) if len(digits) <= MAX_DIGITS else float(digits)
        )
    except ValueError:
        raise Unavailable(f"the other side answered {response.status} with something that is not JSON") from None
    try:
        return msgspec.convert(payload, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Rejected(f"unexpected response: {error}") from None


class TokenResponse(msgspec.Struct):
    access_token: str
    expires_in: float = DEFAULT_TOKEN_SECONDS


def parse_done[T](kind: type[T], response: Response) -> T:
    """Read what a service answered to a change. Raises AnswerLost for what cannot be read: the change may be done."""
    try:
        return parse(kind, response)
    except (Unavailable, Rejected) as error:
        raise AnswerLost(f"unreadable: {error}") from error


class Credentials(Protocol):
    """What proves to a service who calls."""

    def headers(self) -> Mapping[str, str]: ...
    def renew(self) -> bool: ...  # after a 401; False where nothing newer can be had


@dataclass(frozen=True, slots=True)
class FixedHeaders:
    """A key that a person stored, sent with every call."""

    values: Mapping[str, str]

    def headers(self) -> Mapping[str, str]:
        return self.values

    def renew(self) -> bool:
        return False


class BearerToken:
    """A token that a service issues, cached until shortly before it expires.

    `fetch` asks the service for one. `extra`: headers beside it.
    """

    def __init__(
        self,
        fetch: Callable[[], TokenResponse],
        *,
        extra: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetch = fetch
        self._extra = extra or {}
        self._clock = clock
        self._value, self._expires_at = "", 0.0

    def headers(self) -> Mapping[str, str]:
        """Return the header, with a new token where it is time. Without a token nothing was sent: no answer is lost."""
        if self._clock() >= self._expires_at:
            try:
                token = self._fetch()
            except Throttled:
                raise
            except Unavailable as error:
                raise Unavailable(f"no token: {error}") from error
            except Rejected as error:
                raise ChannelClosed(f"no token: {error}") from error
            self._value = token.access_token
            self._expires_at = self._clock() + max(token.expires_in - RENEW_SECONDS, token.expires_in / 2)
        return {"Authorization": f"Bearer {self._value}", **self._extra}

    def renew(self) -> bool:
        self._expires_at = 0.0
        return True


class Service:
    """An outside service at one address.

    Each call is sent once, or twice where the first token had expired: whether more is safe, the caller knows.
    `secrets`: texts that no error may repeat. `read_seconds`: how long an answer may take.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials | None = None,
        *,
        secrets: tuple[str, ...] = (),
        clock: Callable[[], float] = time.time,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._read_seconds = read_seconds
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials or FixedHeaders({})
        self._secrets = secrets
        self._clock = clock
        self._pool = PoolManager(maxsize=2, retries=False)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expected: tuple[int, ...] = (),
    ) -> Response:
        """Send one request and return its answer, of 2xx or of a status in `expected`.

        Raises what the answer says was done. Nothing: Throttled (429), Unavailable (503, no connection), ChannelClosed
        (401), Rejected (what else is not 2xx; redirects are not followed, because credentials would travel with them).
        Maybe: AnswerLost (408, other 5xx, no whole answer).
        """
        url = f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        sent: dict[str, str] = {"Accept": JSON}
        content = None
        if body is not None:
            content, sent["Content-Type"] = msgspec.json.encode(body), JSON
        elif form is not None:
            content, sent["Content-Type"] = urlencode(form).encode(), FORM
        for attempt in ("first", "renewed"):
            response = self._send(method, url, {**sent, **self._credentials.headers(), **(headers or {})}, content)
            if response.status != HTTPStatus.UNAUTHORIZED or attempt == "renewed" or not self._credentials.renew():
                break
        if response.status not in expected:
            self._raise_unless_done(f"{method} {path.partition('?')[0]}", response)  # a query may be secret
        return response

    def _send(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Response:
        timeout = Timeout(connect=min(CONNECT_SECONDS, self._read_seconds), read=self._read_seconds)
        try:
            raw = self._pool.request(
                method, url, headers=headers, body=content, timeout=timeout, redirect=False, preload_content=False
            )
            body = raw.read(MAX_ANSWER_BYTES, decode_content=True)
            raw.drain_conn() if len(body) < MAX_ANSWER_BYTES else raw.close()
        except exceptions.HTTPError as error:
            wrong_certificate = isinstance(error.__cause__ or error.__context__, SSLCertVerificationError)
            if wrong_certificate or isinstance(error, NOT_SENT):
                raise Unavailable(f"no connection ({type(error).__name__})") from error
            raise AnswerLost(f"no whole answer ({type(error).__name__})") from error
        except ValueError as error:  # a line break, or a sign that no header carries
            raise ChannelClosed("a key in the secret cannot be sent: store it without line breaks") from error
        return Response(raw.status, raw.headers, body)

    def _raise_unless_done(self, request: str, response: Response) -> None:
        if not response.refused:
            return
        said = f"{request}: {response.message(without=self._secrets)}"
        match response.status:
            case HTTPStatus.TOO_MANY_REQUESTS:
                seconds = response.retry_after(self._clock())
                raise Throttled(said, seconds=None if seconds is None else min(seconds, MAX_WAIT_SECONDS))
            case HTTPStatus.SERVICE_UNAVAILABLE:
                raise Unavailable(said)
            case HTTPStatus.UNAUTHORIZED:
                raise ChannelClosed(f"{request}: the credentials are not accepted")
            case _ if response.temporary:
                raise AnswerLost(said)
            case _:
                raise Rejected(said)
