"""Reward members of a program in memory; their balances by the reference model, the state and the ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ladder.domain.activities.activity import Activity, Key
from ladder.domain.points.compiled import key_mark, level_at, tier_reached, tiers_by_badge
from ladder.domain.points.replay import balance
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from rewards.reward import RewardContext, Rewarded, reward
from tests.builders.capped_academy import NOW, academy
from tests.builders.programs import with_values
from tests.fakes.members import MemoryLedger
from tests.reference import Balance, ReferenceModel


@dataclass
class RewardRunner:
    """Where members of one program are rewarded, in memory, and what everybody sent there."""

    program: Program = field(default_factory=academy)
    ledger: Any = field(default_factory=MemoryLedger)
    allowances: Any = None  # the ledger's own, where it is not given
    versions: dict[int, Program] = field(default_factory=dict)
    written: dict[str, dict[Key, tuple[Activity, int]]] = field(default_factory=dict)
    now: datetime = NOW
    paused: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.versions[self.program.version] = self.program

    def publish(self, **changed: Any) -> None:
        self.program = with_values(self.program, **changed, version=self.program.version + 1)
        self.versions[self.program.version] = self.program

    def context(self, member: str = "m") -> RewardContext:
        return RewardContext(
            member=member,
            compiled=compile_program(self.program),
            compiled_version=lambda version: compile_program(self.versions[version]),
            ledger=self.ledger,
            allowances=self.allowances or self.ledger.allowances,
            now=self.now,
        )

    def give(self, *activities: Activity, member: str = "m") -> Rewarded:
        rewarded = reward(self.context(member), activities, pause=self.paused.append)
        mine = self.written.setdefault(member, {})
        for activity in activities:
            mine.setdefault(activity.key, (activity, self.program.version))
        return rewarded

    def should_be(self, member: str = "m", **known: Any) -> Balance:
        """By the reference model, under the versions that everything came under first."""
        mine = self.written.get(member, {})
        versions = {key: version for key, (_, version) in mine.items()}
        model = ReferenceModel(self._newest(member), *self.versions.values())
        return model.balance([activity for activity, _ in mine.values()], versions=versions, **known)

    def _newest(self, member: str) -> Program:
        """Of the versions that anything of the member's came under: a later one has not looked at them yet."""
        versions = (version for _, version in self.written.get(member, {}).values())
        return self.versions[max(versions, default=self.program.version)]

    def has(self, member: str = "m") -> Balance:
        """By the member's state."""
        state, _ = self.ledger.load(self.program.key, member, [])
        book = self._newest(member).rulebook
        done = {
            path.key: frozenset(s.key for s in path.steps if key_mark(s.key) in state.paths.get(path.key, ()))
            for path in book.paths
        }
        return Balance(
            earned=state.earned,
            spent=state.spent,
            held=state.held,
            level=level_at(book, state.earned),
            badges={
                key: tier
                for key, tiers in tiers_by_badge(book).items()
                if (tier := tier_reached(tiers, state.badges.get(key)))
            },
            streaks={
                streak.key: (run.length, run.best)
                for streak in book.streaks
                if (run := state.streaks.get(streak.key)) and run.length
            },
            unlocks=state.unlocks,
            paths={key: steps for key, steps in done.items() if steps},
        )

    def summed(self, member: str = "m") -> tuple[int, int, int]:
        """By the ledger's entries: earned, spent and held."""
        return balance(self.ledger.entries(self.program.key, member))


def in_batches(activities: Sequence[Activity], sizes: Callable[[], int]) -> list[Sequence[Activity]]:
    found, rest = list[Sequence[Activity]](), list(activities)
    while rest:
        size = sizes()
        found.append(rest[:size])
        rest = rest[size:]
    return found
