"""A source's secret. Whatever keeps it from being read, the source is closed for now: nothing passes unproved."""

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from ladder.adapters.secrets import Secrets
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.inbound import Keys
from ladder.domain.source import Source


class Keyring:
    """Raises Unavailable for anything but a secret that was read and holds something.

    Secrets are kept for five minutes, so a new one is stored that long before its sender begins to use it.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def of(self, source: Source) -> Keys:
        keys = parsed(self.text(source.secret))
        if not keys.secrets or not all(keys.secrets):
            raise Unavailable(f'the secret {source.secret!r} holds none: write {{"secrets": ["…"]}}')
        return keys

    def text(self, name: str) -> str:
        try:
            return self._secrets.read(name)
        except (Rejected, ClientError, BotoCoreError) as error:
            raise Unavailable(f"the secret {name!r} cannot be read") from error


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
