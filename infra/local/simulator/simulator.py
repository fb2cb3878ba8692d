"""The simulated platform as an object: start it, hand out its secret, close its days, turn its faults."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from random import Random
from threading import RLock
from typing import Self

from infra.cli.demo.history import CallHistory
from infra.local.simulator.access import Doorman
from infra.local.simulator.challenges import Challenge, Completion
from infra.local.simulator.control import PREFIX, command
from infra.local.simulator.dispatch import TOKEN_PATH, Desk
from infra.local.simulator.faults import Faults
from infra.local.simulator.refusal import Refusal
from infra.local.simulator.server import Server
from infra.local.simulator.state import State
from infra.local.simulator.wire import Arrival, Reply, refused, reply
from ladder.domain.challenges.ports import Reading
from ladder.domain.programs.program import Membership
from ladder.domain.programs.rules import Direction

CLIENT_ID = "ladder-local"
CLIENT_SECRET = "of-no-use-elsewhere"  # noqa: S105 (loopback only)


class Simulator:
    """Safe to use while it serves. A context manager: inside, it listens on loopback; port 0 takes a free one."""

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
        self._doorman = Doorman(CLIENT_ID, CLIENT_SECRET, clock=clock, rng=rng)
        self._desk = Desk(self._state, self._doorman, self.faults, rng, Counter())
        self._server = Server(self._answer, port)
        for metric, readings in (history.readings if history else {}).items():
            self._state.load(metric, readings)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.stop()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def secret(self, *, requests_per_minute: int = 60_000, **changed: object) -> str:
        """The text of the secret of a program's platform."""
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
        """How many calls of each kind have arrived, refused and failed ones included."""
        with self._lock:
            return dict(self._desk.calls)

    def load(self, metric: str, readings: Iterable[Reading], *, direction: Direction) -> None:
        with self._lock:
            self._state.define(metric, direction)
            self._state.load(metric, readings)

    def know(self, users: Iterable[str]) -> None:
        with self._lock:
            self._state.users.update(users)

    def close_day(self, day: date) -> list[Completion]:
        """Call it after the day's values are loaded and before its challenges are retired."""
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
        """Creates a challenge as another team would; its id."""
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
        """The same from the dialect's own JSON. No fault strikes it, and its groups need not be declared."""
        with self._lock:
            return self._state.challenges.create(challenge).id

    def retire(self, challenge: str) -> None:
        """As its owners would, on the platform's own pages."""
        with self._lock:
            self._state.challenges.retire(challenge)

    def active(self) -> list[Challenge]:
        with self._lock:
            return self._state.active()

    def members(self, group: str) -> list[str]:
        """Those visible now: a change that is on its way is not."""
        with self._lock:
            return self._state.memberships().get(group, [])

    def revoke_tokens(self) -> None:
        with self._lock:
            self._doorman.revoke()

    def issue_tokens_for(self, *, seconds: float, scopes: str | None = None) -> None:
        """Tokens from now on last so long, and carry these scopes instead of those asked for; older ones end."""
        with self._lock:
            self._doorman.token_seconds, self._doorman.only_scopes = seconds, scopes
            self._doorman.revoke()

    def snapshot(self) -> dict[str, object]:
        with self._lock:
            return {
                "users": sorted(self._state.users),
                "groups": self._state.memberships(),
                "challenges": [challenge.as_dict() for challenge in self._state.challenges],
                "completions": [done.as_dict() for done in self._state.all_completions()],
                "calls": dict(self._desk.calls),
            }

    def _answer(self, arrival: Arrival) -> Reply | None:
        with self._lock:
            if arrival.path.startswith(PREFIX):
                return self._controlled(arrival)
            return self._desk.answer(arrival)

    def _controlled(self, arrival: Arrival) -> Reply:
        try:
            return reply(200, command(arrival.method, arrival.path)(self, arrival.json))
        except Refusal as refusal:
            return refused(refusal)
        except (ValueError, TypeError) as error:
            return refused(Refusal(400, "bad.request", str(error)))
