"""A metric file as arrays, and the history made from it. Axes: R rows of the file, G agent-days, D days, M members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np

from ladder.adapters.metric_files.layout import Layout
from ladder.adapters.metric_files.problems import FileProblems
from ladder.domain.challenges.history import History
from ladder.domain.challenges.metric_files import Measure, in_condition
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem

type Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
type Moments = np.ndarray[tuple[int], np.dtype[np.int64]]  # (R,)
type Indices = np.ndarray[tuple[int], np.dtype[np.int32]]  # (R,)


@dataclass(frozen=True, slots=True)
class Series:
    """One value a row, NaN where nothing was measured, and the number of contacts it is measured on."""

    values: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file that have an agent and a day, in its order."""

    read: int  # how many rows the file has in all, but for those that are skipped
    agents: tuple[str, ...]  # sorted
    agent: Indices  # index into `agents`
    day: Indices  # ordinal of the work day
    moment: Moments  # seconds since 1970, or the day
    line: Indices  # line in the file
    keys: tuple[Indices, ...]  # numbers of what tells rows of one agent and moment apart: the id, other columns
    contact_type: Indices | None  # index into the series of contacts, -1 = of no type; None: a row is of several
    condition: (
        Indices | None
    )  # index into the conditions of the load; None: handle times are compared whatever the load
    columns: dict[str, Numbers]  # every number that the program reads, by its column

    @classmethod
    def none(cls) -> Self:
        empty = np.empty(0, dtype=np.int32)
        return cls(0, (), empty, empty, np.empty(0, dtype=np.int64), empty, (), None, None, {})


@dataclass(frozen=True, slots=True)
class AgentDays:
    """Rows grouped by agent and day. Axes: R rows, G groups."""

    order: Indices  # (R,) rows, those of a group side by side, in the order of the file
    start: Indices  # (G,) where each group begins in `order`

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """The groups stand in the order of their first rows."""
        order = np.lexsort((rows.line, rows.day, rows.agent)).astype(np.int32)
        changes = (np.diff(rows.agent[order]) != 0) | (np.diff(rows.day[order]) != 0)
        start = np.flatnonzero(np.r_[len(order) > 0, changes][: len(order)])
        lengths = np.diff(np.r_[start, len(order)])
        by_line = np.argsort(order[start], kind="stable")
        begins = np.r_[0, np.cumsum(lengths[by_line])][: len(start)]
        places = np.repeat(start[by_line] - begins, lengths[by_line]) + np.arange(len(order))
        return cls(order[places], begins.astype(np.int32))

    @property
    def first(self) -> Indices:
        """The first row of each group: (G,)."""
        return self.order[self.start]

    def sum(self, values: Numbers) -> Numbers:
        """Add up each group's values, NaN where it has none: (R,) -> (G,)."""
        if not len(self.start):
            return np.empty(0)
        known = ~np.isnan(values[self.order])
        total = np.add.reduceat(np.where(known, values[self.order], 0.0), self.start)
        return np.where(np.add.reduceat(known, self.start, dtype=np.int64) > 0, total, np.nan)


@dataclass(frozen=True, slots=True)
class MetricTable:
    """The readings of a file."""

    file: str
    read: int  # rows of the file
    agents: tuple[str, ...]  # sorted
    agent: Indices  # (G,) index into `agents`; G agent-days, in the order of the file
    day: Indices  # (G,) ordinal
    line: Indices  # (G,) the first line
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


def table_of(file: str, rows: Rows, layout: Layout, problems: FileProblems) -> MetricTable:
    """Return what the rows say of each agent's day."""
    days = AgentDays.of(rows)
    agent, day, line = rows.agent[days.first], rows.day[days.first], rows.line[days.first]
    return MetricTable(file, rows.read, rows.agents, agent, day, line, series_of(rows, days, layout), problems.all())


def series_of(rows: Rows, days: AgentDays, layout: Layout) -> dict[str, Series]:
    """Return every series whose columns are there: metrics as the program reads them, contacts and seconds."""
    columns = rows.columns
    series = {
        key: _measured(measure, columns, days, layout.factors.get(key, 1.0))
        for key, measure in layout.measures.items()
        if {*measure.columns, measure.count} <= columns.keys()
    }
    by_type = layout.files.contact_type
    for number, (contacts, seconds) in enumerate(layout.contacts.items()):
        if by_type is None:
            sums = {name: days.sum(columns[name]) for name in (contacts, seconds) if name in columns}
        elif rows.contact_type is None or by_type.count not in columns:
            continue
        else:
            sources = {contacts: by_type.count} | ({seconds: by_type.seconds} if seconds and by_type.seconds else {})
            is_type = rows.contact_type == number
            sums = {
                name: days.sum(np.where(is_type, columns[source], 0.0))
                for name, source in sources.items()
                if source in columns
            }
        series |= {name: Series(values, sums[contacts]) for name, values in sums.items() if contacts in sums}
    return series | (_by_condition(rows, days, layout, series) if layout.load and rows.condition is not None else {})


