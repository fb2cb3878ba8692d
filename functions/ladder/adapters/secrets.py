"""Secrets Manager: each program's secrets and the bundle's own, read when needed and kept for a few minutes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.domain.errors import Rejected
from ladder.domain.programs.secret_names import judge_secret, platform_secret, source_secret


class Secrets:
    """A warm function sees a changed secret after `keep_seconds` at the latest."""

    def __init__(self, client: Any, *, clock: Callable[[], float] = time.time, keep_seconds: float = 300.0) -> None:
        self._client = client
        self._clock = clock
        self._keep_seconds = keep_seconds
        self._kept: dict[str, tuple[float, str]] = {}

    def read(self, name: str) -> str:
        """The secret's text. Raises Rejected where there is none of that name, Unavailable where the store is busy."""
        until, text = self._kept.get(name, (0.0, ""))
        if self._clock() < until:
            return text
        text = self._fetch(name)
        self._kept[name] = (self._clock() + self._keep_seconds, text)
        return text

    def _fetch(self, name: str) -> str:
        try:
            with busy_is_unavailable():
                found: str | None = self._client.get_secret_value(SecretId=name).get("SecretString")
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            raise Rejected(f"there is no secret {name!r}: create it under this name") from error
        if not found:
            raise Rejected(f"the secret {name!r} holds no text: store its JSON as a string")
        return found


@dataclass(frozen=True, slots=True)
class Secret:
    """`name`: what a message may say."""

    name: str
    text: str = field(repr=False)


class ProgramSecrets:
    """The secrets of programs in one environment, each under the name that Ladder composes for it.

    Every method raises Rejected where the secret is missing or the key cannot be part of a name, Unavailable where
    the store is busy.
    """

    def __init__(self, secrets: Secrets, *, environment: str) -> None:
        self._secrets = secrets
        self._environment = environment

    def platform(self, program: str) -> Secret:
        return self._read(platform_secret(self._environment, program))

    def source(self, program: str, source: str) -> Secret:
        return self._read(source_secret(self._environment, program, source))

    def judge(self, program: str) -> Secret:
        return self._read(judge_secret(self._environment, program))

    def _read(self, name: str) -> Secret:
        return Secret(name, self._secrets.read(name))
