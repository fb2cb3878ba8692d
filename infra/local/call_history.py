"""The daily figures of each agent: recorded by a bank's call centre, or generated in its shape."""

import csv
import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np

from ladder.domain.challenges.ports import Reading
from ladder.domain.message import Message
from ladder.domain.validation.constraints import Direction

TYPES = ("PS", "NE", "NW", "IN", "PE", "TT")  # regular, stock exchange, new customer, internet support, and two more
HEADER = (
    *("agent", "date", "calls", "aht_seconds", "short_calls_le10s", "fcr_eligible_calls", "repeat7d_calls"),
    *(f"calls_{kind}" for kind in TYPES),
)


@dataclass(frozen=True, slots=True)
class AgentDay:
    """One agent's calls on one day."""

    agent: str
    day: date
    calls: int
    aht_seconds: float
    short_calls: int
    identified_calls: int  # calls of a known caller, for whom a repeat can be seen
    repeated_calls: int
    by_type: tuple[int, ...]  # as in TYPES

    def measured(self) -> dict[str, Reading]:
        """Return a reading by metric; NaN where nothing can be measured."""

        def reading(value: float, count: int) -> Reading:
            return Reading(self.agent, self.day, round(value, 4), float(count))

        return {
            "AHT": reading(self.aht_seconds, self.calls),
            "REPEAT7D": reading(_percent(self.repeated_calls, self.identified_calls), self.identified_calls),
            "SHORT10": reading(_percent(self.short_calls, self.calls), self.calls),
        }

    def contacts(self) -> dict[str, Reading]:
        """Return a reading by series: calls of each type."""
        counted = zip(TYPES, self.by_type, strict=True)
        return {f"calls_{kind}": Reading(self.agent, self.day, float(calls), float(calls)) for kind, calls in counted}

    def row(self) -> tuple[object, ...]:
        """Return cells in the order of HEADER."""
        seconds = f"{self.aht_seconds:.4f}"
        quality = self.short_calls, self.identified_calls, self.repeated_calls
        return self.agent, self.day, self.calls, seconds, *quality, *self.by_type


def recorded(file: Path) -> list[AgentDay]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [
            AgentDay(
                agent=row["agent"],
                day=date.fromisoformat(row["date"]),
                calls=int(row["calls"]),
                aht_seconds=float(row["aht_seconds"]),
                short_calls=int(row["short_calls_le10s"]),
                identified_calls=int(row["fcr_eligible_calls"] or 0),
                repeated_calls=int(row["repeat7d_calls"] or 0),
                by_type=tuple(int(row[f"calls_{kind}"]) for kind in TYPES),
            )
            for row in csv.DictReader(lines)
        ]


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else math.nan


AGENTS = 29
DAYS = 59
FIRST = date(1999, 1, 1)
PRESENT = (0.92, 0.92, 0.92, 0.92, 0.45, 0.2, 0.92)  # Monday to Sunday: the working week runs from Sunday to Thursday
CALL_SD_SECONDS = 200.0  # between calls of one agent, so a day's mean is the noisier the fewer calls it rests on
QUIET = 0.5  # a day is short where a smaller share of agents is present
HANGING_UP = 2  # agents who end many calls within ten seconds
SHARES = np.array([0.718, 0.075, 0.165, 0.008, 0.005, 0.029])  # of each type
LENGTHS = np.array(
    [1.04, 1.61, 0.59, 1.46, 1.28, 0.55]
)  # of each type, in multiples of the mean: as in January and February 1999
MIX_SIMILARITY = 12.0  # the higher, the more alike the contact mixes of the agents
DAY_SIMILARITY = 25.0  # the higher, the more alike the days of one agent


DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"  # beside the checkout, never in it
AGENT_DAYS = Path("contact_centre") / "agent_day.csv.gz"
DIRECTIONS: Mapping[str, Direction] = {"AHT": "lower", "REPEAT7D": "lower", "SHORT10": "lower"}
FEWEST_DAYS = 5  # agents with fewer are left out