def _by_condition(rows: Rows, days: AgentDays, layout: Layout, whole: Mapping[str, Series]) -> dict[str, Series]:
    """Return what of the day was handled under each condition: contacts by type, and metrics compared by the load.

    Where nothing was handled under it, a metric has the day's value on no contacts, so that a correction replaces it.
    """
    series, by_type = dict[str, Series](), layout.files.contact_type
    for number, name in enumerate(layout.load.conditions if layout.load else ()):
        here = rows.condition == number
        for key in whole.keys() & set(layout.under_load):
            measure = layout.measures[key]
            columns = {
                column: np.where(here, rows.columns[column], np.nan) for column in (*measure.columns, measure.count)
            }
            part = _measured(measure, columns, days, layout.factors.get(key, 1.0))
            counts = np.where(np.isnan(part.values), 0.0, part.counts)
            values = np.where(counts > 0, part.values, whole[key].values)
            series[in_condition(key, name)] = Series(values, counts)
        for index, contacts in enumerate(layout.contacts):
            if contacts in whole:
                mine = here if rows.contact_type is None else here & (rows.contact_type == index)
                counted = days.sum(np.where(mine, rows.columns[by_type.count if by_type else contacts], 0.0))
                series[in_condition(contacts, name)] = Series(counted, counted)
    return series


def _measured(measure: Measure, columns: Mapping[str, Numbers], days: AgentDays, factor: float) -> Series:
    """A day without contacts has no value; a row without a value is left out of the count."""
    value, count = np.add.reduce([columns[name] for name in measure.columns]), columns[measure.count]
    known = ~np.isnan(value) & ~np.isnan(count)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if measure.statistic == "mean":
            known &= count != 0
            contacts = days.sum(np.where(known, count, np.nan))
            mean = days.sum(np.where(known, value * count, np.nan)) / contacts
            alone = np.diff(np.r_[days.start, len(days.order)]) == 1
            result = np.where(alone, np.where(known, value, np.nan)[days.first], mean)
        else:
            contacts = days.sum(np.where(known, count, np.nan))
            whole = 100 if measure.statistic == "share" else 1
            result = whole * days.sum(np.where(known, value, np.nan)) / contacts
    missing = np.isnan(contacts)
    # The count of a day that has no value is what the file says of it.
    counts = np.where(missing, days.sum(count), contacts)
    return Series(np.where(missing | (contacts == 0), np.nan, result * factor), counts)


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
    rules = program.challenges
    steps = {(metric.key, metric.measured): metric.step for metric in rules.metrics}  # series, column of the history
    for kind in rules.contact_types:
        steps |= {(name, name): 1.0 for name in (kind.contacts, kind.seconds) if name}
    for name in rules.load.conditions if rules.load else ():
        for metric in filter(rules.is_compared, rules.metrics):
            steps |= {(in_condition(metric.key, name),) * 2: metric.step}
        steps |= {(in_condition(kind.contacts, name),) * 2: 1.0 for kind in rules.contact_types}
    steps = {(series, column): step for (series, column), step in steps.items() if series in table.series}
    columns = {column for _, column in steps} | {metric.key for metric in rules.metrics}
    days = (end - start).days + 1
    history = History.empty(first=start, days=days, members=len(users), metrics=tuple(sorted(columns)))

    slots = {user: slot for slot, user in enumerate(users)}
    slot = np.array([slots.get(agent, -1) for agent in table.agents], dtype=np.int64)[table.agent]
    day = table.day.astype(np.int64) - start.toordinal()
    included = np.flatnonzero((slot >= 0) & (day >= 0) & (day < days))
    for (key, name), step in steps.items():
        values, counts = table.series[key].values[included], table.series[key].counts[included]
        known = ~np.isnan(values)  # what was not measured has no count either
        index, column = (day[included][known], slot[included][known]), history.columns[name]
        column.values[index] = np.round(values[known] / step, 1) * step
        column.counts[index] = counts[known]
    return history
