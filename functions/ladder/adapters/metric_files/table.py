"""The answer: rows as columns. Axes: R rows of the file, D days, M members."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from ladder.adapters.metric_files.findings import Findings, shown
from ladder.domain.challenges.history import Column, History
from ladder.domain.program_check import Problem
from ladder.domain.programs.program import ContactType, Program

WHOLE = 1.0  # contacts and seconds are whole numbers

type Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
type Indices = np.ndarray[tuple[int], np.dtype[np.int32]]  # (R,)
type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]
type Places = tuple[Whole, Whole]  # day and slot in a history


@dataclass(frozen=True, slots=True)
class Series:
    """One value a row, NaN where nothing was measured, and how many contacts it rests on."""

    values: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file that have an agent and a day."""

    read: int  # how many there were in all
    agents: tuple[str, ...]  # sorted
    agent: Indices  # place in `agents`
    day: Indices  # date ordinals
    line: Indices  # of the file
    columns: dict[str, Numbers]  # every number that was wanted, by its column

    @classmethod
    def none(cls) -> Self:
        empty = np.empty(0, dtype=np.int32)
        return cls(0, (), empty, empty, empty, {})


@dataclass(frozen=True, slots=True)
class MetricTable:
    file: str
    rows: Rows
    series: dict[str, Series]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def agents(self) -> tuple[str, ...]:
        return self.rows.agents

    @property
    def first(self) -> date | None:
        return date.fromordinal(int(self.rows.day.min())) if len(self.rows.day) else None

    @property
    def last(self) -> date | None:
        return date.fromordinal(int(self.rows.day.max())) if len(self.rows.day) else None


def strangers(table: MetricTable, users: Collection[str]) -> tuple[Problem, ...]:
    """A warning for each agent who is not among `users`, with the first line he is on."""
    findings, known = Findings(table.file), set(users)
    agents, at = np.unique(table.rows.agent, return_index=True)
    unknown = [
        (int(table.rows.line[row]), table.agents[agent])
        for agent, row in zip(agents.tolist(), at.tolist(), strict=True)
        if table.agents[agent] not in known
    ]
    findings.rows(
        "",
        [line for line, _ in unknown],
        lambda n: f"{shown(unknown[n][1])} is not on the roster, so these rows are left out",
        "Enrol the agent, or take the rows out.",
        severity="warning",
    )
    return findings.problems()


def as_history(
    table: MetricTable, program: Program, users: Sequence[str], *, first: date | None = None, last: date | None = None
) -> History:
    """The rows from `first` to `last` (by default all) of these users, each in the slot of his place in `users`.

    Values are kept as finely as `collect` keeps them. Raises ValueError where there is neither a row nor both dates.
    """
    start, end = first or table.first, last or table.last
    if start is None or end is None:
        raise ValueError(f"{table.file} has no rows: name the first and the last day")
    feeds = [feed for feed in _feeds(program) if feed[0] in table.series]
    columns = {column for _, column, _ in feeds} | {metric.key for metric in program.metrics}
    days = (end - start).days + 1
    history = History.empty(first=start, days=days, members=len(users), metrics=tuple(sorted(columns)))
    rows, places = _places(table, users, start, days)
    for series, column, step in feeds:
        found = table.series[series]
        _fill(history.columns[column], places, Series(found.values[rows], found.counts[rows]), step)
    return history


def _feeds(program: Program) -> list[tuple[str, str, float]]:
    """Each series with its column of the history and its step."""
    metrics = [(metric.key, metric.measured, metric.step) for metric in program.metrics]
    return metrics + [(name, name, WHOLE) for kind in program.contact_types for name in series_of(kind)]


def series_of(kind: ContactType) -> list[str]:
    return [kind.contacts, kind.seconds] if kind.seconds else [kind.contacts]


def _places(table: MetricTable, users: Sequence[str], start: date, days: int) -> tuple[Whole, Places]:
    """The rows that have a place in a history, and that place: day and slot."""
    slots = {user: slot for slot, user in enumerate(users)}
    slot = np.array([slots.get(agent, -1) for agent in table.agents], dtype=np.int64)[table.rows.agent]
    day = table.rows.day.astype(np.int64) - start.toordinal()
    rows = np.flatnonzero((slot >= 0) & (day >= 0) & (day < days))
    return rows, (day[rows], slot[rows])


def _fill(column: Column, places: Places, found: Series, step: float) -> None:
    """What was not measured has no count either."""
    known = ~np.isnan(found.values)
    at = places[0][known], places[1][known]
    column.values[at] = np.round(found.values[known] / step, 1) * step
    column.counts[at] = found.counts[known]
