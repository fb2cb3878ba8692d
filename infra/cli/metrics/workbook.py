"""Workbooks: a sheet as rows of text, for the converter that reads files of text. They are read here alone.

Dates become ISO 8601, durations hh:mm:ss, numbers plain digits with a point.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from infra.cli.metrics.sample import Finding
from infra.cli.metrics.shape import MOST_TITLES, Cells, Shape, find_header, header_finding, sample
from ladder.adapters.metric_files import MetricTable, read_metric_file
from ladder.adapters.metric_files.layout import Header, Layout, header_of
from ladder.adapters.metric_files.problems import FileProblems, Unreadable
from ladder.adapters.metric_files.read import CHUNK_ROWS, Chunk, read_document
from ladder.domain.challenges.metric_files import MetricFiles
from ladder.domain.programs.program import Program

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def is_workbook(path: Path) -> bool:
    """Return whether it is a workbook by its name and its first bytes: some systems give text the name of one."""
    if path.suffix.lower() not in ENDINGS:
        return False
    if not path.is_file():
        return True
    with path.open("rb") as raw:
        return raw.read(4) in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}


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
        """Find the columns on the sheets that the program names; lines count on from sheet to sheet. Raises Unreadable.

        Every sheet has the column names of the first one in the same line.
        """
        try:
            sheets = {name: list(_text_rows(self.path, name)) for name in layout.files.sheets or (None,)}
        except ValueError as error:
            raise Unreadable(str(error), "Name the sheet: metric_files.sheet, or save it as CSV UTF-8.") from error
        first, *others = sheets.values()
        line = layout.files.header or next((number for number, row in enumerate(first, start=1) if any(row)), 0)
        if not 0 < line <= len(first):
            raise Unreadable("the sheet is empty", "Write a header, then one row an agent and day.")
        for name, rows in sheets.items():
            if rows[line - 1 : line] != [first[line - 1]]:
                raise Unreadable(f"{name} has other columns than the first sheet", "Name sheets with the same columns.")
        numbered = [(line + number, row) for number, row in enumerate(first[line:], start=1) if any(row)]
        end = len(first)
        for rows in others:
            numbered += [(end + number, row) for number, row in enumerate(rows, start=1) if number > line and any(row)]
            end += len(rows)
        yield (
            header_of(first[line - 1], ",", line, layout, problems),
            (
                Chunk([number for number, _ in part], [row for _, row in part])
                for part in (numbered[start : start + CHUNK_ROWS] for start in range(0, len(numbered) or 1, CHUNK_ROWS))
            ),
        )


def shape_of_workbook(path: Path, given: Mapping[str, str]) -> Shape:
    """Read the sheets that are named, or those with figures under the same column names.

    Raises ValueError where there is none.
    """
    named = [name.strip() for name in given.get("sheet", "").strip("[]").split(",") if name.strip()]
    tables, reasons = dict[str, tuple[int, Cells, list[Cells]]](), list[str]()
    for sheet in named or _opened(path).sheet_names:
        rows = list(_text_rows(path, sheet))
        try:
            line, header = find_header(rows[:MOST_TITLES], int(given["header"]) if "header" in given else None)
        except ValueError as error:
            reasons.append(f"{sheet}: {error}")
            continue
        tables[sheet] = line, header, rows[line:]
    if not tables:
        raise ValueError("no sheet holds a table. " + "; ".join(reasons))
    line, header, _ = next(iter(tables.values()))
    fitting, odd, complete = sample((row for _, _, rows in tables.values() for row in rows), len(header))
    if all(table[:2] == (line, header) for table in tables.values()):
        why = "as you said" if named else "it is the only one with a table"
        if len(tables) > 1 and not named:
            why = "they have the same columns, and are read one after the other"
        finding = Finding("sheet", next(iter(tables)) if len(tables) == 1 else list(tables), "certain", why)
    else:
        finding = Finding("sheet", None, "unsure", "several sheets hold tables with different columns", tuple(tables))
    chosen = tuple(tables) if named or len(tables) > 1 or _opened(path).sheet_names[0] not in tables else ()
    files = MetricFiles(measures={}, sheets=chosen, header=line if line > 1 else None)
    return Shape(tuple(header), fitting, odd, complete, files, (finding, header_finding(line)))


def _opened(path: Path) -> CalamineWorkbook:
    """Raises ValueError for a file that is no workbook, or is protected."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise ValueError("it is not a workbook that can be read: save it as .xlsx or CSV UTF-8, unprotected") from error


def _text_rows(path: Path, sheet: str | None) -> Iterator[list[str]]:
    """Yield each row of a sheet, the first where none is named. Raises ValueError."""
    workbook = _opened(path)
    if sheet and sheet not in workbook.sheet_names:
        raise ValueError(f"there is no sheet {sheet}, but {', '.join(workbook.sheet_names)}")
    try:
        cells = workbook.get_sheet_by_name(sheet or workbook.sheet_names[0]).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ValueError("the sheet cannot be read: save it as CSV UTF-8") from error
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
