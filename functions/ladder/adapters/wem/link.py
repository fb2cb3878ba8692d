"""One platform as one process sees it: its connections, its token and its pace, kept from step to step."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import urllib3

from ladder.adapters.wem.connection import Connection
from ladder.adapters.wem.pace import Pace


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the moment after which it is not used any more."""

    value: str
    until: float


class Link:
    """`clock` gives seconds since the epoch, because `Retry-After` may be a date; with `sleep` a test owns time."""

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
        self.pace = Pace(connection.requests_per_minute, clock=clock)
        self.pool = urllib3.PoolManager(maxsize=2, retries=False)
        self.token: Token | None = None

    def close(self) -> None:
        self.pool.clear()


@lru_cache(maxsize=8)
def link_to(connection: Connection) -> Link:
    """The process's one link for these credentials, so that a warm function asks for a token once an hour."""
    return Link(connection)
