"""The state of the simulated platform and the rules by which it changes. No HTTP."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from random import Random
from threading import RLock
from typing import Annotated

import msgspec

from infra.local.call_history import CallHistory
from infra.local.http_server import HttpError
from infra.local.simulator.faults import Faults
from infra.local.simulator.membership import Memberships
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import Membership
from ladder.domain.validation.constraints import Direction

type DayValue = tuple[float, float]  # value, count
type Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Challenge(msgspec.Struct, kw_only=True):
    """Field names are the dialect's, so that it is read and serialised as it is."""

    id: str
    name: str
    description: str = ""
    metric_key: str
    target_value: float
    points: int
    start_time: Time
    end_time: Time
    status: str = "ACTIVE"
    group_ids: Annotated[list[str], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        if self.end_time < self.start_time:
            raise ValueError("end_time is before start_time")

    def covers(self, day: date, zone: tzinfo) -> bool:
        """Return whether it runs at that day's noon: its edges depend on the program's time zone."""
        return self.start_time <= datetime.combine(day, clock_time(12), zone) <= self.end_time


@dataclass(frozen=True, slots=True)
class Completion:
    challenge_id: str
    user_id: str
    points: int


@dataclass(frozen=True, slots=True)
class IssuedToken:
    scopes: frozenset[str]
    expires_at: float


class Platform:
    """Thread-safe for those outside; the API holds the lock for a whole call.

    `groups`: those that exist, as an administrator created them; None: any group that is named exists.
    `calls` counts requests by kind, including refused and failed ones.
    """

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
    ) -> None:
        self.lock = RLock()
        self.rng = Random(seed)  # noqa: S311 (repeatable on purpose)
        self.faults = faults or Faults()
        self.calls: Counter[str] = Counter()
        self.users = set(users)
        self.challenges: dict[str, Challenge] = {}
        self.memberships = Memberships(membership, clock=clock)
        self.clock = clock
        self.calls_in_minute: Counter[int] = Counter()
        self._zone = zone
        self._groups = None if groups is None else frozenset(groups)
        self.tokens: dict[str, IssuedToken] = {}
        self.issue_tokens_for()
        self._directions: dict[str, Direction] = {}
        self._values: dict[tuple[str, str, date], DayValue] = {}
        self._completions: dict[tuple[date, str, str], Completion] = {}
        if history:
            self.users.update(history.users)
            for metric, readings in history.readings.items():
                self.load(metric, readings, direction=history.directions[metric])

    def issue_tokens_for(self, *, seconds: float = 3600.0, scopes: str | None = None) -> None:
        """Issue tokens with this lifetime and these scopes from now on, and revoke earlier ones."""
        with self.lock:
            self.token_seconds, self.only_scopes = seconds, scopes
            self.tokens.clear()

    def load(self, metric: str, readings: Iterable[Reading], *, direction: Direction) -> None:
        """Add measured days and their users; a later value for the same day replaces the earlier."""
        with self.lock:
            self._directions[metric] = direction
            for reading in readings:
                self.users.add(reading.user)
                self._values[metric, reading.user, reading.day] = reading.value, reading.count

    def values(self, metric: str, user: str, *, end: date | None, days: int) -> list[tuple[date, DayValue]]:
        """Return the measured ones of the `days` that end with `end`, else with the latest day; oldest first."""
        self.check(user=user)
        if metric not in self._directions:
            raise HttpError(400, "metric.unknown", f"no metric {metric}")
        end = end or max((day for _, _, day in self._values), default=date.min)
        period = [end - timedelta(days=back) for back in range(days - 1, -1, -1)]
        return [(day, value) for day in period if (value := self._values.get((metric, user, day)))]

    def create(self, body: Mapping[str, object]) -> Challenge:
        """Raises HttpError: 400 for an invalid body, 404 for an unknown group, 409 for a second challenge where only
        one may be active.
        """
        groups = body.get("group_ids")
        self.check(*map(str, groups if isinstance(groups, list) else []))
        return self.post(body, one_active_per_metric=self.faults.one_active_per_metric)

    def post(self, body: Mapping[str, object], *, one_active_per_metric: bool = False) -> Challenge:
        """Create a challenge, also as another team would: no fault applies, and its groups need not exist."""
        with self.lock:
            try:
                fields = {**body, "id": f"challenge-{len(self.challenges) + 1:05d}"}
                created = msgspec.convert(fields, Challenge, strict=False)
            except msgspec.ValidationError as error:
                raise HttpError(400, "bad.request", f"invalid challenge: {error}") from error
            for other in self.active() if one_active_per_metric else ():
                shares_a_day = other.start_time <= created.end_time and created.start_time <= other.end_time
                if other.metric_key == created.metric_key and shares_a_day:
                    raise HttpError(409, "challenge.metric.taken", "only one active challenge per metric per day")
            self.challenges[created.id] = created
            return created

    def foreign(
        self,
        metric: str,
        *,
        starts_at: datetime,
        ends_at: datetime,
        groups: Sequence[str] = ("somebody_elses_group",),
        name: str = "Another team's challenge",
    ) -> str:
        """Create a challenge as another team would, and return its id."""
        times = {"start_time": starts_at, "end_time": ends_at}
        return self.post(
            {"name": name, "metric_key": metric, "target_value": 1.0, "points": 10, "group_ids": [*groups], **times}
        ).id

    def retire(self, challenge: str) -> Challenge:
        """Set it inactive. What the platform does with one that is inactive is *unconfirmed*: here it is refused."""
        with self.lock:
            retired = self.challenges.get(challenge)
            if retired is None:
                raise HttpError(404, "not.found", "no such challenge")
            if retired.status != "ACTIVE":
                raise HttpError(409, "challenge.not.active", "the challenge is not active")
            retired.status = "INACTIVE"
            return retired

    def active(self) -> list[Challenge]:
        with self.lock:
            return [challenge for challenge in self.challenges.values() if challenge.status == "ACTIVE"]

    def join(self, user: str, group: str) -> None:
        self.check(group, user=user)
        if error := self.faults.membership_error(user, self.rng):
            raise HttpError(400, "member.refused", error)
        self.memberships.change(group, [user], joins=True, delay=self.faults.membership_delay)

    def members(self, group: str) -> list[str]:
        """Return the members visible now, without pending changes."""
        with self.lock:
            self.check(group)
            return self.memberships.of(group)

    def completions(self, day: date | None = None) -> list[Completion]:
        return [completion for (paid, *_), completion in self._completions.items() if day in {None, paid}]

    def close_day(self, day: date) -> list[Completion]:
        """Pay the day's completions: after its values are loaded and before its challenges are retired.

        Every met challenge pays once a day, member and challenge: two on one metric both pay.
        """
        with self.lock:
            for challenge in self.active():
                if challenge.covers(day, self._zone):
                    sign = -1 if self._directions.get(challenge.metric_key) == "lower" else 1
                    players = [user for group in challenge.group_ids for user in self.memberships.of(group)]
                    for user in dict.fromkeys(players):
                        value, _ = self._values.get((challenge.metric_key, user, day), (math.nan, 0.0))
                        if sign * value >= sign * challenge.target_value:
                            completion = Completion(challenge.id, user, challenge.points)
                            self._completions.setdefault((day, challenge.id, user), completion)
            return self.completions(day)

    def check(self, *groups: str, user: str | None = None) -> None:
        if user is not None and user not in self.users:
            raise HttpError(404, "not.found", "no such user")
        if self._groups is not None and not self._groups.issuperset(groups):
            raise HttpError(404, "not.found", "no such group")
