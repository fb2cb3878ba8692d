"""The answer: rows as columns. Axes: R rows of the file, D days, M members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.adapters.metric_files.findings import Findings
from ladder.domain.columns import Column, History, Values
from ladder.domain.program import ContactType, Program
from ladder.domain.program_check import Problem

WHOLE = 1.0  # contacts and seconds are whole numbers

type Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
type Indices = np.ndarray[tuple[int], np.dtype[np.int32]]  # (R,)


@dataclass(frozen=True, slots=True)
class Series:
    """One value a row, NaN where nothing was measured, and how many contacts it rests on."""

    values: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class MetricTable:
    file: str
    agents: tuple[str, ...]
    agent: Indices  # place in `agents`
    day: Indices  # date ordinals
    line: Indices  # of the file
    series: dict[str, Series]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def first(self) -> date | None:
        return date.fromordinal(int(self.day.min())) if len(self.day) else None

    @property
    def last(self) -> date | None:
        return date.fromordinal(int(self.day.max())) if len(self.day) else None


def strangers(table: MetricTable, users: Collection[str]) -> list[Problem]:
    """A warning for each agent who is not among `users`, with the first line he is on."""
    findings, known = Findings(table.file), set(users)
    unknown = np.array([agent not in known for agent in table.agents], dtype=np.bool)
    met, at = np.unique(table.agent, return_index=True)
    for agent, row in zip(met.tolist(), at.tolist(), strict=True):
        if unknown[agent]:
            message = f'"{table.agents[agent]}" is not on the roster, so these rows are left out'
            findings.warn("agent", int(table.line[row]), message, "Enrol the agent, or take the rows out.")
    return list(findings.problems())


def as_history(
    table: MetricTable, program: Program, users: Sequence[str], *, first: date | None = None, last: date | None = None
) -> History:
    """The rows from `first` to `last` (by default all) of these users, each in the slot of his place in `users`.

    Values are kept as finely as `collect` keeps them. Raises ValueError where there is neither a row nor both dates.
    """
    start, end = first or table.first, last or table.last
    if start is None or end is None:
        raise ValueError(f"{table.file} has no rows: name the first and the last day")
    names = {series: metric for series, metric, _ in _columns(program)} | {m.key: m.key for m in program.metrics}
    days = (end - start).days + 1
    history = History.empty(first=start, days=days, members=len(users), metrics=tuple(sorted(names.values())))
    slots = {user: slot for slot, user in enumerate(users)}
    slot = np.array([slots.get(agent, -1) for agent in table.agents], dtype=np.int64)[table.agent]
    row = table.day.astype(np.int64) - start.toordinal()
    mine = np.flatnonzero((slot >= 0) & (row >= 0) & (row < days))
    return history