@dataclass(frozen=True, slots=True)
class CallHistory:
    """`readings` has one reading an agent, day and metric; the value is NaN where nothing could be measured."""

    source: Message
    users: tuple[str, ...]
    first: date
    last: date
    agent_days: tuple[AgentDay, ...]
    readings: Mapping[str, tuple[Reading, ...]]
    directions: Mapping[str, Direction]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=after) for after in range((self.last - self.first).days + 1))

    def dated(self, last: date, *, days: int) -> "CallHistory":
        """Return its first `days` days, moved so that the last of them is `last`, in their order and distance."""
        first = last - timedelta(days=days - 1)
        moved = [
            replace(agent_day, day=first + (agent_day.day - self.first))
            for agent_day in self.agent_days
            if (agent_day.day - self.first).days < days
        ]
        readings = _by_series(day.measured() for day in moved)
        return replace(self, first=first, last=last, agent_days=tuple(moved), readings=readings)

    def with_contacts(self) -> "CallHistory":
        """Return the history for a platform that also serves the calls by type, each type as a metric."""
        contacts = _by_series(day.contacts() for day in self.agent_days)
        directions: dict[str, Direction] = dict.fromkeys(contacts, "lower")
        return replace(self, readings={**self.readings, **contacts}, directions={**directions, **self.directions})

    def metric_files(self) -> dict[date, str]:
        """Return a metric file for each day on which anybody worked."""
        files = defaultdict[date, StringIO](StringIO)
        for agent_day in self.agent_days:
            file = files[agent_day.day]
            csv.writer(file).writerows([agent_day.row()] if file.tell() else [HEADER, agent_day.row()])
        return {day: file.getvalue() for day, file in files.items()}


def call_history(seed: int, *, data: Path = DATA) -> CallHistory:
    """Return real calls from the folder `data`, or, where it is absent, generated ones of the same shape."""
    file = data / AGENT_DAYS
    if file.exists():
        return _history(Message("demo.recorded_history"), recorded(file))
    return generated_history(seed)


def generated_history(seed: int, *, initial: str = "A") -> CallHistory:
    """Generate days with lasting differences between agents, noise within their days, contact mixes that shift,
    absences, and two agents who hang up on callers. The names of agents begin with `initial`.
    """
    rng = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=after) for after in range(DAYS)]
    present = np.array([PRESENT[day.weekday()] for day in days])
    # axes: D days, A agents, T types
    works = rng.random((DAYS, AGENTS)) < present[:, None]
    mean_aht = np.clip(rng.normal(190, 60, AGENTS), 110, 400)
    mean_calls = np.clip(rng.lognormal(math.log(65), 0.45, AGENTS), 12, 130)
    hangs_up = rng.permutation(AGENTS) < HANGING_UP
    calls = np.maximum(3, rng.poisson(mean_calls * np.where(present > QUIET, 1.0, 0.6)[:, None]))
    # a mix for each agent and day, (D, A, T): every day is near the agent's own mix
    own = rng.dirichlet(MIX_SIMILARITY * SHARES, AGENTS)
    weights = rng.standard_gamma(DAY_SIMILARITY * np.maximum(own, 1e-3), (DAYS, *own.shape))
    by_type = rng.multinomial(calls, weights / weights.sum(axis=2, keepdims=True))
    usual = mean_aht * (by_type @ LENGTHS) / calls
    aht = np.maximum(25, rng.normal(usual, CALL_SD_SECONDS / np.sqrt(calls)))
    short = rng.binomial(calls, np.where(hangs_up, 0.18, 0.03))
    identified = rng.binomial(calls, 0.37)
    repeated = rng.binomial(identified, np.where(hangs_up, 0.70, 0.60))
    agent_days = [
        AgentDay(
            agent=f"{initial}{agent + 1:02d}",
            day=days[day],
            calls=int(calls[day, agent]),
            aht_seconds=float(aht[day, agent]),
            short_calls=int(short[day, agent]),
            identified_calls=int(identified[day, agent]),
            repeated_calls=int(repeated[day, agent]),
            by_type=tuple(by_type[day, agent].tolist()),
        )
        for day, agent in np.argwhere(works).tolist()
    ]
    return _history(Message("demo.generated_history", {"seed": str(seed)}), agent_days)


def _history(source: Message, agent_days: Iterable[AgentDay]) -> CallHistory:
    every = list(agent_days)
    days_worked = Counter(day.agent for day in every)
    regular = tuple(day for day in every if days_worked[day.agent] >= FEWEST_DAYS)
    return CallHistory(
        source=source,
        users=tuple(sorted({day.agent for day in regular})),
        first=min(day.day for day in every),
        last=max(day.day for day in every),
        agent_days=regular,
        readings=_by_series(day.measured() for day in regular),
        directions=DIRECTIONS,
    )


def _by_series(measured: Iterable[Mapping[str, Reading]]) -> dict[str, tuple[Reading, ...]]:
    readings: defaultdict[str, list[Reading]] = defaultdict(list)
    for by_series in measured:
        for series, reading in by_series.items():
            readings[series].append(reading)
    return {series: tuple(every) for series, every in readings.items()}
