"""Reads a metric file: bytes to lines, lines to arrays, a chunk at a time; reports each mistake with its line."""

import codecs
import csv
import gzip
import io
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import translate
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TextIO, cast
from zoneinfo import ZoneInfo

import numpy as np

from ladder.adapters.metric_files.cells import NO_AGENT, NO_MOMENT, AgentNumbers, Moments, Numbers, date_pattern
from ladder.adapters.metric_files.checks import (
    check_contact_types,
    check_dates,
    check_days,
    check_duplicates,
    check_totals_as_agents,
    check_values,
)
from ladder.adapters.metric_files.layout import Header, Layout, layout_of, read_header
from ladder.adapters.metric_files.problems import FileProblems, Unreadable, quoted
from ladder.adapters.metric_files.table import MetricTable, Rows, table_of
from ladder.domain.challenges.metric_files import INSTANT, NAMED_FORMATS, CellFormat, Load, MetricFiles
from ladder.domain.programs.program import Program

type Users = Callable[[str, Collection[str]], Mapping[str, str]]  # a system and its ids -> user by id
type FloatArray = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)

MAX_LINE_LENGTH = 100_000
MAX_ROWS = 5_000_000
CHUNK_ROWS = 5_000  # a million rows never stand in memory as text

_OTHER_DATE = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{2}|[0-9]{4})")
_MONTHS = 12
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]{1,2}")  # with three digits it might separate thousands


def read_metric_file(path: Path, program: Program) -> MetricTable:
    """Read the file at `path`; a name that ends in .gz is decompressed. Mistakes and a missing file become problems."""
    problems = FileProblems(str(path))
    layout = layout_of(program, problems)
    try:
        document = document_at(path, encoding=layout.files.encoding)
    except Unreadable as error:
        problems.unreadable(error)
        return table_of(str(path), Rows.none(), layout, problems)
    return read_document(document, program)


def read_document(
    document: "Source", program: Program, *, nightly: bool = False, users: Users | None = None
) -> MetricTable:
    """Read one document.

    `users` names the agents where the file has ids of another system. Rows of one user's several ids are added up.

    With `nightly`, a header alone is a day on which nobody worked, and impossible values are left in: the rotation
    refuses and reports them.
    """
    problems, rows = FileProblems(document.name), Rows.none()
    layout = layout_of(program, problems)
    try:
        with document.rows(layout, problems) as (header, chunks):
            if {layout.files.agent, layout.files.date, *layout.keys} <= header.positions.keys():
                parser = RowParser(header, layout, problems, users)
                for chunk in wanted_rows(chunks, header, layout):
                    parser.add(chunk)
                parsed = parser.rows()
                if parsed.read or nightly:
                    rows = parsed
                else:
                    hint = "Write one row an agent and day."
                    problems.error("", header.line, "there is no row below the header", hint)
    except Unreadable as error:
        problems.unreadable(error)
    for check in (check_contact_types, check_duplicates, check_dates):
        check(rows, layout, problems)
    if nightly:
        return table_of(document.name, rows, layout, problems)
    wrong = check_values(rows, layout, problems)
    reported = frozenset(zip(rows.agent[wrong].tolist(), rows.day[wrong].tolist(), strict=True))
    table = table_of(document.name, rows, layout, problems)
    check_days(table, layout, problems, reported)
    check_totals_as_agents(table, layout, problems)
    return replace(table, problems=problems.all())


class Source(Protocol):
    """A file as rows of text."""

    @property
    def name(self) -> str: ...
    def rows(self, layout: Layout, problems: FileProblems) -> AbstractContextManager[tuple[Header, Iterator["Chunk"]]]:
        """Open the file. Raises Unreadable, also while chunks are read."""


