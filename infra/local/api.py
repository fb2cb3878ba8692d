"""The bundle's HTTP API, as it is reached on one machine: by the Host header, at the emulator's own port."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from infra.local.emulator import Emulator

OK, REDIRECTED = 200, 300
PATIENCE_SECONDS = 60.0  # a cold start there takes seconds where others start too


class NotHeard(RuntimeError):
    """The API refused a call; the message has what it said."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def taken(self) -> Any:
        """Its JSON. Raises NotHeard where it is no yes."""
        if not OK <= self.status < REDIRECTED:
            raise NotHeard(f"the API answered {self.status}: {self.body.decode(errors='replace')[:500]}")
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Api:
    """Every answer is an answer, whatever its status: what it means is the caller's business."""

    aws: Emulator
    outputs: Mapping[str, str]

    def get(self, path: str, *, token: str | None = None) -> Answer:
        return self._ask("GET", path, b"", _bearing(token))

    def post(
        self, path: str, body: bytes, headers: Mapping[str, str] | None = None, *, token: str | None = None
    ) -> Answer:
        return self._ask("POST", path, body, {**(headers or {}), **_bearing(token)})

    def put(self, path: str, body: bytes, headers: Mapping[str, str], *, token: str | None) -> Answer:
        return self._ask("PUT", path, body, {**headers, **_bearing(token)})

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        address = urlsplit(self.aws.endpoint)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body=body or None, headers={**headers, "Host": self._host(address.port)})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(status=answer.status, headers=told, body=answer.read())
        finally:
            connection.close()

    def _host(self, port: int | None) -> str:
        name = urlsplit(self.outputs["ApiUrl"]).hostname or ""
        return f"{name.split('.')[0]}.execute-api.localhost:{port}"


def _bearing(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
