"""The state of the simulated platform and the rules by which it changes. No HTTP, no clock of its own."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, timedelta, tzinfo
from random import Random

from infra.local.simulator.challenges import Challenge, Challenges, Completion
from infra.local.simulator.faults import Faults
from infra.local.simulator.http_server import HttpError
from infra.local.simulator.membership import Memberships
from ladder.domain.challenges.ports import Reading
from ladder.domain.programs.program import Membership
from ladder.domain.programs.rules import Direction

MAX_REMOVED = 50
type DayValue = tuple[float, float]  # value, count


class State:
    """`groups`: those that exist, as an administrator created them; None: any group that is named exists."""

    def __init__(
        self,
        *,
        users: Iterable[str],
        groups: Iterable[str] | None,
        directions: Mapping[str, Direction],
        membership: Membership,
        clock: Callable[[], float],
        rng: Random,
        faults: Faults,
        zone: tzinfo = UTC,
    ) -> None:
        self.users = set(users)
        self.groups = None if groups is None else frozenset(groups)
        self.faults = faults
        self.challenges = Challenges()
        self._directions = dict(directions)
        self._memberships = Memberships(membership, clock=clock)
        self._values: dict[tuple[str, str, date], DayValue] = {}
        self._completions: dict[tuple[date, str, str], Completion] = {}
        self._rng = rng
        self._zone = zone

    def define(self, metric: str, direction: Direction) -> None:
        self._directions[metric] = direction

    def load(self, metric: str, readings: Iterable[Reading]) -> None:
        """Add measured days and their users; a later value for the same day replaces the earlier."""
        for reading in readings:
            self.users.add(reading.user)
            self._values[metric, reading.user, reading.day] = reading.value, reading.count

    def active(self) -> list[Challenge]:
        return [challenge for challenge in self.challenges if challenge.active]

    def create(self, body: Mapping[str, object]) -> Challenge:
        groups = body.get("group_ids")
        for group in groups if isinstance(groups, list) else []:
            self._check_group(str(group))
        return self.challenges.create(body, one_active_per_metric=self.faults.one_active_per_metric)

    def join(self, user: str, group: str) -> None:
        self._check_user(user)
        self._check_group(group)
        error = self.faults.membership_error(user, self._rng)
        if error:
            raise HttpError(400, "member.refused", error)
        self._memberships.change(group, [user], joins=True, delay=self.faults.membership_delay)

    def leave(self, group: str, users: list[str]) -> dict[str, str]:
        """Remove users and return those who stay, with the reason; an unknown user fails the whole call."""
        if len(users) > MAX_REMOVED:
            raise HttpError(400, "bad.request", f"at most {MAX_REMOVED} ids")
        self._check_group(group)
        for user in users:
            self._check_user(user)
        failed = {user: why for user in users if (why := self.faults.membership_error(user, self._rng))}
        leaving = [user for user in users if user not in failed]
        self._memberships.change(group, leaving, joins=False, delay=self.faults.membership_delay)
        return failed

    def members(self, group: str) -> list[str]:
        self._check_group(group)
        return self._memberships.of(group)

    def memberships(self) -> dict[str, list[str]]:
        return self._memberships.all()

    def values(self, metric: str, user: str, *, end: date, days: int) -> list[tuple[date, DayValue]]:
        """Return the measured ones of the `days` that end with `end`, oldest first."""
        self._check_user(user)
        if metric not in self._directions:
            raise HttpError(400, "metric.unknown", f"no metric {metric}")
        period = [end - timedelta(days=back) for back in range(days - 1, -1, -1)]
        return [(day, value) for day in period if (value := self._values.get((metric, user, day)))]

    def latest_day(self) -> date:
        return max((day for _, _, day in self._values), default=date.min)

    def completions(self, day: date) -> list[Completion]:
        return [completion for completion in self._completions.values() if completion.day == day]

    def all_completions(self) -> list[Completion]:
        return list(self._completions.values())

    def close_day(self, day: date) -> list[Completion]:
        """Pay every met challenge, once a day, member and challenge: two on one metric both pay."""
        for challenge in self.active():
            if challenge.covers(day, self._zone):
                players = dict.fromkeys(user for group in challenge.group_ids for user in self._memberships.of(group))
                for user in players:
                    if self._is_met(challenge, user, day):
                        completion = Completion(day, challenge.id, user, challenge.points)
                        self._completions.setdefault((day, challenge.id, user), completion)
        return self.completions(day)

    def _is_met(self, challenge: Challenge, user: str, day: date) -> bool:
        value, _ = self._values.get((challenge.metric_key, user, day), (math.nan, 0.0))
        if self._directions.get(challenge.metric_key, "higher") == "lower":
            return value <= challenge.target_value
        return value >= challenge.target_value

    def _check_user(self, user: str) -> None:
        if user not in self.users:
            raise HttpError(404, "not.found", "no such user")

    def _check_group(self, group: str) -> None:
        if self.groups is not None and group not in self.groups:
            raise HttpError(404, "not.found", "no such group")
