"""Workbooks: a sheet as rows of text, for the converter that reads files of text. They are read here alone.

Dates become ISO 8601, durations hh:mm:ss, numbers plain digits with a point.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from infra.cli.metrics.findings import Finding
from infra.cli.metrics.shape import Shape, find_header, header_finding, sample
from ladder.adapters.metric_files import MetricTable, read_metric_file
from ladder.adapters.metric_files.layout import Header, Layout, header_of
from ladder.adapters.metric_files.problems import FileProblems, Unreadable
from ladder.adapters.metric_files.read import CHUNK_ROWS, Chunk, read_document
from ladder.domain.programs.program import Program

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def is_workbook(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS


def read_metrics(file: Path, program: Program) -> MetricTable:
    """Read a file of text or a workbook. Mistakes and a missing file become problems."""
    if is_workbook(file) and file.is_file():
        return read_document(Workbook(file), program)
    return read_metric_file(file, program)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as a source of rows."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    @contextmanager
    def rows(self, layout: Layout, problems: FileProblems) -> Iterator[tuple[Header, Iterator[Chunk]]]:
        """Find the columns on the sheet that the program names. Raises Unreadable."""
        try:
            rows = list(_text_rows(self.path, layout.files.sheet))
        except ValueError as error:
            raise Unreadable(str(error), "Name the sheet: metric_files.sheet, or save it as CSV UTF-8.") from error
        wanted = layout.files.header
        line = wanted or next((number for number, row in enumerate(rows, start=1) if any(row)), 0)
        if not 0 < line <= len(rows):
            raise Unreadable("the sheet is empty", "Write a header, then one row an agent and day.")
        header = header_of(rows[line - 1], ",", line, layout, problems)
        numbered = [(line + number, row) for number, row in enumerate(rows[line:], start=1) if any(row)]
        yield (
            header,
            (
                Chunk([number for number, _ in part], [row for _, row in part])
                for part in (numbered[start : start + CHUNK_ROWS] for start in range(0, len(numbered) or 1, CHUNK_ROWS))
            ),
        )


def shape_of_workbook(path: Path, given: Mapping[str, str]) -> Shape:
    """Read a sheet: the one that is named, or the only one with figures. Raises ValueError where there is none."""
    sheets = [given["sheet"]] if "sheet" in given else _sheets(path)
    tables = {}
    for sheet in sheets:
        rows = list(_text_rows(path, sheet))
        try:
            line, header = find_header(rows[:80], int(given["header"]) if "header" in given else None)
        except ValueError:
            continue
        tables[sheet] = line, header, rows[line:]
    if not tables:
        raise ValueError("no sheet holds a table: a line of column names, and figures below")
    sheet, (line, header, rows) = next(iter(tables.items()))
    fitting, odd, complete = sample(rows, len(header))
    if len(tables) > 1:
        named = Finding("sheet", sheet, "unsure", "several sheets hold tables", tuple(tables))
    else:
        named = Finding("sheet", sheet, "certain", "it is the only one with a table")
    return Shape(tuple(header), fitting, odd, complete, (named, header_finding(line)))


def _sheets(path: Path) -> list[str]:
    try:
        return CalamineWorkbook.from_path(str(path)).sheet_names
    except (CalamineError, OSError) as error:
        raise ValueError(f"the workbook cannot be read: {error}") from error


def _text_rows(path: Path, sheet: str | None) -> Iterator[list[str]]:
    """Yield each row of a sheet, the first where none is named. Raises ValueError."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        if sheet and sheet not in workbook.sheet_names:
            raise ValueError(f"there is no sheet {sheet}, but {', '.join(workbook.sheet_names)}")
        cells = workbook.get_sheet_by_name(sheet or workbook.sheet_names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise ValueError(f"the workbook cannot be read: {error}") from error
    return ([_text(cell) for cell in row] for row in cells)


def _text(cell: float | str | time | date | datetime | timedelta) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", timespec="seconds")
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip()
