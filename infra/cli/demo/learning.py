"""What agents learn and share beside their calls, as a learning system would report it: not always once, nor in time.

Drawn from a seed. A share of what happened is reported again the day after, and a share only days later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

MODULES = ("products", "security", "loans", "fraud", "phishing", "calm-callers", "internet-banking", "exchange")
AGAIN, LATE = 0.05, 0.04
MOST_DAYS_LATE = 5
LEARNS, TASKS, WRITES, HELPS = 0.4, 0.25, 0.05, 0.1  # of agents, on a day
EAGER, EAGER_MODULES = 0.1, 4  # of those who learn, and how much they do on such a day
ACCEPTED = 0.8  # of articles
PASS_MARK = 80

type Event = dict[str, Any]  # canonical, as the standard source takes it


@dataclass(slots=True)
class Told:
    """How it was reported, counted in events."""

    sent: int = 0
    again: int = 0
    late: int = 0


@dataclass(slots=True)
class Learning:
    """Day after day: what the learning system posts that evening."""

    agents: Sequence[str]
    zone: str
    rng: Random
    told: Told = field(default_factory=Told)
    _skill: dict[str, int] = field(default_factory=dict)
    _tries: dict[tuple[str, str], int] = field(default_factory=dict)
    _held_back: dict[date, list[Event]] = field(default_factory=dict)
    _repeated: list[Event] = field(default_factory=list)

    def evening(self, day: date) -> list[Event]:
        """In no order at all: today's events, those of other days that come only now, and some of yesterday's again."""
        fresh = [event for agent in self.agents for event in self._day(agent, day)]
        late = [event for event in fresh if self.rng.random() < LATE]
        for event in late:
            later = day + timedelta(days=self.rng.randint(1, MOST_DAYS_LATE))
            self._held_back.setdefault(later, []).append(event)
        told = [event for event in fresh if event not in late] + self._held_back.pop(day, [])
        again, self._repeated = self._repeated, [event for event in told if self.rng.random() < AGAIN]
        self._count(len(told), len(again), len(late))
        posted = told + again
        self.rng.shuffle(posted)
        return posted

    def _count(self, told: int, again: int, late: int) -> None:
        self.told.sent += told + again
        self.told.again += again
        self.told.late += late

    def _day(self, agent: str, day: date) -> Iterator[Event]:
        if self.rng.random() < LEARNS:
            for _ in range(EAGER_MODULES if self.rng.random() < EAGER else 1):
                yield from self._module(agent, day)
        if self.rng.random() < TASKS:
            yield self._event(agent, day, "task.completed", task=f"task-{self.rng.randint(1, 10**6)}")
        if self.rng.random() < WRITES:
            article = f"article-{self.rng.randint(1, 10**6)}"
            yield self._event(agent, day, "article.contributed", article=article, accepted=self.rng.random() < ACCEPTED)
        if self.rng.random() < HELPS:
            yield self._event(agent, day, "peer.assisted", colleague=self.rng.choice(self.agents))

    def _module(self, agent: str, day: date) -> Iterator[Event]:
        """An assessment; who passes it has completed the module, who fails is a little better next time."""
        module = self.rng.choice(MODULES)
        skill = self._skill.setdefault(agent, self.rng.randint(55, 85))
        tries = self._tries[agent, module] = self._tries.get((agent, module), 0) + 1
        score = min(max(round(self.rng.gauss(skill + 6 * tries, 10)), 0), 100)
        passed = score >= PASS_MARK
        yield self._event(agent, day, "assessment.submitted", module=module, score=score, passed=passed, attempt=tries)
        if passed:
            yield self._event(agent, day, "learner.completed_module", module=module, score=score, passed=True)

    def _event(self, agent: str, day: date, kind: str, **attributes: object) -> Event:
        return event(self.rng, self.zone, agent, day, kind, **attributes)


def event(rng: Random, zone: str, agent: str, day: date, kind: str, **attributes: object) -> Event:
    """At some minute of the day's work."""
    minutes = rng.randint(8 * 60, 18 * 60)
    at = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZoneInfo(zone))
    return {
        "id": f"{kind}-{day}-{rng.getrandbits(48):012x}",
        "type": kind,
        "occurred_at": at.astimezone(UTC).isoformat(),
        "member": agent,
        "attributes": attributes,
    }