@dataclass(frozen=True, slots=True)
class Document:
    """A named stream of bytes that can be opened more than once; a name that ends in .gz is compressed."""

    name: str
    open: Callable[[], BinaryIO]
    encoding: str = "utf-8"

    @contextmanager
    def rows(self, layout: Layout, problems: FileProblems) -> Iterator[tuple[Header, Iterator["Chunk"]]]:
        """Open the text and find its columns. What fails while rows are read becomes Unreadable, too."""
        with self.lines() as lines:
            header = read_header(lines, layout, problems)
            yield header, _chunks(lines, header)

    @contextmanager
    def lines(self) -> Iterator[Iterator[str]]:
        """Open the text for reading line by line."""
        encoding = "utf-8-sig" if codecs.lookup(self.encoding).name == "utf-8" else self.encoding
        try:
            with self._bytes() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
                yield _bounded_lines(text)
        except UnicodeError as error:
            named = {"utf-8": "UTF-8"}.get(self.encoding, self.encoding)
            what = "the text"
            if isinstance(error, UnicodeDecodeError):
                what = f"a byte (0x{error.object[error.start]:02X})"
            hint = "Save the file as CSV UTF-8, or write its encoding: metric_files.encoding: cp1252."
            with self._bytes() as raw:
                line = next((number for number, line in enumerate(raw, start=1) if not _decodes(line, encoding)), 0)
            raise Unreadable(f"{what} is not {named}", hint, line=line) from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Unreadable("the file is not whole gzip data", "Compress it again, or rename it.") from error
        except OSError as error:
            reason = (error.strerror or "it does not open").lower()
            raise Unreadable(f"the file cannot be read: {reason}", "Check its name and its permissions.") from error

    @contextmanager
    def _bytes(self) -> Iterator[BinaryIO]:
        with self.open() as raw:
            if not self.name.endswith(".gz"):
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as plain:
                yield cast("BinaryIO", plain)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def document_at(path: Path, *, encoding: str = "utf-8") -> Document:
    """Raises Unreadable unless `path` is a regular file."""
    if path.is_dir():
        raise Unreadable("this is a folder", "Name the file in it.")
    if not path.exists():
        raise Unreadable("there is no such file", "Check the name; it is relative to the current folder.")
    if not path.is_file():
        raise Unreadable("this is not a regular file", "Name a CSV file.")
    return Document(str(path), lambda: path.open("rb"), encoding)


def _bounded_lines(text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE_LENGTH + 1):
        number += 1
        if len(line) > MAX_LINE_LENGTH:
            message = f"the line is longer than {MAX_LINE_LENGTH:,} characters"
            raise Unreadable(message, "Write one row an agent and day.", line=number)
        yield line


