"""Secrets Manager: each program's secrets and the deployment's own, read when needed and cached for a few minutes.

No program file names a secret, so no program can have another one's read: Ladder composes each name.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from ladder.adapters.aws import busy_is_unavailable, error_code
from ladder.domain.activities.source import Keys, Source
from ladder.domain.errors import Rejected, Unavailable

_PART = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def secret_name(environment: str, program: str, *purpose: str) -> str:
    """Return the name of a program's secret, from what it is for.

    The purpose is "platform" or "judge", or "sources", "channels" or "answers" and a key.

    Raises Rejected for a part that could leave its place in the name, such as one with a slash.
    """
    parts = (environment, program, *purpose)
    wrong = [part for part in parts if not _PART.fullmatch(part)]
    if wrong:
        raise Rejected(
            f"{wrong[0]!r} cannot be a part of a secret's name: use 1 to 64 lower-case letters, digits and hyphens"
        )
    return "/".join(("ladder", *parts))


class Secrets:
    """A warm function sees a changed secret after `cache_seconds` at the latest."""

    def __init__(self, client: Any, *, clock: Callable[[], float] = time.time, cache_seconds: float = 300.0) -> None:
        self._client = client
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._cache: dict[str, tuple[float, str]] = {}  # name -> expiry and text

    def read(self, name: str) -> str:
        """Return the secret's text. Raises Rejected where it does not exist, Unavailable where the store is busy."""
        expiry, text = self._cache.get(name, (0.0, ""))
        if self._clock() < expiry:
            return text
        try:
            with busy_is_unavailable():
                stored: str | None = self._client.get_secret_value(SecretId=name).get("SecretString")
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            raise Rejected(f"there is no secret {name!r}: create it under this name") from error
        if not stored:
            raise Rejected(f"the secret {name!r} holds no text: store its JSON as a string")
        self._cache[name] = (self._clock() + self._cache_seconds, stored)
        return stored


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret's text. `name`: what a message may contain."""

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
        return self._read(program, "platform")

    def source(self, program: str, source: str) -> Secret:
        return self._read(program, "sources", source)

    def judge(self, program: str) -> Secret:
        return self._read(program, "judge")

    def channel(self, program: str, channel: str) -> Secret:
        return self._read(program, "channels", channel)

    def answers(self, program: str, channel: str) -> Secret:
        return self._read(program, "answers", channel)

    def _read(self, program: str, *purpose: str) -> Secret:
        name = secret_name(self._environment, program, *purpose)
        return Secret(name, self._secrets.read(name))


class Keyring:
    """The keys of sources. A source whose secret cannot be read is closed: nothing passes unverified.

    A secret is a JSON object, or bare text as the only key.

    Raises Unavailable for anything but a secret that was read and holds something. Secrets are cached for five minutes,
    so a new one must be stored that long before its sender begins to use it.
    """

    def __init__(self, secrets: ProgramSecrets) -> None:
        self._secrets = secrets

    def of(self, program: str, source: Source) -> Keys:
        with _unreadable_is_unavailable(f"the secret of the source {source.key!r}"):
            secret = self._secrets.source(program, source.key)
        keys, text = Keys((secret.text.strip(),)), secret.text
        if text.lstrip().startswith("{"):  # it may hold more, as the source's file says
            try:
                fields = msgspec.json.decode(text, type=dict[str, object])
                keys = Keys(msgspec.convert(fields.pop("secrets", []), tuple[str, ...]), fields)
            except (msgspec.MsgspecError, RecursionError) as error:
                raise Unavailable('a secret is neither text nor {"secrets": ["…"]}') from error
        if not keys.secrets or not all(keys.secrets):
            raise Unavailable(f'the secret {secret.name!r} holds none: write {{"secrets": ["…"]}}')
        return keys


class IdentityKey:
    """The deployment's own key, which raw user ids are hashed with; `name` comes from the function's settings."""

    def __init__(self, secrets: Secrets, name: str) -> None:
        self._secrets = secrets
        self._name = name

    def __call__(self) -> str:
        with _unreadable_is_unavailable("the key of user ids"):
            return self._secrets.read(self._name)


@contextmanager
def _unreadable_is_unavailable(what: str) -> Iterator[None]:
    try:
        yield
    except (Rejected, ClientError, BotoCoreError) as error:
        raise Unavailable(f"{what} cannot be read") from error
