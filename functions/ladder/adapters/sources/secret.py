"""A source's secret. Whatever keeps it from being read, the source is closed for now: nothing passes unproved."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from ladder.adapters.secrets import ProgramSecrets, Secrets
from ladder.domain.activities.inbound import Keys
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.programs.source import Source


class Keyring:
    """Raises Unavailable for anything but a secret that was read and holds something.

    Secrets are kept for five minutes, so a new one is stored that long before its sender begins to use it.
    """

    def __init__(self, secrets: ProgramSecrets) -> None:
        self._secrets = secrets

    def of(self, program: str, source: Source) -> Keys:
        with _closed_for_now(f"the secret of the source {source.key!r}"):
            secret = self._secrets.source(program, source.key)
        keys = parsed(secret.text)
        if not keys.secrets or not all(keys.secrets):
            raise Unavailable(f'the secret {secret.name!r} holds none: write {{"secrets": ["…"]}}')
        return keys


class IdentityKey:
    """The bundle's own key, which raw user ids are hashed with; `name` is told by the function's settings."""

    def __init__(self, secrets: Secrets, name: str) -> None:
        self._secrets = secrets
        self._name = name

    def __call__(self) -> str:
        with _closed_for_now("the key of user ids"):
            return self._secrets.read(self._name)


@contextmanager
def _closed_for_now(what: str) -> Iterator[None]:
    try:
        yield
    except (Rejected, ClientError, BotoCoreError) as error:
        raise Unavailable(f"{what} cannot be read") from error


def parsed(text: str) -> Keys:
    """A JSON object, or bare text as the only secret. The object may hold more, as the source's file says."""
    if not text.lstrip().startswith("{"):
        return Keys((text.strip(),))
    try:
        found = msgspec.json.decode(text, type=dict[str, object])
        secrets = msgspec.convert(found.pop("secrets", []), tuple[str, ...])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unavailable('a secret is neither text nor {"secrets": ["…"]}') from error
    return Keys(secrets, found)
