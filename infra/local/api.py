"""A client of the stack's HTTP API on one machine: the emulator's port, and the API's name in the Host header."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from infra.local import LocalError
from infra.local.emulator import Emulator

OK, REDIRECT = 200, 300
TIMEOUT_SECONDS = 60.0  # a cold start takes seconds while others start, too


class ApiRefused(LocalError):
    """The API refused a call; the message has its response."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self, to: str = "the call") -> Any:
        """Return its JSON. Raises ApiRefused unless the status is 2xx; `to`: how the error calls what was asked."""
        if not OK <= self.status < REDIRECT:
            raise ApiRefused(f"the API answered {self.status} to {to}: {self.body.decode(errors='replace')[:500]}")
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Api:
    """Returns every response, whatever its status: the caller interprets it."""

    aws: Emulator
    outputs: Mapping[str, str]

    def get(self, path: str, *, token: str | None = None, language: str = "en") -> Answer:
        return self._ask("GET", path, b"", {"accept-language": language, **_bearer(token)})

    def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None, *, token: str | None = None
    ) -> Answer:
        return self._ask("POST", path, body, {**(headers or {}), **_bearer(token)})

    def put(self, path: str, body: bytes, headers: Mapping[str, str], *, token: str | None) -> Answer:
        return self._ask("PUT", path, body, {**headers, **_bearer(token)})

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        address = urlsplit(self.aws.endpoint)
        api = (urlsplit(self.outputs["ApiUrl"]).hostname or "").split(".")[0]
        host = f"{api}.execute-api.localhost:{address.port}"
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, path, body=body or None, headers={**headers, "Host": host})
            response = connection.getresponse()
            lower = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=lower, body=response.read())
        finally:
            connection.close()


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
