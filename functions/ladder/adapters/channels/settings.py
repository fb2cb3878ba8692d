"""What a channel is opened with: its options in the program, its secret, and the clients of AWS."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from ladder.adapters.addresses import require_encrypted
from ladder.adapters.http import BearerToken, Credentials, FixedHeaders, Service, TokenResponse, parse
from ladder.adapters.secrets import Secret
from ladder.domain.activities.source import MARKER
from ladder.domain.errors import Rejected


class NoOptions(msgspec.Struct, forbid_unknown_fields=True):
    pass


class OAuthSecret(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The secret of a service that issues tokens by OAuth client credentials."""

    base_url: str
    token_url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """`options`: of the program's file, each as text. `client`: a client of AWS that repeats nothing by itself.

    `secret` is None where the channel is reached by the function's own role.
    """

    kind: str
    options: Mapping[str, str]
    secret: Secret | None
    client: Callable[[str], Any]
    clock: Callable[[], float] = time.time

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def read_options[T](self, kind: type[T]) -> T:
        """Raises Rejected naming the option that is missing, wrong or unknown."""
        options = {name: value for name, value in self.options.items() if not name.startswith(MARKER)}
        try:
            return msgspec.convert(options, kind, strict=False)
        except msgspec.ValidationError as error:
            raise Rejected(f"the options of a channel of kind {self.kind!r}: {error}") from None

    def markers(self) -> Mapping[str, str]:
        """Return which course or group of the learning system stands for each badge."""
        self.read_options(NoOptions)
        markers = {name[len(MARKER) :]: value for name, value in self.options.items() if name.startswith(MARKER)}
        if not markers:
            raise Rejected(
                f"a channel of kind {self.kind!r} needs an option such as {MARKER}PERSEVERANCE: the id in it"
            )
        return markers

    def read_secret[T](self, kind: type[T]) -> T:
        """Raises Rejected naming the secret and the key that is missing or wrong; never shows a value.

        A key that ends with "url" holds an address, which must be encrypted.
        """
        if self.secret is None:
            raise Rejected(f"a channel of kind {self.kind!r} needs a secret")
        try:
            values = json.loads(self.secret.text)
            secret = msgspec.convert(values, kind)
        except (ValueError, RecursionError) as error:
            why = error if isinstance(error, msgspec.ValidationError) else "write a JSON object"
            raise Rejected(f"the secret {self.secret.name!r}: {why}") from None
        for key, value in values.items():
            if key.endswith("url"):
                require_encrypted(value, secret=self.secret.name, key=key)
        return secret

    def service(self, base_url: str, credentials: Credentials | None = None, *, secrets: tuple[str, ...]) -> Service:
        return Service(base_url, credentials, secrets=secrets, clock=self.clock)

    def keyed_service(self, base_url: str, headers: Mapping[str, str]) -> Service:
        """Return a service that knows its caller by headers alone."""
        return self.service(base_url, FixedHeaders(headers), secrets=tuple(headers.values()))

    def bearer(self, fetch: Callable[[], TokenResponse], extra: Mapping[str, str] | None = None) -> BearerToken:
        return BearerToken(fetch, extra=extra, clock=self.clock)

    def oauth_service(self) -> Service:
        """Return a service that issues tokens by OAuth client credentials, in the body of a form."""
        secret = self.read_secret(OAuthSecret)
        issuer = self.service(secret.token_url, secrets=(secret.client_secret,))
        form = {
            "grant_type": "client_credentials",
            "client_id": secret.client_id,
            "client_secret": secret.client_secret,
        }
        token = self.bearer(lambda: parse(TokenResponse, issuer.call("POST", "", form=form)))
        return self.service(secret.base_url, token, secrets=(secret.client_secret,))
