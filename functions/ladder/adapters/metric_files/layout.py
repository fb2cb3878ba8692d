"""Which columns a program reads from its metric files, and where a file's header has them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from ladder.adapters.metric_files.problems import FileProblems, Unreadable
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.metric_files import SECONDS_IN, CellFormat, Load, Measure, MetricFiles, in_condition
from ladder.domain.challenges.plausibility import CONTACTS, SECONDS, PlausibleRange, plausible_range
from ladder.domain.challenges.units import seconds_of
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import nearest

DEFAULTS: Mapping[str, Measure] = {
    "AHT": Measure(columns=("aht_seconds",), count="calls"),
    "SHORT10": Measure(columns=("short_calls_le10s",), count="calls", statistic="share"),
    "REPEAT7D": Measure(columns=("repeat7d_calls",), count="fcr_eligible_calls", statistic="share"),
}
"""How these metrics are read where the program has no `metric_files`."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NUMBER = re.compile(r"[-+]?[0-9]+([.,:/-][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a program reads."""

    files: MetricFiles
    schedule: Schedule
    measures: Mapping[str, Measure]  # metric -> how to read it
    factors: Mapping[str, float]  # metric -> what its value is multiplied by to be in the metric's unit
    contacts: Mapping[str, str | None]  # series of contacts -> series of their seconds
    types: Mapping[str, str]  # what stands in the column of the type -> series of contacts
    load: Load | None  # by which conditions handle times are compared
    under_load: tuple[str, ...]  # metrics that are compared by them
    total: str | None  # the column that contacts by type add up to
    compared: Mapping[str, float]  # metrics that are compared at the usual mix -> seconds of one of their unit
    signed: frozenset[str]  # columns that may be below zero
    plausible: Mapping[str, PlausibleRange]  # series -> the values that it can have

    @property
    def formats(self) -> Mapping[str, CellFormat]:
        """Every column that holds a number, and how its cells are written."""
        formats: dict[str, CellFormat] = {}
        for measure in self.measures.values():
            formats |= dict.fromkeys(measure.columns, measure.format)
        by_type = self.files.contact_type
        if by_type is None:
            formats |= {name: "number" for pair in self.contacts.items() for name in pair if name}
        elif by_type.seconds:
            formats[by_type.seconds] = by_type.format
        counts = [measure.count for measure in self.measures.values()] + ([by_type.count] if by_type else [])
        return formats | dict.fromkeys(counts, "number")

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns, beside the agent and the date, that tell rows of one agent and day apart."""
        by_type = self.files.contact_type
        queue = [self.load.queue] if self.load and self.load.queue else []
        return tuple(dict.fromkeys([*([by_type.column] if by_type else []), *queue, *self.files.rows_by]))

    @property
    def series(self) -> frozenset[str]:
        """The series that a file has: metrics, contacts and seconds by type, and what of them is known by condition."""
        by_type = {*self.contacts, *filter(None, self.contacts.values())}
        by_condition = {
            in_condition(series, name)
            for name in (self.load.conditions if self.load else ())
            for series in (*self.under_load, *self.contacts)
        }
        return frozenset({*self.measures, *by_type, *by_condition})


def layout_of(program: Program, problems: FileProblems) -> Layout:
    """Return the program's layout. A metric without a column is a problem; the others are read all the same."""
    rules = program.challenges
    files = rules.metric_files or MetricFiles(measures=dict(DEFAULTS))
    metrics = {metric.key: metric for metric in rules.metrics}
    for key in metrics.keys() - files.measures.keys():
        problems.error(
            "",
            0,
            f"no column is known for the metric {key}",
            f"Write metric_files: {{measures: {{{key}: {{column: …, count: …}}}}}} into the program.",
        )
    measures = {key: files.measures[key] for key in files.measures if key in metrics or rules.metric_files}
    plausible = {key: plausible_range(metric, files) for key, metric in metrics.items() if key in files.measures}
    for contact_type in rules.contact_types:
        plausible[contact_type.contacts] = CONTACTS
        if contact_type.seconds:
            plausible[contact_type.seconds] = SECONDS
    normalised = [metric.key for metric in rules.metrics if metric.normalise_by and metric.key in measures]
    series = {contact_type.key: contact_type.contacts for contact_type in rules.contact_types}
    named = files.contact_type.names if files.contact_type else {}
    return Layout(
        files=files,
        schedule=program.schedule,
        measures=measures,
        factors={key: _factor(measures[key].format, metrics[key].unit) for key in measures if key in metrics},
        contacts={contact_type.contacts: contact_type.seconds for contact_type in rules.contact_types},
        types=series | {cell: series[key] for cell, key in named.items() if key in series},
        compared={key: seconds for key in normalised if (seconds := seconds_of(metrics[key].unit))},
        load=rules.load,
        under_load=tuple(normalised),
        total=measures[normalised[0]].count if normalised and files.contact_type is None else None,
        signed=frozenset(
            column
            for key, values in plausible.items()
            if key in measures and values.least < 0
            for column in measures[key].columns
        ),
        plausible=plausible,
    )


def _factor(cell: CellFormat, unit: str) -> float:
    """A time is read in seconds; a metric may be in minutes or hours. A plain number is in the metric's unit."""
    is_time = cell in SECONDS_IN or ":" in cell
    return 1 / (seconds_of(unit) or 1.0) if is_time else 1.0


@dataclass(frozen=True, slots=True)
class Header:
    separator: str
    line: int
    width: int
    positions: Mapping[str, int]  # column -> index in a row


def read_header(lines: Iterator[str], layout: Layout, problems: FileProblems) -> Header:
    """Read the line with the column names. Missing and repeated columns are problems.

    Raises Unreadable where there is no such line, or it holds numbers.
    """
    wanted = layout.files.header
    numbered = ((n, text) for n, text in enumerate(lines, start=1) if n == wanted or (wanted is None and text.strip()))
    line, text = next(numbered, (0, ""))
    if not line:
        if wanted:
            raise Unreadable(f"the file ends before line {wanted}", "Write the header's line into metric_files.header.")
        raise Unreadable("the file is empty", "Write a header, then one row an agent and day.")
    separator = {"tab": "\t"}.get(layout.files.separator or "", layout.files.separator) or _separator(text, layout)
    reader = csv.reader(chain([text], lines), delimiter=separator)
    try:
        names = next(reader)
    except csv.Error as error:
        raise Unreadable("the quotes of the header do not close", 'Close each " that is opened.', line=line) from error
    return header_of(names, separator, line + reader.line_num - 1, layout, problems)


def header_of(names: list[str], separator: str, line: int, layout: Layout, problems: FileProblems) -> Header:
    """Find the columns among the names. Raises Unreadable where one is a number."""
    names = [name.strip() for name in names]
    in_rows = (layout.files.agent, layout.files.date, *layout.keys, *layout.files.repeats)
    needed = tuple(dict.fromkeys([*in_rows, *layout.formats]))
    if any(_NUMBER.fullmatch(name) for name in names) and not set(needed) & set(names):
        example = separator.join((layout.files.agent, layout.files.date))
        raise Unreadable(
            "there is no header: the first line holds numbers",
            f"Write the column names first: {example}{separator}…",
            line=line,
        )
    positions = {name: position for position, name in reversed(list(enumerate(names)))}
    for name in needed:
        if name not in positions:
            purpose = "contact_types of the program names it."
            if metrics := [
                key for key, measure in layout.measures.items() if name in (*measure.columns, measure.count)
            ]:
                purpose = f"Needed for {', '.join(metrics)}; metric_files in the program names the columns."
            elif name in in_rows:
                purpose = "Every row needs it; metric_files in the program names it."
            hint = f"{nearest(name, positions)} {purpose}"
            problems.error(name, line, "there is no such column", hint)
    for name, times in Counter(names).items():
        if times > 1 and name in needed:
            problems.error(name, line, f"{times} columns have this name", "Keep one of them.")
    return Header(separator, line, len(names), positions)


def _separator(text: str, layout: Layout) -> str:
    """Return the sign that yields most of the columns every file has; of equals, the one that occurs most often."""

    def matches(sign: str) -> tuple[int, int]:
        names = [name.strip(' "\r\n') for name in text.split(sign)]
        return sum(name in (layout.files.agent, layout.files.date) for name in names), len(names)

    return max(SEPARATORS, key=matches)