@dataclass(slots=True)
class Chunk:
    """Rows as text, and the line of each."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, position: int) -> list[str]:
        return list(map(itemgetter(position), self.rows))


def wanted_rows(chunks: Iterable[Chunk], header: Header, layout: Layout) -> Iterator[Chunk]:
    """Yield the chunks without the rows that the program leaves out.

    In the columns of `metric_files.repeats`, an empty cell gets what stands above it.
    """
    skipped = [
        (header.positions[rows.column], re.compile("|".join(map(translate, rows.like)), re.IGNORECASE))
        for rows in layout.files.skip
        if rows.column in header.positions
    ]
    above = {header.positions[name]: "" for name in layout.files.repeats if name in header.positions}
    for chunk in chunks:
        wanted = chunk
        if skipped:
            numbered = [
                (line, cells)
                for line, cells in zip(chunk.lines, chunk.rows, strict=True)
                if not any(len(cells) > place and like.match(cells[place].strip()) for place, like in skipped)
            ]
            wanted = Chunk([line for line, _ in numbered], [cells for _, cells in numbered])
        for cells in wanted.rows:
            for place, text in above.items():
                if len(cells) > place:
                    above[place] = cells[place] = cells[place] if cells[place].strip() else text
        yield wanted


class RowParser:
    """Parses chunks and holds their arrays."""

    def __init__(self, header: Header, layout: Layout, problems: FileProblems, users: Users | None) -> None:
        self.header, self.layout, self.problems, self.users = header, layout, problems, users
        self.agents = AgentNumbers()
        self.moments = Moments(layout.files, layout.schedule)
        self.keys = {name: AgentNumbers() for name in layout.keys}  # numbers of the values of a column
        formats = {name: cell for name, cell in layout.formats.items() if name in header.positions}
        self.numbers = {name: Numbers(layout.files, cell) for name, cell in formats.items()}
        self.arrays: list[dict[str, Any]] = []
        self.read = 0

    def add(self, chunk: Chunk) -> None:
        """Raises Unreadable for more than MAX_ROWS rows."""
        self.read += len(chunk.rows)
        if self.read > MAX_ROWS:
            raise Unreadable(f"the file has more than {MAX_ROWS:,} rows", "Split it, for example by year.")
        chunk = self._complete_rows(chunk)
        files, positions = self.layout.files, self.header.positions
        moments = self._moments(chunk, chunk.column(positions[files.date]))
        arrays: dict[str, Any] = {
            "agent": np.array(self._agents(chunk, chunk.column(positions[files.agent])), dtype=np.int32),
            "day": np.array([day for day, _ in moments], dtype=np.int64),
            "moment": np.array([moment for _, moment in moments], dtype=np.int64),
            "line": np.array(chunk.lines, dtype=np.int32),
        }
        for name, numbers in self.keys.items():
            arrays[f"key {name}"] = np.array([numbers[cell] for cell in chunk.column(positions[name])], dtype=np.int32)
        for name in self.numbers:
            arrays[f"number {name}"] = self._numbers(chunk, name)
        self.arrays.append(arrays)

    def rows(self) -> Rows:
        """Return every row that has an agent and a day; agents sorted by name."""
        whole = {name: np.concatenate([arrays[name] for arrays in self.arrays]) for name in self.arrays[0]}
        valid = (whole["agent"] != NO_AGENT) & (whole["day"] != NO_MOMENT)
        names = self._names()
        agents = sorted(set(names))
        number = {name: number for number, name in enumerate(agents)}
        rank = np.array([*(number[name] for name in names), 0], dtype=np.int32)  # one more for NO_AGENT
        by_type = self.layout.files.contact_type
        return Rows(
            read=len(valid),
            agents=tuple(agents),
            agent=rank[whole["agent"][valid]],
            day=whole["day"][valid].astype(np.int32),
            moment=whole["moment"][valid],
            line=whole["line"][valid],
            keys=(whole["agent"][valid], *(whole[f"key {name}"][valid] for name in self.keys)),
            contact_type=self._types()[whole[f"key {by_type.column}"][valid]] if by_type else None,
            condition=self._conditions(whole, valid) if self.layout.load else None,
            columns={name: whole[f"number {name}"][valid] for name in self.numbers},
        )

    def _names(self) -> list[str]:
        """Return the name of each agent, by number: the user, where the file has ids of another system."""
        names, system = self.agents.names, self.layout.files.agent_ids
        if self.users is None or system is None or not names:
            return names
        users = self.users(system, names)
        if not users:
            self.problems.error(
                self.layout.files.agent,
                0,
                f"nobody here is linked to a member under {system}",
                "Link the ids: ladder program link, with a file of source, id and user.",
            )
        return [users.get(name, f"{name} of {system}") for name in names]

    def _types(self) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """Return the series of contacts of each value of the type's column: (N + 1,), -1 for one of no type."""
        by_type, series = self.layout.files.contact_type, list(self.layout.contacts)
        cells = self.keys[by_type.column].names if by_type else []
        found = [series.index(self.layout.types[cell]) if cell in self.layout.types else -1 for cell in cells]
        unknown = [cell for cell, number in zip(cells, found, strict=True) if number < 0]
        if unknown and by_type and series:
            self.problems.for_lines(
                by_type.column,
                [0] * len(unknown),
                lambda n: f"{quoted(unknown[n])} is no contact type of the program, so its contacts count in no mix",
                "Add it to contact_types, or name the type it belongs to in metric_files.contact_type.names.",
                severity="warning",
            )
        return np.array([*found, -1], dtype=np.int32)

    def _conditions(self, whole: Mapping[str, Any], valid: Any) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """Return the index of each valid row's condition, (R,), in the order of `Load.conditions`."""
        load, condition = self.layout.load or Load(), np.zeros(np.count_nonzero(valid), dtype=np.int32)
        if load.queue and load.queues:
            numbers = {queue: number for number, queue in enumerate(load.queues)}
            found = [numbers.get(cell, len(numbers)) for cell in self.keys[load.queue].names]
            condition += np.array([*found, len(numbers)], dtype=np.int32)[whole[f"key {load.queue}"][valid]]
        if len(load.hours) > 1:
            zone = ZoneInfo(self.layout.schedule.time_zone)
            moments, row = np.unique(whole["moment"][valid], return_inverse=True)
            clocks = [datetime.fromtimestamp(moment, zone).time() for moment in moments.tolist()]
            parts = [(bisect_right(load.hours, clock) or len(load.hours)) - 1 for clock in clocks]
            condition = condition * np.int32(len(load.hours)) + np.array(parts, dtype=np.int32)[row]
        return condition

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
            self.problems.for_lines(self.layout.files.agent, missing, lambda _: "the agent is missing", hint)
        return numbers

    def _moments(self, chunk: Chunk, cells: list[str]) -> list[tuple[int, int]]:
        moments = [self.moments[text] for text in cells]
        wrong = [row for row, (day, _) in enumerate(moments) if day == NO_MOMENT]
        if wrong:
            written = self.layout.files.date_format
            hint = {
                "yyyy-mm-dd": "Write year-month-day: 1999-01-31; or name the format: metric_files.date_format.",
                INSTANT: "Write ISO 8601, such as 1999-01-31T08:30:00Z; or name the format: metric_files.date_format.",
            }.get(written, f"Write it as metric_files.date_format says: {written}.")
            lines = [chunk.lines[row] for row in wrong]
            self.problems.for_lines(
                self.layout.files.date, lines, lambda n: _date_problem(cells[wrong[n]], written), hint
            )
        return moments

    def _numbers(self, chunk: Chunk, column: str) -> FloatArray:
        """Return the column's numbers; NaN for an empty cell, and for one that holds no number, which is reported."""
        cells, cache = chunk.column(self.header.positions[column]), self.numbers[column]
        values = np.fromiter(map(cache.__getitem__, cells), np.float64, len(cells))
        written = self.layout.formats[column]
        for row in np.flatnonzero(np.isnan(values)).tolist():
            cell = cells[row].strip()
            if cell and cell not in self.layout.files.empty:
                self.problems.error(column, chunk.lines[row], *_number_problem(cell, written, self.layout.files))
        return values


