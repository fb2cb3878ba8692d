"""The demonstration's contact-centre history: two months of real calls where the data is at hand, drawn ones where not.

Per agent and day: AHT in seconds, REPEAT7D (per cent of identified callers who rang again within seven days) and
SHORT10 (per cent of calls of ten seconds or less, the trace of agents who hang up), and the calls by type.
The real calls: Technion "Anonymous Bank" (A. Mandelbaum, I. Guedj), January and February 1999.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from infra.local.agent_days import AgentDay, as_csv, recorded
from infra.local.drawn_calls import drawn
from ladder.domain.rules import Direction
from ladder.ports.nights import Reading

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"  # beside the checkout, never in it
AGENT_DAYS = Path("contact_centre") / "agent_day.csv.gz"
DIRECTIONS: Mapping[str, Direction] = {"AHT": "lower", "REPEAT7D": "lower", "SHORT10": "lower"}
FEWEST_DAYS = 5  # an agent seen on fewer is a visitor


@dataclass(frozen=True, slots=True)
class CallHistory:
    """`readings` has one reading an agent, day and metric; the value is NaN where nothing could be measured."""

    source: str
    users: tuple[str, ...]
    first: date
    last: date
    agent_days: tuple[AgentDay, ...]
    readings: Mapping[str, tuple[Reading, ...]]
    directions: Mapping[str, Direction]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=after) for after in range((self.last - self.first).days + 1))

    def with_contacts(self) -> "CallHistory":
        """The same for a platform that serves the calls by type as well, each type as a metric."""
        contacts = _by_series(each.contacts() for each in self.agent_days)
        directions: dict[str, Direction] = dict.fromkeys(contacts, "lower")
        return replace(self, readings={**self.readings, **contacts}, directions={**directions, **self.directions})

    def metric_files(self) -> dict[date, str]:
        """A metric file for each day on which anybody worked."""
        by_day: defaultdict[date, list[AgentDay]] = defaultdict(list)
        for each in self.agent_days:
            by_day[each.day].append(each)
        return {day: as_csv(agent_days) for day, agent_days in by_day.items()}


def call_history(seed: int, *, data: Path = DATA) -> CallHistory:
    """Real calls from the folder `data`, or, where it is absent, the same shape drawn from `seed`."""
    file = data / AGENT_DAYS
    if file.exists():
        return _history("a bank's call centre, January and February 1999 (Technion, Anonymous Bank)", recorded(file))
    rng = np.random.default_rng(seed)
    return _history(f"drawn from seed {seed} in the shape of a bank's call centre of 1999", drawn(rng))


def _history(source: str, agent_days: Iterable[AgentDay]) -> CallHistory:
    every = list(agent_days)
    seen = Counter(each.agent for each in every)
    kept = tuple(each for each in every if seen[each.agent] >= FEWEST_DAYS)
    return CallHistory(
        source=source,
        users=tuple(sorted({each.agent for each in kept})),
        first=min(each.day for each in every),
        last=max(each.day for each in every),
        agent_days=kept,
        readings=_by_series(each.measured() for each in kept),
        directions=DIRECTIONS,
    )


def _by_series(measured: Iterable[Mapping[str, Reading]]) -> dict[str, tuple[Reading, ...]]:
    readings: defaultdict[str, list[Reading]] = defaultdict(list)
    for each in measured:
        for series, reading in each.items():
            readings[series].append(reading)
    return {series: tuple(found) for series, found in readings.items()}
