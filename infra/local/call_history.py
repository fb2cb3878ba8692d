"""The demonstration's contact-centre history: two months of real calls where the data is at hand, drawn ones where not.

Per agent and day: AHT in seconds, REPEAT7D (per cent of identified callers who rang again within seven days) and
SHORT10 (per cent of calls of ten seconds or less, the trace of agents who hang up).
The real calls: Technion "Anonymous Bank" (A. Mandelbaum, I. Guedj), January and February 1999.
"""

import csv
import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ladder.domain.program import Direction
from ladder.ports import Reading

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"  # beside the checkout, never in it
AGENT_DAYS = Path("contact_centre") / "agent_day.csv.gz"
DIRECTIONS: Mapping[str, Direction] = {"AHT": "lower", "REPEAT7D": "lower", "SHORT10": "lower"}
FEWEST_DAYS = 5  # an agent seen on fewer is a visitor

AGENTS = 29
DAYS = 59
FIRST = date(1999, 1, 1)
PRESENT = (0.92, 0.92, 0.92, 0.92, 0.45, 0.2, 0.92)  # Monday to Sunday: the working week runs from Sunday to Thursday
CALL_SD_SECONDS = 200.0  # between calls of one agent, so a day's mean is the noisier the fewer calls it rests on
QUIET = 0.5  # a day on which fewer agents are present than this is a short one
HANGING_UP = 2  # agents who end many calls within ten seconds


@dataclass(frozen=True, slots=True)
class AgentDay:
    """One agent's calls on one day, counted."""

    agent: str
    day: date
    calls: int
    aht_seconds: float
    short_calls: int
    identified_calls: int  # those whose caller was known, so that a repeat could be seen
    repeated_calls: int


@dataclass(frozen=True, slots=True)
class CallHistory:
    """`readings` has one reading an agent, day and metric; the value is NaN where nothing could be measured."""

    source: str
    users: tuple[str, ...]
    first: date
    last: date
    readings: Mapping[str, tuple[Reading, ...]]
    directions: Mapping[str, Direction]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=after) for after in range((self.last - self.first).days + 1))


def call_history(seed: int, *, data: Path = DATA) -> CallHistory:
    """Real calls from the folder `data`, or, where it is absent, the same shape drawn from `seed`."""
    file = data / AGENT_DAYS
    if file.exists():
        return _history("a bank's call centre, January and February 1999 (Technion, Anonymous Bank)", _recorded(file))
    rng = np.random.default_rng(seed)
    return _history(f"drawn from seed {seed} in the shape of a bank's call centre of 1999", _drawn(rng))


def _history(source: str, agent_days: Iterable[AgentDay]) -> CallHistory:
    every = list(agent_days)
    seen = Counter(each.agent for each in every)
    kept = [each for each in every if seen[each.agent] >= FEWEST_DAYS]
    readings: defaultdict[str, list[Reading]] = defaultdict(list)
    for each in kept:
        for metric, reading in _measured(each).items():
            readings[metric].append(reading)
    return CallHistory(
        source=source,
        users=tuple(sorted({each.agent for each in kept})),
        first=min(each.day for each in every),
        last=max(each.day for each in every),
        readings={metric: tuple(found) for metric, found in readings.items()},
        directions=DIRECTIONS,
    )


def _measured(each: AgentDay) -> dict[str, Reading]:
    def reading(value: float, count: int) -> Reading:
        return Reading(each.agent, each.day, round(value, 4), float(count))

    return {
        "AHT": reading(each.aht_seconds, each.calls),
        "REPEAT7D": reading(_percent(each.repeated_calls, each.identified_calls), each.identified_calls),
        "SHORT10": reading(_percent(each.short_calls, each.calls), each.calls),
    }


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else math.nan


def _recorded(file: Path) -> list[AgentDay]:
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
            )
            for row in csv.DictReader(lines)
        ]


def _drawn(rng: np.random.Generator) -> list[AgentDay]:
    """Lasting differences between agents, noise within their days, absences, and two agents who hang up on callers."""
    days = [FIRST + timedelta(days=after) for after in range(DAYS)]
    present = np.array([PRESENT[day.weekday()] for day in days])
    # axes: D days, A agents
    works = rng.random((DAYS, AGENTS)) < present[:, None]
    mean_aht = np.clip(rng.normal(190, 60, AGENTS), 110, 400)
    mean_calls = np.clip(rng.lognormal(math.log(65), 0.45, AGENTS), 12, 130)
    hangs_up = rng.permutation(AGENTS) < HANGING_UP
    calls = np.maximum(3, rng.poisson(mean_calls * np.where(present > QUIET, 1.0, 0.6)[:, None]))
    aht = np.maximum(25, rng.normal(mean_aht, CALL_SD_SECONDS / np.sqrt(calls)))
    short = rng.binomial(calls, np.where(hangs_up, 0.18, 0.03))
    identified = rng.binomial(calls, 0.37)
    repeated = rng.binomial(identified, np.where(hangs_up, 0.70, 0.60))
    return [
        AgentDay(
            agent=f"A{agent + 1:02d}",
            day=days[day],
            calls=int(calls[day, agent]),
            aht_seconds=float(aht[day, agent]),
            short_calls=int(short[day, agent]),
            identified_calls=int(identified[day, agent]),
            repeated_calls=int(repeated[day, agent]),
        )
        for day, agent in np.argwhere(works).tolist()
    ]
