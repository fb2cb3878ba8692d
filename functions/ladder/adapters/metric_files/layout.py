"""Which columns a program reads from its metric files, and where a file's header has them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ladder.adapters.metric_files.problems import FileProblems, Unreadable
from ladder.domain.challenges.plausibility import CONTACTS, SECONDS, PlausibleRange, plausible_range
from ladder.domain.challenges.rules import Measure, MetricFiles
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import nearest

DEFAULTS: Mapping[str, Measure] = {
    "AHT": Measure(column="aht_seconds", count="calls"),
    "SHORT10": Measure(column="short_calls_le10s", count="calls", share=True),
    "REPEAT7D": Measure(column="repeat7d_calls", count="fcr_eligible_calls", share=True),
}
"""How these metrics are read where the program has no `metric_files`."""

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_NUMBER = re.compile(r"[-+]?[0-9]+([.,:/-][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a program reads."""

    agent: str
    date: str
    measures: Mapping[str, Measure]  # metric -> how to read it
    contacts: Mapping[str, str | None]  # column of contacts -> column of their seconds
    total: str | None  # the column that contacts by type add up to
    signed: frozenset[str]  # columns that may be below zero
    plausible: Mapping[str, PlausibleRange]  # series -> the values that it can have

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every column that holds a number, once."""
        measured = [name for measure in self.measures.values() for name in (measure.column, measure.count)]
        typed = [name for pair in self.contacts.items() for name in pair if name]
        return tuple(dict.fromkeys([*measured, *typed]))


def layout_of(program: Program, problems: FileProblems) -> Layout:
    """Return the program's layout. A metric without a column is a problem; the others are read all the same."""
    files = program.challenges.metric_files or MetricFiles(measures=dict(DEFAULTS))
    metrics = {metric.key: metric for metric in program.challenges.metrics}
    for key in metrics.keys() - files.measures.keys():
        problems.error(
            "",
            0,
            f"no column is known for the metric {key}",
            f"Write metric_files: {{measures: {{{key}: {{column: …, count: …}}}}}} into the program.",
        )
    measures = {key: files.measures[key] for key in files.measures if key in metrics or program.challenges.metric_files}
    normalised = [metric.key for metric in program.challenges.metrics if metric.normalise_by and metric.key in measures]
    plausible = {key: plausible_range(metric, files) for key, metric in metrics.items() if key in files.measures}
    signed = frozenset(files.measures[key].column for key, values in plausible.items() if values.least < 0)
    for kind in program.challenges.contact_types:
        plausible[kind.contacts] = CONTACTS
        if kind.seconds:
            plausible[kind.seconds] = SECONDS
    return Layout(
        agent=files.agent,
        date=files.date,
        measures=measures,
        contacts={kind.contacts: kind.seconds for kind in program.challenges.contact_types},
        total=measures[normalised[0]].count if normalised else None,
        signed=signed,
        plausible=plausible,
    )


@dataclass(frozen=True, slots=True)
class Header:
    separator: str
    line: int
    width: int
    positions: Mapping[str, int]  # column -> index in a row


def read_header(lines: Iterator[str], layout: Layout, problems: FileProblems) -> Header:
    """Read the first line that is not empty. Missing and repeated columns are problems.

    Raises Unreadable where there is no such line, or it holds numbers.
    """
    line, text = next(((n, text) for n, text in enumerate(lines, start=1) if text.strip()), (0, ""))
    if not line:
        raise Unreadable("the file is empty", "Write a header, then one row an agent and day.")
    separator = _separator(text, layout)
    names = [name.strip() for name in next(csv.reader([text], delimiter=separator))]
    if any(_NUMBER.fullmatch(name) for name in names):
        hint = f"Write the column names first: {separator.join((layout.agent, layout.date))}{separator}…"
        raise Unreadable("there is no header: the first line holds numbers", hint, line=line)
    positions = {name: position for position, name in reversed(list(enumerate(names)))}
    needed = (layout.agent, layout.date, *layout.numbers)
    for name in needed:
        if name not in positions:
            hint = f"{nearest(name, positions)} {_purpose(name, layout)}"
            problems.error(name, line, "there is no such column", hint)
    for name, times in Counter(names).items():
        if times > 1 and name in needed:
            problems.error(name, line, f"{times} columns have this name", "Keep one of them.")
    return Header(separator, line, len(names), positions)


def _separator(text: str, layout: Layout) -> str:
    """Return the sign that yields most of the columns every file has; of equals, the one that occurs most often."""

    def matches(sign: str) -> tuple[int, int]:
        names = [name.strip(' "\r\n') for name in text.split(sign)]
        return sum(name in (layout.agent, layout.date) for name in names), len(names)

    return max(SEPARATORS, key=matches)


def _purpose(name: str, layout: Layout) -> str:
    metrics = [key for key, measure in layout.measures.items() if name in (measure.column, measure.count)]
    if metrics:
        return f"Needed for {', '.join(metrics)}; metric_files in the program names the columns."
    if name in (layout.agent, layout.date):
        return "Every row needs it; metric_files in the program names it."
    return "contact_types of the program names it."