def _number_problem(cell: str, written: CellFormat, files: MetricFiles) -> tuple[str, str]:
    """Return what is wrong with a cell, and what to write instead."""
    if written != "number":
        hint = f"Write it as metric_files says: {written}; or name words for nothing in metric_files.empty."
        return f"{quoted(cell)} is not in the format {written}", hint
    hint = "Write plain digits with a point, such as 1870.5; leave the cell empty if nothing was measured."
    if files.decimal == "," or files.thousands:
        hint = "Write it with the decimal and thousands signs of metric_files; leave the cell empty for nothing."
    elif _DECIMAL_COMMA.fullmatch(cell):
        hint = f'Write it with a point: {cell.replace(",", ".")}; or metric_files.decimal: ",".'
    elif ":" in cell:
        hint = f"{hint} Or name the format of the column: hh:mm:ss or mm:ss."
    return f"{quoted(cell)} is not a number", hint


def _date_problem(text: str, written: str) -> str:
    parts = _OTHER_DATE.fullmatch(text.strip())
    if not text.strip():
        return "the date is missing"
    if written == "yyyy-mm-dd" and parts and int(parts[1]) <= _MONTHS and int(parts[2]) <= _MONTHS:
        if parts[1] != parts[2]:
            return f"{quoted(text)} can be read in two ways"
    elif written not in NAMED_FORMATS and date_pattern(written).fullmatch(text.strip()):
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
