"""A small centre whose figures are drawn, as a metric file and as a history."""

import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from infra.cli.backtest.replay import ReplayResult, replay
from ladder.domain.challenges.history import Column, History, Values
from ladder.domain.challenges.plan import first_history_day
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.planning import category, metric, program, roster
from tests.paths import PROGRAMS

BANK = PROGRAMS / "bank.yaml"
FIRST_DAY = date(2026, 1, 1)
HEADER = (
    "agent,date,calls,aht_seconds,short_calls_le10s,fcr_eligible_calls,repeat7d_calls,"
    "calls_PS,calls_NE,calls_NW,calls_IN,calls_PE,calls_TT"
)


def row(agent: str, day: date, *, calls: int = 40, aht: object = 200, short: int = 1, repeats: int = 9) -> str:
    """A day of a third of long calls and two thirds of short ones."""
    return f"{agent},{day},{calls},{aht},{short},{calls // 2},{repeats},{calls - calls // 3},0,{calls // 3},0,0,0"


def metric_file(agents: int, days: int, *, seed: int = 0, off: Iterable[int] = ()) -> str:
    """Five worked days of seven; `off`: days after the first on which nobody works."""
    rng, closed, text = np.random.default_rng(seed), set(off), io.StringIO()
    usual, start = rng.normal(200, 40, agents), rng.integers(0, 7, agents)
    print(HEADER, file=text)
    for after in (after for after in range(days) if after not in closed):
        day = FIRST_DAY + timedelta(days=after)
        for agent in np.flatnonzero((start + after) % 7 < 5).tolist():
            calls = int(rng.integers(30, 60))
            aht = f"{max(rng.normal(usual[agent], 25), 20):.1f}"
            short, repeats = int(rng.binomial(calls, 0.03)), int(rng.binomial(calls // 2, 0.6))
            print(row(f"P{agent:05d}", day, calls=calls, aht=aht, short=short, repeats=repeats), file=text)
    return text.getvalue()


def two_ladders(**changes: Any) -> Program:
    """Handle time, and quality whose figures take five days."""
    fields: dict[str, Any] = {
        "metrics": (metric(), metric("QA", direction="higher", final_after_days=5)),
        "categories": (category(), category("CARE", "QA")),
        "selection": SelectionRule(per_night=1),
    }
    return program(**fields | changes)


type Table = np.ndarray[tuple[int, ...], np.dtype[np.floating]]  # (D, M), in any precision


def replayed(rules: Program, columns: Mapping[str, Table], *, nights: int) -> ReplayResult:
    """The last `nights` days of these columns (D, M), counts of 40 each."""
    days, members = next(iter(columns.values())).shape
    last = FIRST_DAY + timedelta(days=days - 1)
    first = last - timedelta(days=nights - 1)
    start = min(FIRST_DAY, first_history_day(rules.challenges, first, {}))
    pad = ((FIRST_DAY - start).days, 0), (0, 0)
    known = {
        name: Column(np.pad(values.astype(np.float32), pad, constant_values=np.nan), padded_counts(values, pad))
        for name, values in columns.items()
    }
    recorded = History(start, days + pad[0][0], members, known)
    return replay(recorded, rules, roster(members), first=first, last=last)


def padded_counts(values: Table, pad: tuple[tuple[int, int], tuple[int, int]]) -> Values:
    return np.pad(np.full(values.shape, 40, dtype=np.float32), pad)
