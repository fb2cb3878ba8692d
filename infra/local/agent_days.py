"""An agent's counted day: as a bank's call centre recorded it, and as a row of a metric file."""

import csv
import gzip
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from ladder.ports.nights import Reading

TYPES = ("PS", "NE", "NW", "IN", "PE", "TT")  # regular, stock exchange, new customer, internet support, and two more
HEADER = (
    *("agent", "date", "calls", "aht_seconds", "short_calls_le10s", "fcr_eligible_calls", "repeat7d_calls"),
    *(f"calls_{kind}" for kind in TYPES),
)


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
    by_type: tuple[int, ...]  # as in TYPES

    def measured(self) -> dict[str, Reading]:
        """By metric; NaN where nothing could be measured."""

        def reading(value: float, count: int) -> Reading:
            return Reading(self.agent, self.day, round(value, 4), float(count))

        return {
            "AHT": reading(self.aht_seconds, self.calls),
            "REPEAT7D": reading(_percent(self.repeated_calls, self.identified_calls), self.identified_calls),
            "SHORT10": reading(_percent(self.short_calls, self.calls), self.calls),
        }

    def contacts(self) -> dict[str, Reading]:
        """By series: calls of each type."""
        counted = zip(TYPES, self.by_type, strict=True)
        return {f"calls_{kind}": Reading(self.agent, self.day, float(calls), float(calls)) for kind, calls in counted}

    def row(self) -> tuple[object, ...]:
        """Cells in the order of HEADER."""
        seconds = f"{self.aht_seconds:.4f}"
        quality = self.short_calls, self.identified_calls, self.repeated_calls
        return self.agent, self.day, self.calls, seconds, *quality, *self.by_type


def as_csv(agent_days: Iterable[AgentDay]) -> str:
    """A metric file of these days."""
    text = StringIO()
    csv.writer(text).writerows([HEADER, *(each.row() for each in agent_days)])
    return text.getvalue()


def recorded(file: Path) -> list[AgentDay]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [_recorded(row) for row in csv.DictReader(lines)]


def _recorded(row: Mapping[str, str]) -> AgentDay:
    return AgentDay(
        agent=row["agent"],
        day=date.fromisoformat(row["date"]),
        calls=int(row["calls"]),
        aht_seconds=float(row["aht_seconds"]),
        short_calls=int(row["short_calls_le10s"]),
        identified_calls=int(row["fcr_eligible_calls"] or 0),
        repeated_calls=int(row["repeat7d_calls"] or 0),
        by_type=tuple(int(row[f"calls_{kind}"]) for kind in TYPES),
    )


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else math.nan
