"""Access to the simulated platform: bearer tokens with scopes, and the platform's own rate limit."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from infra.local.simulator.http_server import HttpError

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class IssuedToken:
    scopes: frozenset[str]
    expires_at: float


class AccessControl:
    """`token_seconds` and `only_scopes` apply to tokens issued from now on."""

    def __init__(self, client_id: str, client_secret: str, *, clock: Callable[[], float], rng: Random) -> None:
        self.token_seconds = 3600.0
        self.only_scopes: str | None = None
        self._basic = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._clock = clock
        self._rng = rng
        self._tokens: dict[str, IssuedToken] = {}
        self._window = 0
        self._calls = 0

    def issue_token(self, authorization: str, form: Mapping[str, str]) -> dict[str, object]:
        """OAuth client credentials: every requested scope is given, unless `only_scopes` says otherwise."""
        if authorization != self._basic:
            raise HttpError(401, "invalid_client", "the client is not known")
        if form.get("grant_type") != "client_credentials":
            raise HttpError(400, "unsupported_grant_type", "only client credentials")
        token = f"{self._rng.getrandbits(128):032x}"
        scopes = form.get("scope", "") if self.only_scopes is None else self.only_scopes
        self._tokens[token] = IssuedToken(frozenset(scopes.split()), self._clock() + self.token_seconds)
        return {"access_token": token, "token_type": "bearer", "expires_in": self.token_seconds}

    def authorize(self, authorization: str, scope: str | None) -> None:
        """Raises HttpError: 401 for an invalid or expired token, 403 for one without the scope."""
        token = self._tokens.get(authorization.removeprefix("Bearer "))
        if token is None or self._clock() >= token.expires_at:
            raise HttpError(401, "bad.credentials", "the token is missing, invalid or expired")
        if scope is not None and scope not in token.scopes:
            raise HttpError(403, "missing.scope", f"the token lacks {scope}")

    def seconds_until_allowed(self, per_minute: int) -> int:
        """Count the call and return the seconds to wait; 0 = within the limit of this minute."""
        window = int(self._clock() // WINDOW_SECONDS)
        if window != self._window:
            self._window, self._calls = window, 0
        self._calls += 1
        if self._calls <= per_minute:
            return 0
        return max(1, WINDOW_SECONDS - int(self._clock() % WINDOW_SECONDS))

    def revoke(self) -> None:
        """Revoke every token, as after a change of the client's secret."""
        self._tokens.clear()
