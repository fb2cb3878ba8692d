"""Reads a metric file: bytes to lines, lines to arrays, a chunk at a time; reports each mistake with its line."""

import csv
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from gzip import BadGzipFile, GzipFile
from io import TextIOWrapper
from math import nan
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np

from ladder.adapters.metric_files.checks import check_rows, check_values
from ladder.adapters.metric_files.layout import Header, Layout, layout_of, read_header
from ladder.adapters.metric_files.problems import FileProblems, Unreadable, quoted
from ladder.adapters.metric_files.table import Indices, MetricTable, Numbers, Rows, series_of
from ladder.domain.programs.program import Program

MAX_LINE_LENGTH = 100_000
MAX_ROWS = 5_000_000
CHUNK_ROWS = 5_000  # a million rows never stand in memory as text

NO_AGENT = -1
NO_DATE = 0
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OTHER_DATE = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{2}|[0-9]{4})")
_MONTHS = 12
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]{1,2}")  # with three digits it might separate thousands


def read_metric_file(path: Path, program: Program) -> MetricTable:
    """Read the file at `path`; a name that ends in .gz is decompressed. Mistakes and a missing file become problems."""

    def opened() -> BinaryIO:
        if path.is_dir():
            raise Unreadable("this is a folder", "Name the file in it.")
        if not path.exists():
            raise Unreadable("there is no such file", "Check the name; it is relative to the current folder.")
        if not path.is_file():
            raise Unreadable("this is not a regular file", "Name a CSV file.")
        return path.open("rb")

    return read_table(str(path), opened, program)


def read_table(name: str, opened: Callable[[], BinaryIO], program: Program, *, nightly: bool = False) -> MetricTable:
    """Read a stream of bytes; a name that ends in .gz is decompressed.

    With `nightly`, a header alone is a day on which nobody worked, and impossible values are left in: the rotation
    refuses and reports them.
    """
    problems, rows = FileProblems(name), Rows.none()
    layout = layout_of(program, problems)
    try:
        with _lines(name, opened) as lines:
            header = read_header(lines, layout, problems)
            if {layout.agent, layout.date} <= header.positions.keys():
                parser = RowParser(header, layout, problems)
                for chunk in _chunks(lines, header):
                    parser.add(chunk)
                parsed = parser.rows()
                if parsed.read or nightly:
                    rows = parsed
                    check_rows(rows, layout, problems)
                    if not nightly:
                        check_values(rows, layout, problems)
                else:
                    hint = "Write one row an agent and day."
                    problems.error("", header.line, "there is no row below the header", hint)
    except Unreadable as error:
        problems.unreadable(error)
    return MetricTable(name, rows, series_of(rows, layout), problems.all())


@contextmanager
def _lines(name: str, opened: Callable[[], BinaryIO]) -> Iterator[Iterator[str]]:
    """Yield the lines of a text. What fails while they are read becomes Unreadable, too."""

    def lines(text: TextIO) -> Iterator[str]:
        number = 0
        while line := text.readline(MAX_LINE_LENGTH + 1):
            number += 1
            if len(line) > MAX_LINE_LENGTH:
                message = f"the line is longer than {MAX_LINE_LENGTH:,} characters"
                raise Unreadable(message, "Write one row an agent and day.", line=number)
            if not line.isascii() and (wrong := _UNDECODABLE.search(line)):
                message = f"a byte (0x{ord(wrong[0]) - 0xDC00:02X}) is not UTF-8"
                raise Unreadable(message, "Save the file as CSV UTF-8.", line=number)
            yield line

    try:
        with (
            opened() as raw,
            GzipFile(fileobj=raw) if name.endswith(".gz") else raw as plain,
            # a byte that is not UTF-8 becomes a surrogate, so that its line can be named
            TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
        ):
            yield lines(text)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable("the file is not whole gzip data", "Compress it again, or rename it.") from error
    except OSError as error:
        reason = (error.strerror or "it does not open").lower()
        raise Unreadable(f"the file cannot be read: {reason}", "Check its name and its permissions.") from error


class DateCache(dict[str, int]):
    """The ordinal of each date by its text; NO_DATE for anything else."""

    def __missing__(self, text: str) -> int:
        try:
            self[text] = date.fromisoformat(text.strip()).toordinal() if _ISO_DATE.fullmatch(text.strip()) else NO_DATE
        except ValueError:
            self[text] = NO_DATE
        return self[text]


class AgentIds(dict[str, int]):
    """A number for each agent, in order of appearance; NO_AGENT for an empty cell."""

    names: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.names = []

    def __missing__(self, text: str) -> int:
        name = text.strip()
        if name != text:
            self[text] = self[name]
        elif not name:
            self[text] = NO_AGENT
        else:
            self[text] = len(self.names)
            self.names.append(name)
        return self[text]


class NumberCache(dict[str, float]):
    """Each number by its text, because counts repeat. NaN for an empty cell and for a text that is no number."""

    def __missing__(self, text: str) -> float:
        try:
            self[text] = float(text)
        except ValueError:
            self[text] = nan
        return self[text]


