"""The simulated platform as an object: start it, get its secret, close its days, set its faults.

Tools in another process use its control API under /control/, without a token: it listens on loopback only.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from random import Random
from threading import RLock
from typing import Self

from infra.local.call_history import CallHistory
from infra.local.simulator.access import AccessControl
from infra.local.simulator.api import TOKEN_PATH, PlatformApi
from infra.local.simulator.challenges import Challenge, Completion
from infra.local.simulator.faults import Faults
from infra.local.simulator.http_server import HttpError, Request, Response, Server, error_response, json_response
from infra.local.simulator.state import State
from ladder.domain.challenges.ports import Reading
from ladder.domain.programs.program import Membership
from ladder.domain.programs.rules import Direction

CONTROL = "/control/"
CLIENT_ID = "ladder-local"
CLIENT_SECRET = "of-no-use-elsewhere"  # noqa: S105 (loopback only)


class Simulator:
    """Thread-safe while it serves. As a context manager it listens on loopback; port 0 takes a free one."""

    def __init__(
        self,
        history: CallHistory | None = None,
        *,
        users: Iterable[str] = (),
        groups: Iterable[str] | None = None,
        membership: Membership = "adds",
        faults: Faults | None = None,
        zone: tzinfo = UTC,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        self.faults = faults or Faults()
        self._lock = RLock()
        rng = Random(seed)  # noqa: S311 (repeatable on purpose)
        directions: dict[str, Direction] = dict(history.directions) if history else {}
        self._state = State(
            users=[*users, *(history.users if history else ())],
            groups=groups,
            directions=directions,
            membership=membership,
            clock=clock,
            rng=rng,
            faults=self.faults,
            zone=zone,
        )
        self._access = AccessControl(CLIENT_ID, CLIENT_SECRET, clock=clock, rng=rng)
        self._api = PlatformApi(self._state, self._access, self.faults, rng)
        self._server = Server(self._respond, port)
        for metric, readings in (history.readings if history else {}).items():
            self._state.load(metric, readings)

    def __enter__(self) -> Self:
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

    @property
    def calls(self) -> dict[str, int]:
        """The number of calls of each kind, including refused and failed ones."""
        with self._lock:
            return dict(self._api.calls)

    def load(self, metric: str, readings: Iterable[Reading], *, direction: Direction) -> None:
        with self._lock:
            self._state.define(metric, direction)
            self._state.load(metric, readings)

    def know(self, users: Iterable[str]) -> None:
        with self._lock:
            self._state.users.update(users)

    def close_day(self, day: date) -> list[Completion]:
        """Pay the day's completions: after its values are loaded and before its challenges are retired."""
        with self._lock:
            return self._state.close_day(day)

    def foreign(
        self,
        metric: str,
        *,
        starts_at: datetime,
        ends_at: datetime,
        groups: Sequence[str] = ("somebody_elses_group",),
        name: str = "Another team's challenge",
        target: float = 1.0,
        points: int = 10,
    ) -> str:
        """Create a challenge as another team would, and return its id."""
        return self.post_foreign(
            {
                "name": name,
                "metric_key": metric,
                "target_value": target,
                "points": points,
                "start_time": starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "end_time": ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "group_ids": list(groups),
            }
        )

    def post_foreign(self, challenge: Mapping[str, object]) -> str:
        """Create a challenge from the dialect's JSON; no fault applies, and its groups need not exist."""
        with self._lock:
            return self._state.challenges.create(challenge).id

    def retire(self, challenge: str) -> None:
        """Retire a challenge as its owners would in the platform's own user interface."""
        with self._lock:
            self._state.challenges.retire(challenge)

    def active(self) -> list[Challenge]:
        with self._lock:
            return self._state.active()

    def members(self, group: str) -> list[str]:
        """Return the members visible now, without pending changes."""
        with self._lock:
            return self._state.memberships().get(group, [])

    def revoke_tokens(self) -> None:
        with self._lock:
            self._access.revoke()

    def issue_tokens_for(self, *, seconds: float, scopes: str | None = None) -> None:
        """Issue tokens with this lifetime and these scopes from now on, and revoke earlier ones."""
        with self._lock:
            self._access.token_seconds, self._access.only_scopes = seconds, scopes
            self._access.revoke()

    def snapshot(self) -> dict[str, object]:
        with self._lock:
            return {
                "users": sorted(self._state.users),
                "groups": self._state.memberships(),
                "challenges": [challenge.as_dict() for challenge in self._state.challenges],
                "completions": [completion.as_dict() for completion in self._state.all_completions()],
                "calls": dict(self._api.calls),
            }

    def _respond(self, request: Request) -> Response | None:
        with self._lock:
            if not request.path.startswith(CONTROL):
                return self._api.respond(request)
            try:
                return json_response(200, self._control(request))
            except HttpError as error:
                return error_response(error)
            except (ValueError, TypeError) as error:
                return error_response(HttpError(400, "bad.request", str(error)))

    def _control(self, request: Request) -> object:
        """Execute a command of the control API and return the payload of its response."""
        match request.method, request.path.removeprefix(CONTROL):
            case "GET", "calls":
                return self.calls
            case "GET", "snapshot":
                return self.snapshot()
            case "POST", "close_day":
                day = date.fromisoformat(str(request.json.get("date")))
                return [completion.as_dict() for completion in self.close_day(day)]
            case "POST", "foreign":
                return {"id": self.post_foreign(request.json)}
            case "POST", "faults":
                try:
                    self.faults.configure(request.json)
                except KeyError as error:
                    raise HttpError(400, "bad.request", f"no such fault setting: {error.args[0]}") from error
                return {"configured": sorted(request.json)}
            case "POST", "revoke_tokens":
                self.revoke_tokens()
                return {}
        raise HttpError(404, "not.found", "no such command")
