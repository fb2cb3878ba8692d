"""The simulated platform as an object: start it, get its secret, close its days, set its faults."""

import json
from functools import partial
from typing import Self

from infra.local.http_server import Server
from infra.local.simulator.api import CLIENT_ID, CLIENT_SECRET, TOKEN_PATH, respond
from infra.local.simulator.platform import Platform


class Simulator(Platform):
    """A platform that listens on a free port of loopback as long as its block lasts."""

    _server: Server

    def __enter__(self) -> Self:
        self._server = Server(partial(respond, self))
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop()

    @property
    def base_url(self) -> str:
        return self._server.url

    def secret(self, *, requests_per_minute: int = 60_000, **changed: object) -> str:
        """Return the text of a program's platform secret."""
        connection = {
            "base_url": self.base_url,
            "token_url": self.base_url + TOKEN_PATH,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "requests_per_minute": requests_per_minute,
        }
        return json.dumps({**connection, **changed})
