"""The first line of a metric file: which sign separates, and where each column stands."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ladder.adapters.metric_files.findings import Findings, Unreadable
from ladder.adapters.metric_files.wanted import Wanted
from ladder.domain.program_check import nearest

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_FIGURE = re.compile(r"[-+]?[0-9]+([.,:/-][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Header:
    separator: str
    line: int
    width: int
    places: Mapping[str, int]  # column -> place in a row


def read_header(lines: Iterator[str], wanted: Wanted, findings: Findings) -> Header:
    """The first line that holds anything. Columns that are missing are problems; without agent or date Unreadable."""
    line, text = next(((n, text) for n, text in enumerate(lines, start=1) if text.strip()), (0, ""))
    if not line:
        raise Unreadable("the file is empty", "Write a header, then one row an agent and day.")
    separator = _separator(text, (wanted.agent, wanted.date))
    names = [name.strip() for name in next(csv.reader([text], delimiter=separator))]
    if any(_FIGURE.fullmatch(name) for name in names):
        mend = f"Write the names of the columns first: {separator.join((wanted.agent, wanted.date))}{separator}…"
        raise Unreadable("there is no header: the first line holds figures", mend, line=line)
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    _missing(wanted, places, line, findings)
    _twice(wanted, names, line, findings)
    return Header(separator, line, len(names), places)


def _separator(text: str, needed: Collection[str]) -> str:
    """The sign that finds most of the columns that every file has; of equals, the one that stands there most often."""

    def fits(sign: str) -> tuple[int, int]:
        names = [name.strip(' "\r\n') for name in text.split(sign)]
        return sum(name in needed for name in names), len(names)

    return max(SEPARATORS, key=fits)


def _missing(wanted: Wanted, places: Mapping[str, int], line: int, findings: Findings) -> None:
    for name in (wanted.agent, wanted.date, *wanted.numbers):
        if name not in places:
            mend = f"{nearest(name, places)} {_why(name, wanted)}"
            findings.error(name, line, "there is no such column", mend)


def _why(name: str, wanted: Wanted) -> str:
    """What a column is wanted for."""
    metrics = [key for key, measure in wanted.measures.items() if name in (measure.column, measure.count)]
    if metrics:
        return f"It is wanted for {', '.join(metrics)}; metric_files in the program names the columns."
    if name in (wanted.agent, wanted.date):
        return "Every row needs it; metric_files in the program names it."
    return "It is wanted for contact_types of the program."


def _twice(wanted: Wanted, names: list[str], line: int, findings: Findings) -> None:
    needed = {wanted.agent, wanted.date, *wanted.numbers}
    for name, times in Counter(names).items():
        if times > 1 and name in needed:
            findings.error(name, line, f"{times} columns have this name", "Keep one of them.")
