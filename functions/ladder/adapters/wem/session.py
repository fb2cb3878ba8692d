"""What a process keeps between steps for one platform: HTTP connections, OAuth token and rate limiter."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import urllib3
from pydantic import BaseModel

from ladder.adapters.wem.connection import Connection
from ladder.adapters.wem.responses import Response, parse
from ladder.domain.errors import Rejected

SCOPES = "wem:gamification:read wem:gamification:write wem:metrics:read wem:users:read"
RENEW_SECONDS = 60.0  # a token is renewed this long before it expires
DEFAULT_TOKEN_SECONDS = 600.0  # assumed of a token that comes without `expires_in`
BURST_SHARE = 10  # a tenth of a minute's requests may go at once


class RateLimiter:
    """A token bucket: no sixty seconds see more than `per_minute` requests of this process.

    The burst is taken out of the refill, because burst + refill is what a minute sees at most.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float]) -> None:
        self._burst = max(1, per_minute // BURST_SHARE)
        self._per_second = max(1, per_minute - self._burst) / 60
        self._clock = clock
        self._available = float(self._burst)
        self._updated_at = clock()

    def reserve(self) -> float:
        """Reserve the next request and return the seconds to wait for it; 0 = now."""
        now = self._clock()
        refill = max(0.0, now - self._updated_at) * self._per_second  # a clock that steps back gains nothing
        self._updated_at = now
        self._available = min(float(self._burst), self._available + refill) - 1
        return max(0.0, -self._available / self._per_second)


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token, and when to stop using it in seconds since the epoch."""

    value: str
    expires_at: float


class TokenResponse(BaseModel):
    access_token: str
    expires_in: float = DEFAULT_TOKEN_SECONDS


def token_request(connection: Connection) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a request for a token (OAuth client credentials)."""
    basic = urllib3.make_headers(basic_auth=f"{connection.client_id}:{connection.client_secret}")
    headers = {**basic, "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return headers, urlencode({"grant_type": "client_credentials", "scope": SCOPES}).encode()


def read_token(response: Response, connection: Connection, *, now: float) -> Token:
    """Raises Rejected where the credentials are wrong, without repeating what the token service says about them."""
    if response.refused:
        raise Rejected(f"the platform refuses the credentials of {connection.secret!r} ({response.status})")
    token = parse(TokenResponse, response)
    return Token(token.access_token, now + max(token.expires_in - RENEW_SECONDS, token.expires_in / 2))


class Session:
    """`clock` gives seconds since the epoch, because `Retry-After` may be a date; with `sleep` a test controls time."""

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.connection = connection
        self.clock = clock
        self.sleep = sleep
        self.rate_limiter = RateLimiter(connection.requests_per_minute, clock=clock)
        self.pool = urllib3.PoolManager(maxsize=2, retries=False)
        self.token: Token | None = None

    def close(self) -> None:
        self.pool.clear()


@lru_cache(maxsize=8)
def shared_session(connection: Connection) -> Session:
    """Return the process's one session for these credentials, so that a warm function asks for a token once an hour."""
    return Session(connection)
