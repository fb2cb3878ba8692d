"""Who may come in, and how often: bearer tokens with scopes, and the platform's own rate limit."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from infra.local.simulator.refusal import Refusal

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Grant:
    scopes: frozenset[str]
    until: float


class Doorman:
    def __init__(self, client_id: str, client_secret: str, *, clock: Callable[[], float], rng: Random) -> None:
        self.token_seconds = 3600.0
        self.only_scopes: str | None = None
        self._basic = "Basic " + b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._clock = clock
        self._rng = rng
        self._grants: dict[str, Grant] = {}
        self._window = 0
        self._calls = 0

    def grant(self, authorization: str, asked: dict[str, str]) -> dict[str, object]:
        """OAuth client credentials: every scope that is asked for is given, unless `only_scopes` says otherwise."""
        if authorization != self._basic:
            raise Refusal(401, "invalid_client", "the client is not known")
        if asked.get("grant_type") != "client_credentials":
            raise Refusal(400, "unsupported_grant_type", "only client credentials")
        token = f"{self._rng.getrandbits(128):032x}"
        scopes = asked.get("scope", "") if self.only_scopes is None else self.only_scopes
        self._grants[token] = Grant(frozenset(scopes.split()), self._clock() + self.token_seconds)
        return {"access_token": token, "token_type": "bearer", "expires_in": self.token_seconds}

    def admit(self, authorization: str, scope: str | None) -> None:
        grant = self._grants.get(authorization.removeprefix("Bearer "))
        if grant is None or self._clock() >= grant.until:
            raise Refusal(401, "bad.credentials", "no token, or one that is not valid any more")
        if scope is not None and scope not in grant.scopes:
            raise Refusal(403, "missing.scope", f"the token lacks {scope}")

    def seconds_until_free(self, per_minute: int) -> int:
        """Counts the call; 0 = within the limit of this minute."""
        window = int(self._clock() // WINDOW_SECONDS)
        if window != self._window:
            self._window, self._calls = window, 0
        self._calls += 1
        if self._calls <= per_minute:
            return 0
        return max(1, WINDOW_SECONDS - int(self._clock() % WINDOW_SECONDS))

    def revoke(self) -> None:
        """Every token stops to be valid, as after a change of the client's secret."""
        self._grants.clear()
