"""A metric file as arrays, and the history made from it. Axes: R rows of the file, D days, M members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from ladder.adapters.metric_files.layout import Layout
from ladder.domain.challenges.history import History
from ladder.domain.challenges.rules import Measure
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem

type Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
type Indices = np.ndarray[tuple[int], np.dtype[np.int32]]  # (R,)


@dataclass(frozen=True, slots=True)
class Series:
    """One value a row, NaN where nothing was measured, and the number of contacts it is measured on."""

    values: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file that have an agent and a day."""

    read: int  # how many rows the file has in all
    agents: tuple[str, ...]  # sorted
    agent: Indices  # index into `agents`
    day: Indices  # date ordinals
    line: Indices  # line in the file
    columns: dict[str, Numbers]  # every number that the program reads, by its column

    @classmethod
    def none(cls) -> Self:
        empty = np.empty(0, dtype=np.int32)
        return cls(0, (), empty, empty, empty, {})


@dataclass(frozen=True, slots=True)
class MetricTable:
    """What was read of a file."""

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


def series_of(rows: Rows, layout: Layout) -> dict[str, Series]:
    """Return every series whose columns are there: metrics as the program reads them, contacts and seconds as is."""
    columns = rows.columns
    series = {
        key: _measured(measure, columns[measure.column], columns[measure.count])
        for key, measure in layout.measures.items()
        if {measure.column, measure.count} <= columns.keys()
    }
    for contacts, seconds in layout.contacts.items():
        series |= {name: Series(columns[name], columns[contacts]) for name in (contacts, seconds) if name in columns}
    return series


def _measured(measure: Measure, column: Numbers, count: Numbers) -> Series:
    """A row without contacts has no value."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        value = 100 * column / count if measure.share else column
    return Series(np.where(~np.isnan(count) & (count != 0), value, np.nan), count)


def as_history(
    table: MetricTable, program: Program, users: Sequence[str], *, first: date | None = None, last: date | None = None
) -> History:
    """Return the rows of these users from `first` to `last` (default: all); each user's slot is their index in `users`.

    Values are rounded to the metric's step as `collect` rounds them; contacts and seconds are whole numbers. Raises
    ValueError where there is neither a row nor both dates.
    """
    start, end = first or table.first, last or table.last
    if start is None or end is None:
        raise ValueError(f"{table.file} has no rows: name the first and the last day")
    steps = {
        (metric.key, metric.measured): metric.step for metric in program.challenges.metrics
    }  # series, column of the history
    for kind in program.challenges.contact_types:
        steps |= {(name, name): 1.0 for name in (kind.contacts, kind.seconds) if name}
    steps = {(series, column): step for (series, column), step in steps.items() if series in table.series}
    columns = {column for _, column in steps} | {metric.key for metric in program.challenges.metrics}
    days = (end - start).days + 1
    history = History.empty(first=start, days=days, members=len(users), metrics=tuple(sorted(columns)))

    slots = {user: slot for slot, user in enumerate(users)}
    slot = np.array([slots.get(agent, -1) for agent in table.agents], dtype=np.int64)[table.rows.agent]
    day = table.rows.day.astype(np.int64) - start.toordinal()
    included = np.flatnonzero((slot >= 0) & (day >= 0) & (day < days))
    for (key, name), step in steps.items():
        values, counts = table.series[key].values[included], table.series[key].counts[included]
        known = ~np.isnan(values)  # what was not measured has no count either
        index, column = (day[included][known], slot[included][known]), history.columns[name]
        column.values[index] = np.round(values[known] / step, 1) * step
        column.counts[index] = counts[known]
    return history
