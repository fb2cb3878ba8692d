"""What a small centre did in some weeks, and the ways in which systems export it."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import numpy as np

FIRST, DAYS, AGENTS = date(2026, 1, 5), 30, 12
ZONE = "America/Chicago"
TYPES = ("BILLING", "SALES", "TECH")
USUAL = (150.0, 210.0, 420.0)  # seconds of a contact of each type


@dataclass(frozen=True)
class Hour:
    """Contacts of one agent and type that began within half an hour of local time."""

    agent: str
    start: datetime
    kind: str
    calls: int
    talk: int
    hold: int
    wrap: int
    short: int
    known: int
    repeat: int

    @property
    def seconds(self) -> int:
        return self.talk + self.hold + self.wrap


@cache
def hours() -> tuple[Hour, ...]:
    """Evening shifts: cut in UTC, most days would be wrong."""
    rng, rows = np.random.default_rng(7), []
    for offset in range(DAYS):
        for number in range(AGENTS):
            if rng.random() < 0.25:  # a day off
                continue
            pace = rng.uniform(0.85, 1.15)
            for half in rng.choice(range(28, 47), size=6, replace=False):
                start = datetime.combine(FIRST + timedelta(offset), datetime.min.time()) + timedelta(
                    minutes=30 * int(half)
                )
                for kind, usual in zip(TYPES, USUAL, strict=True):
                    calls = int(rng.integers(0, 4))
                    if calls:
                        talk = int(calls * usual * pace * rng.uniform(0.6, 0.9))
                        hold, wrap = int(talk * rng.uniform(0, 0.2)), int(talk * rng.uniform(0.1, 0.3))
                        short, known = int(rng.binomial(calls, 0.06)), int(rng.binomial(calls, 0.6))
                        repeat = int(rng.binomial(known, 0.4))
                        rows.append(Hour(f"ag{number:02}", start, kind, calls, talk, hold, wrap, short, known, repeat))
    return tuple(rows)


@dataclass(frozen=True)
class Day:
    agent: str
    day: date
    calls: int
    talk: int
    hold: int
    wrap: int
    short: int
    known: int
    repeat: int
    types: tuple[int, ...]

    @property
    def seconds(self) -> int:
        return self.talk + self.hold + self.wrap

    @property
    def aht(self) -> float:
        return self.seconds / self.calls

    @property
    def name(self) -> str:
        return f"Doe, Kim {self.agent[2:]}"


@cache
def days() -> tuple[Day, ...]:
    grouped: dict[tuple[date, str], list[Hour]] = {}
    for hour in hours():
        grouped.setdefault((hour.start.date(), hour.agent), []).append(hour)
    return tuple(_day(agent, day, rows) for (day, agent), rows in sorted(grouped.items()))


def _day(agent: str, day: date, rows: Sequence[Hour]) -> Day:
    return Day(
        agent=agent,
        day=day,
        calls=sum(row.calls for row in rows),
        talk=sum(row.talk for row in rows),
        hold=sum(row.hold for row in rows),
        wrap=sum(row.wrap for row in rows),
        short=sum(row.short for row in rows),
        known=sum(row.known for row in rows),
        repeat=sum(row.repeat for row in rows),
        types=tuple(sum(row.calls for row in rows if row.kind == kind) for kind in TYPES),
    )


type Columns = Mapping[str, Callable[[Day], object]]

PLAIN: Columns = {
    "Agent": lambda row: row.agent,
    "Date": lambda row: row.day,
    "Calls": lambda row: row.calls,
    "AHT": lambda row: f"{row.aht:.2f}",
    "Short calls": lambda row: row.short,
    "Repeat known": lambda row: row.known,
    "Repeat calls": lambda row: row.repeat,
}


def table(columns: Columns, *, rows: Iterable[Day] | None = None) -> list[list[str]]:
    """Return a header and a row an agent and day."""
    return [
        list(columns),
        *([str(cell(row)) for cell in columns.values()] for row in (days() if rows is None else rows)),
    ]


def with_columns(changed: Columns, *, without: Sequence[str] = ()) -> Columns:
    """Return the plain columns, some of them changed or added."""
    return {name: cell for name, cell in {**PLAIN, **changed}.items() if name not in without}


def text(rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=separator, lineterminator="\n").writerows(rows)
    return target.getvalue()


def half_hours(moment: Callable[[datetime], str], *, start: str = "Interval Start") -> list[list[str]]:
    header = ["Agent", start, "Queue", "Handled", "Total Handle (s)", "Short", "Repeat known", "Repeat"]
    return [
        header,
        *(
            [
                row.agent,
                moment(row.start),
                row.kind,
                *map(str, (row.calls, row.seconds, row.short, row.known, row.repeat)),
            ]
            for row in hours()
        ),
    ]


def in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def minutes(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"


def german(number: float, digits: int = 2) -> str:
    return f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def workbook(file: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """Write a workbook whose dates, durations and shares are numbers with a format, as spreadsheets keep them."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        names = "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(sheets, start=1)
        )
        links = "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        parts.writestr("[Content_Types].xml", _content_types(len(sheets)))
        parts.writestr(
            "_rels/.rels",
            _relations(f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        )
        parts.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'
        )
        styles = f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        parts.writestr("xl/_rels/workbook.xml.rels", _relations(links + styles))
        parts.writestr("xl/styles.xml", _STYLES)
        for number, rows in enumerate(sheets.values(), start=1):
            cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            parts.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>',
            )
    return file


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="164"/><xf numFmtId="10"/></cellXfs></styleSheet>'
)


def _cell(value: object) -> str:
    if isinstance(value, date):
        return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, timedelta):
        return f'<c s="2"><v>{value / timedelta(days=1)!r}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _relations(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _content_types(sheets: int) -> str:
    of = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{of}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{of}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{of}.styles+xml"/>{parts}</Types>'
    )