@dataclass(slots=True)
class Chunk:
    """Rows as text, and the line of each."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, position: int) -> list[str]:
        return list(map(itemgetter(position), self.rows))


@dataclass(slots=True)
class RowParser:
    """Parses chunks and holds their arrays."""

    header: Header
    layout: Layout
    problems: FileProblems
    agents: AgentIds = field(default_factory=AgentIds)
    dates: DateCache = field(default_factory=DateCache)
    keys: list[list[Indices]] = field(default_factory=lambda: [[], [], []])  # agent, day, line
    columns: dict[str, list[Numbers]] = field(default_factory=dict)
    read: int = 0

    def add(self, chunk: Chunk) -> None:
        """Raises Unreadable for more than MAX_ROWS rows."""
        self.read += len(chunk.rows)
        if self.read > MAX_ROWS:
            raise Unreadable(f"the file has more than {MAX_ROWS:,} rows", "Split it, for example by year.")
        chunk = self._complete_rows(chunk)
        positions = self.header.positions
        agents = self._agents(chunk, chunk.column(positions[self.layout.agent]))
        days = self._days(chunk, chunk.column(positions[self.layout.date]))
        for arrays, values in zip(self.keys, (agents, days, chunk.lines), strict=True):
            arrays.append(np.array(values, dtype=np.int32))
        for name in self.layout.numbers:
            if name in positions:
                self.columns.setdefault(name, []).append(self._numbers(chunk, name))

    def rows(self) -> Rows:
        """Return every row that has an agent and a day; agents sorted by name."""
        agent, day, line = (np.concatenate(arrays) for arrays in self.keys)
        valid = (agent != NO_AGENT) & (day != NO_DATE)
        names = self.agents.names
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.zeros(len(names) + 1, dtype=np.int32)  # one more for NO_AGENT
        rank[order] = np.arange(len(names), dtype=np.int32)
        return Rows(
            read=len(agent),
            agents=tuple(names[number] for number in order),
            agent=rank[agent[valid]],
            day=day[valid],
            line=line[valid],
            columns={name: np.concatenate(arrays)[valid] for name, arrays in self.columns.items()},
        )

    def _complete_rows(self, chunk: Chunk) -> Chunk:
        """Return the rows that have one cell for each column; report the others."""
        width = self.header.width
        odd = [row for row, count in enumerate(map(len, chunk.rows)) if count != width]
        if not odd:
            return chunk
        self.problems.for_lines(
            "",
            [chunk.lines[row] for row in odd],
            lambda n: f"the row has {len(chunk.rows[odd[n]])} cells and the header {width}",
            "Write one cell a column; put quotes around a text that holds the separator.",
        )
        complete = [row for row, cells in enumerate(chunk.rows) if len(cells) == width]
        return Chunk([chunk.lines[row] for row in complete], [chunk.rows[row] for row in complete])

    def _agents(self, chunk: Chunk, cells: list[str]) -> list[int]:
        numbers = [self.agents[name] for name in cells]
        if NO_AGENT in numbers:
            missing = [line for line, number in zip(chunk.lines, numbers, strict=True) if number == NO_AGENT]
            hint = "Write the agent's name, or remove the row."
            self.problems.for_lines(self.layout.agent, missing, lambda _: "the agent is missing", hint)
        return numbers

    def _days(self, chunk: Chunk, cells: list[str]) -> list[int]:
        days = [self.dates[text] for text in cells]
        if NO_DATE in days:
            wrong = [row for row, day in enumerate(days) if day == NO_DATE]
            lines = [chunk.lines[row] for row in wrong]
            hint = "Write year-month-day: 1999-01-31."
            self.problems.for_lines(self.layout.date, lines, lambda n: _date_problem(cells[wrong[n]]), hint)
        return days

    def _numbers(self, chunk: Chunk, column: str) -> Numbers:
        """Return the column's numbers; NaN for an empty cell, and for one that holds no number, which is reported."""
        cells, cache = chunk.column(self.header.positions[column]), NumberCache()
        values = np.fromiter(map(cache.__getitem__, cells), np.float64, len(cells))
        for row in np.flatnonzero(np.isnan(values)).tolist():
            cell = cells[row].strip()
            if cell:
                hint = "Write plain digits with a point, such as 1870.5; leave the cell empty if nothing was measured."
                if _DECIMAL_COMMA.fullmatch(cell):
                    hint = f"Write it with a point: {cell.replace(',', '.')}."
                self.problems.error(column, chunk.lines[row], f"{quoted(cells[row])} is not a number", hint)
        return values


def _date_problem(text: str) -> str:
    parts = _OTHER_DATE.fullmatch(text.strip())
    if not text.strip():
        return "the date is missing"
    if parts and int(parts[1]) <= _MONTHS and int(parts[2]) <= _MONTHS and parts[1] != parts[2]:
        return f"{quoted(text)} can be read in two ways"
    if _ISO_DATE.fullmatch(text.strip()):
        return f"{quoted(text)} is not a day of the calendar"
    return f"{quoted(text)} is not a date"


def _chunks(lines: Iterator[str], header: Header) -> Iterator[Chunk]:
    """Yield the rows that are not empty. Raises Unreadable where quotes do not close: later rows are ambiguous."""
    reader, chunk, line = csv.reader(lines, delimiter=header.separator, strict=True), Chunk(), header.line
    try:
        for cells in reader:
            line = header.line + reader.line_num
            if any(cells):
                chunk.lines.append(line)
                chunk.rows.append(cells)
                if len(chunk.rows) == CHUNK_ROWS:
                    yield chunk
                    chunk = Chunk()
    except csv.Error as error:
        hint = 'Close each " that is opened, and write "" for one that belongs to the text.'
        raise Unreadable("the quotes do not close", hint, line=line + 1) from error
    yield chunk
