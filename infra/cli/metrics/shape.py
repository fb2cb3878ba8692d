"""The shape of an export: its encoding, its separator, the line of its column names, and a sample of its rows."""

import codecs
import csv
import gzip
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from infra.cli.metrics.sample import Finding
from ladder.adapters.metric_files.layout import SEPARATORS
from ladder.domain.challenges.metric_files import MetricFiles, is_encoding

SAMPLED = 20_000  # rows of the beginning
EVERY = 50  # of the rows after them
ENDING = 20  # rows of the end, where totals stand
MOST_TITLES = 80  # lines among which the column names stand
_NUMERIC = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")
_DATE = re.compile(r"\d{1,4}[./ -](\d{1,2}|[^\W\d_]{3,})\.?([./ -]\d{2,4})?")
OTHER_FILES = (b"<", b"{", b"[", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MOST_DATES = 3  # that a header may name
_LEGACY = "cp1252"
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

type Cells = list[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """`rows`: the first ones, some of the others, and the last ones, as wide as the header. `odd`: of another width."""

    header: tuple[str, ...]
    rows: Sequence[Cells]
    odd: Sequence[Cells]
    complete: bool  # the sample is the whole file
    files: MetricFiles  # what is known of the section so far
    findings: tuple[Finding, ...]


def shape_of_text(path: Path, given: Mapping[str, str]) -> Shape:
    """Read a file of text. `given`: answers, which are believed. Raises ValueError where the file holds no table."""
    with _opened(path) as raw:
        if raw.read(100).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(OTHER_FILES):
            raise ValueError(
                "it is no table but HTML, XML, JSON, PDF or a packed file: export it as CSV, or as a workbook (.xlsx)"
            )
    if "encoding" in given and not is_encoding(given["encoding"]):
        raise ValueError(f"{given['encoding']} is no encoding that is known: write utf-8, cp1252 or utf-16")
    encoding = Finding("encoding", given["encoding"], "certain", "as you said") if "encoding" in given else None
    encoding = encoding or _encoding(path)
    try:
        with _lines(path, str(encoding.value)) as text:
            head = list(islice(text, MOST_TITLES))
        if not any(line.strip() for line in head):
            raise ValueError("the file is empty")
        said = {"tab": "\t"}.get(given.get("separator", ""), given.get("separator"))
        separator = said or max(SEPARATORS, key=lambda sign: _regularity(_split(head, sign)))
        table = _split(head, separator)
        line, header = find_header(table, int(given["header"]) if "header" in given else None)
        with _lines(path, str(encoding.value)) as text:
            for _ in range(line + sum(name.count("\n") for name in header)):
                next(text)
            rows, odd, complete = sample(csv.reader(text, delimiter=separator), len(header))
    except (UnicodeError, csv.Error) as error:
        raise ValueError(f"it cannot be read as {encoding.value}: {error}") from error
    word = {"\t": "tab"}.get(separator, separator)
    findings = (
        encoding,
        Finding("separator", word, "certain", "as you said" if said else f"it yields {len(header)} columns"),
        header_finding(line),
    )
    files = MetricFiles(
        measures={},
        encoding=str(encoding.value),
        separator=None if separator == "," else word,  # type: ignore[arg-type]
        header=line if line > 1 else None,
    )
    return Shape(tuple(header), rows, odd, complete, files, findings)


def header_finding(line: int) -> Finding:
    return Finding("header", line, "certain", f"line {line} names the columns, and figures stand below")


def find_header(rows: Sequence[Cells], line: int | None) -> tuple[int, Cells]:
    """Return the number of the first row that is as wide as the table and holds names, and the names.

    `line`: the number, where it is known. Raises ValueError where there is none.
    """
    width = _regularity(rows)[0]
    if width < 2:  # noqa: PLR2004
        if any(len(cells) > 1 for cells in rows):
            raise ValueError("no rows stand below the column names: write one row an agent and day")
        raise ValueError("no comma, semicolon, tab or bar separates its columns")
    for number, cells in enumerate(rows, start=1):
        names = [cell.strip() for cell in cells]
        named = len([name for name in names if name])
        if line == number:
            return number, names
        is_whole = len(names) == width and all(names[:named]) and named > max(1, width // 2)
        if is_whole and len([name for name in names if _DATE.fullmatch(name)]) >= MOST_DATES:
            raise ValueError(
                f"line {number} has a column a date ({names[-1]}); write one row an agent and day, with a column a "
                "figure"
            )
        if line is None and is_whole and not any(map(_NUMERIC.fullmatch, names)):
            return number, names
    raise ValueError("no line names the columns: write the names above the figures, or --set header=LINE")


def sample(rows: Iterable[Cells], width: int) -> tuple[list[Cells], list[Cells], bool]:
    """Return rows as wide as the header, rows of another width, and whether these are all."""
    full = (row for row in rows if any(cell.strip() for cell in row))
    first = list(islice(full, SAMPLED))
    some, last = list[Cells](), deque[Cells](maxlen=ENDING)
    for number, row in enumerate(full):
        if len(last) == ENDING and number % EVERY == 0 and len(some) < SAMPLED:
            some.append(last[0])
        last.append(row)
    chosen = [*first, *some, *last]
    fitting = [row for row in chosen if len(row) == width]
    return fitting, [row for row in chosen if len(row) != width], not last


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.name.endswith(".gz") else path.open("rb")


def _lines(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_opened(path), encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def _encoding(path: Path) -> Finding:
    """Read every byte: one that is not UTF-8 may stand anywhere."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with _opened(path) as raw:
        block = raw.read(1 << 20)
        if mark := next((name for sign, name in _MARKS.items() if block.startswith(sign)), None):
            return Finding("encoding", mark, "certain", "the file begins with its mark")
        if b"\0" in block[:100]:
            name = "utf-16-le" if block[1:2] == b"\0" else "utf-16-be"
            return Finding("encoding", name, "likely", "every other byte is zero")
        try:
            while block:
                decoder.decode(block)
                block = raw.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            sample_of = error.object[max(error.start - 20, 0) : error.start + 20]
        else:
            return Finding("encoding", "utf-8", "certain", "every byte is UTF-8")
    try:
        shown = " ".join(sample_of.decode(_LEGACY).split())
    except UnicodeDecodeError:
        return Finding("encoding", _LEGACY, "unsure", "it is neither UTF-8 nor Windows text of Western Europe")
    return Finding("encoding", _LEGACY, "likely", f"it is not UTF-8, and in this encoding it reads: {shown}")


def _split(lines: Iterable[str], separator: str) -> list[Cells]:
    """Return the cells of each line, as far as they can be told; a row of several lines stands in the first."""
    reader, rows = csv.reader(lines, delimiter=separator), list[Cells]()
    with suppress(csv.Error):
        for row in reader:
            rows += [row, *([] for _ in range(reader.line_num - len(rows) - 1))]
    return rows


def _regularity(rows: Sequence[Cells]) -> tuple[int, int]:
    """Return the usual number of cells, and how many rows have it; a single cell is no table."""
    widths = Counter(len(cells) for cells in rows if len(cells) > 1 and any(cells))
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (width, times) if times >= 2 else (0, 0)  # noqa: PLR2004
