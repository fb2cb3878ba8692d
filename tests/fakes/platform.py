"""A contact-centre platform in memory, for tests of the acts: what a real one does, without a network in between.

It keeps to the same contract tests as the WEM adapter. Asynchronous membership is switched on by `slow`: changes then
wait for `settle()`, which stands for the minutes that pass on a real platform.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count

from ladder.domain.challenges.ports import LiveChallenge, NativeCompletion, NewChallenge, Reading
from ladder.domain.challenges.rules import Membership
from ladder.domain.errors import MetricTaken, Rejected
from ladder.domain.validation.constraints import Direction


@dataclass(slots=True)
class MemoryMetrics:
    """A MetricSource over readings that a test puts into `known`, by metric. NaN is no reading, as everywhere."""

    known: dict[str, list[Reading]] = field(default_factory=dict)
    batch: int = 50

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        if metric not in self.known:
            raise Rejected(f"the platform has no metric {metric!r}")
        return (
            found
            for found in self.known[metric]
            if found.user in users and first <= found.day <= last and not math.isnan(found.value)
        )


@dataclass(slots=True, kw_only=True)
class MemoryPlatform:
    """A ChallengePlatform. `users` of None knows everybody; `refuses` maps a user to why their groups cannot change."""

    membership: Membership = "adds"
    batch: int = 50
    users: frozenset[str] | None = None
    refuses: dict[str, str] = field(default_factory=dict)
    slow: bool = False
    one_active_per_metric: bool = False
    live: dict[str, LiveChallenge] = field(default_factory=dict)
    groups: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    completed: dict[date, list[NativeCompletion]] = field(default_factory=dict)
    _waiting: list[tuple[str, str, bool]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def active(self) -> list[LiveChallenge]:
        return list(self.live.values())

    def retire(self, challenge: str) -> None:
        self.live.pop(challenge, None)

    def launch(self, challenge: NewChallenge) -> str:
        if self.one_active_per_metric and any(self._in_the_way(other, challenge) for other in self.live.values()):
            raise MetricTaken(f"409 only one active challenge per metric per day ({challenge.metric})")
        name = f"challenge-{next(self._ids)}"
        self.live[name] = LiveChallenge(
            id=name,
            name=challenge.name,
            metric=challenge.metric,
            groups=challenge.groups,
            target=challenge.target,
            points=challenge.points,
            starts_at=challenge.starts_at,
            ends_at=challenge.ends_at,
        )
        return name

    def _in_the_way(self, other: LiveChallenge, challenge: NewChallenge) -> bool:
        """On the same metric, with a day in common; one that the test put there has no end."""
        ends_at = other.ends_at or challenge.starts_at
        shares_a_day = other.starts_at <= challenge.ends_at and challenge.starts_at <= ends_at
        return other.metric == challenge.metric and shares_a_day

    def add(self, group: str, users: Sequence[str]) -> dict[str, str]:
        return self._change(group, users, joins=True)

    def remove(self, group: str, users: Sequence[str]) -> dict[str, str]:
        return self._change(group, users, joins=False)

    def members(self, group: str) -> set[str]:
        return set(self.groups[group])

    def completions(self, day: date) -> list[NativeCompletion]:
        return list(self.completed.get(day, []))

    def settle(self) -> None:
        """What was asked of a slow platform becomes visible."""
        for group, user, joins in self._waiting:
            self._apply(group, user, joins=joins)
        self._waiting.clear()

    def close_day(self, day: date, metrics: MemoryMetrics, directions: Mapping[str, Direction]) -> None:
        """The platform pays by itself: every challenge on the day, every member of its groups who met the target."""
        noon = datetime.combine(day, time(12), UTC)
        self.completed[day] = [
            NativeCompletion(found.user, each.id, each.points)
            for each in self.live.values()
            if each.starts_at <= noon <= (each.ends_at or noon)
            for found in metrics.known.get(each.metric, [])
            if found.day == day and any(found.user in self.groups[group] for group in each.groups)
            if meets(found.value, each.target, directions[each.metric])
        ]

    def _change(self, group: str, users: Sequence[str], *, joins: bool) -> dict[str, str]:
        failed = {user: why for user in users if (why := self._objection(user))}
        self._waiting += [(group, user, joins) for user in users if user not in failed]
        if not self.slow:
            self.settle()
        return failed

    def _objection(self, user: str) -> str | None:
        if self.users is not None and user not in self.users:
            return "404 no such user"
        return self.refuses.get(user)

    def _apply(self, group: str, user: str, *, joins: bool) -> None:
        if not joins:
            self.groups[group].discard(user)
            return
        if self.membership == "replaces":
            for others in self.groups.values():
                others.discard(user)
        self.groups[group].add(user)


def meets(value: float, target: float, direction: Direction) -> bool:
    """NaN meets nothing."""
    return value <= target if direction == "lower" else value >= target
