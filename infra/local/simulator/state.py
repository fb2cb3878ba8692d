"""Everything the simulated platform knows, and the rules by which it changes. No HTTP, no clock of its own."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, timedelta, tzinfo
from random import Random

from infra.local.simulator.challenges import Challenge, Challenges, Completion
from infra.local.simulator.faults import Faults
from infra.local.simulator.membership import Memberships
from infra.local.simulator.refusal import Refusal
from ladder.domain.challenges.ports import Reading
from ladder.domain.programs.program import Membership
from ladder.domain.programs.rules import Direction

MOST_REMOVED = 50
type DayValue = tuple[float, float]  # value, count


class State:
    """`groups` of None: whatever group is named exists. Otherwise only those, as an administrator made them."""

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
        """Takes in measured days, their users too; a later value for the same day stands."""
        for reading in readings:
            self.users.add(reading.user)
            self._values[metric, reading.user, reading.day] = reading.value, reading.count

    def active(self) -> list[Challenge]:
        return [challenge for challenge in self.challenges if challenge.active]

    def create(self, asked: Mapping[str, object]) -> Challenge:
        groups = asked.get("group_ids")
        for group in groups if isinstance(groups, list) else []:
            self._check_group(str(group))
        return self.challenges.create(asked, one_active_per_metric=self.faults.one_active_per_metric)

    def join(self, user: str, group: str) -> None:
        self._check_user(user)
        self._check_group(group)
        objection = self.faults.objection(user, self._rng)
        if objection:
            raise Refusal(400, "member.refused", objection)
        self._memberships.change(group, [user], joins=True, delay=self.faults.membership_delay)

    def leave(self, group: str, users: list[str]) -> dict[str, str]:
        """Who stays, and why; a user the platform does not know fails the whole call."""
        if len(users) > MOST_REMOVED:
            raise Refusal(400, "bad.request", f"at most {MOST_REMOVED} ids")
        self._check_group(group)
        for user in users:
            self._check_user(user)
        failed = {user: why for user in users if (why := self.faults.objection(user, self._rng))}
        leaving = [user for user in users if user not in failed]
        self._memberships.change(group, leaving, joins=False, delay=self.faults.membership_delay)
        return failed

    def members(self, group: str) -> list[str]:
        self._check_group(group)
        return self._memberships.of(group)

    def memberships(self) -> dict[str, list[str]]:
        return self._memberships.all()

    def values(self, metric: str, user: str, *, end: date, days: int) -> list[tuple[date, DayValue]]:
        """The measured days among the `days` that end with `end`, oldest first."""
        self._check_user(user)
        if metric not in self._directions:
            raise Refusal(400, "metric.unknown", f"no metric {metric}")
        asked = [end - timedelta(days=back) for back in range(days - 1, -1, -1)]
        return [(day, found) for day in asked if (found := self._values.get((metric, user, day)))]

    def latest_day(self) -> date:
        return max((day for _, _, day in self._values), default=date.min)

    def completions(self, day: date) -> list[Completion]:
        return [found for found in self._completions.values() if found.day == day]

    def all_completions(self) -> list[Completion]:
        return list(self._completions.values())

    def close_day(self, day: date) -> list[Completion]:
        """The platform pays by itself, once a day, member and challenge: two on one metric both pay."""
        for challenge in self.active():
            if challenge.covers(day, self._zone):
                for user in self._achievers(challenge, day):
                    done = Completion(day, challenge.id, user, challenge.points)
                    self._completions.setdefault((day, challenge.id, user), done)
        return self.completions(day)

    def _achievers(self, challenge: Challenge, day: date) -> list[str]:
        playing = {user: None for group in challenge.group_ids for user in self._memberships.of(group)}
        return [user for user in playing if self._met(challenge, user, day)]

    def _met(self, challenge: Challenge, user: str, day: date) -> bool:
        value, _ = self._values.get((challenge.metric_key, user, day), (math.nan, 0.0))
        if self._directions.get(challenge.metric_key, "higher") == "lower":
            return value <= challenge.target_value
        return value >= challenge.target_value

    def _check_user(self, user: str) -> None:
        if user not in self.users:
            raise Refusal(404, "not.found", "no such user")

    def _check_group(self, group: str) -> None:
        if self.groups is not None and group not in self.groups:
            raise Refusal(404, "not.found", "no such group")
