"""The connection to a program's platform, and what a process keeps for it: HTTP pool, OAuth token, rate limiter."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import urllib3

from ladder.adapters.addresses import require_encrypted
from ladder.domain.errors import Rejected

TEXTS = ("base_url", "token_url", "client_id", "client_secret")
KEYS = (*TEXTS, "requests_per_minute")
BURST_SHARE = 10  # a tenth of a minute's requests may go at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Equal secrets make equal connections, so a process keeps one session for each until the secret is rotated."""

    secret: str  # its name: what a message may say
    base_url: str
    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    requests_per_minute: int


def read_connection(secret: str, text: str) -> Connection:
    """Read a secret. Raises Rejected naming it and the key that is missing or wrong; never shows a value."""
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Rejected(f"the secret {secret!r} must be a JSON object with {', '.join(KEYS)}")
    for key in KEYS:
        if not values.get(key):
            raise Rejected(f"the secret {secret!r} lacks {key!r}")
    rate = values["requests_per_minute"]
    if not isinstance(rate, int) or isinstance(rate, bool) or rate < 1:
        raise Rejected(f"the secret {secret!r} must hold a whole number from 1 under 'requests_per_minute'")
    for key in TEXTS:
        if not isinstance(values[key], str):
            raise Rejected(f"the secret {secret!r} must hold text under {key!r}")
    return Connection(
        secret=secret,
        base_url=require_encrypted(values["base_url"].rstrip("/"), secret=secret, key="base_url"),
        token_url=require_encrypted(values["token_url"].rstrip("/"), secret=secret, key="token_url"),
        client_id=values["client_id"],
        client_secret=values["client_secret"],
        requests_per_minute=rate,
    )


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
