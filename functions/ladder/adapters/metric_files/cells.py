"""Cells of a metric file: text to numbers, dates and moments, each text parsed once."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import nan
from zoneinfo import ZoneInfo

from ladder.domain.calendar.schedule import LocalDays, Schedule
from ladder.domain.challenges.metric_files import (
    CLOCKS,
    EXCEL,
    EXCEL_TIME,
    INSTANT,
    SECONDS_IN,
    UNIX,
    UNIX_MS,
    CellFormat,
    MetricFiles,
)

NO_AGENT = -1
NO_MOMENT = -(2**62)  # of a cell that is no date
_PIVOT = 69  # two digits from here on are of the last century
_MONTHS = (  # in the languages in which spreadsheets of Western Europe and America write them
    "january januar jänner janvier enero gennaio januari janeiro",
    "february februar feber février febrero febbraio februari fevereiro",
    "march märz maerz mars marzo maart março",
    "april avril abril aprile",
    "may mai mayo maggio mei maio",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august août agosto augustus",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember décembre diciembre dicembre dezembro",
)
ALIKE = {" ": " \u00a0\u202f", "'": "'\u2019"}  # signs that group thousands and look the same


class Numbers(dict[str, float]):
    """The number of each cell's text: seconds of a time, per cent of a share. NaN for what is empty or no number."""

    def __init__(self, files: MetricFiles, cell: CellFormat) -> None:
        super().__init__(dict.fromkeys(files.empty, nan))
        number, factor = _number_parser(files), 100.0 if cell == "fraction" else SECONDS_IN.get(cell, 1.0)
        self._parse = number
        if cell in CLOCKS:
            self._parse = lambda text: _clock(text, cell, number)
        elif cell == "percent":
            self._parse = lambda text: number(text.removesuffix("%").rstrip())
        elif factor != 1.0:
            self._parse = lambda text: number(text) * factor

    def __missing__(self, text: str) -> float:
        self[text] = self._parse(text.strip())
        return self[text]


class Moments(dict[str, tuple[int, int]]):
    """The work day (an ordinal) and the moment (seconds since 1970, or the ordinal) of each cell's text.

    NO_MOMENT for what is neither a date nor a moment in the format.
    """

    def __init__(self, files: MetricFiles, schedule: Schedule) -> None:
        super().__init__()
        self._parse = moment_parser(files.date_format)
        self._zone = ZoneInfo(files.time_zone or schedule.time_zone)
        self._days = LocalDays(schedule)

    def __missing__(self, text: str) -> tuple[int, int]:
        try:
            moment = self._parse(text.strip())
        except (ValueError, OverflowError):
            self[text] = NO_MOMENT, NO_MOMENT
            return self[text]
        if isinstance(moment, datetime):
            moment = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
            self[text] = self._days.day(moment).toordinal(), int(moment.timestamp())
        else:
            self[text] = moment.toordinal(), moment.toordinal()
        return self[text]


def moment_parser(written: str) -> Callable[[str], date]:
    """Return a parser of dates in a format, or of moments with or without a zone. It raises ValueError."""
    if written == INSTANT:
        return _instant
    if written in {UNIX, UNIX_MS}:
        return lambda text: datetime.fromtimestamp(_digits(text) / (1000 if written == UNIX_MS else 1), UTC)
    if written in {EXCEL, EXCEL_TIME}:
        return lambda text: _serial(text, with_time=written == EXCEL_TIME)
    pattern = date_pattern(written)

    def parse(text: str) -> date:
        parts = pattern.fullmatch(text)
        if not parts:
            raise ValueError(text)
        named = parts.groupdict()
        year, month = int(named["year"]), named["month"]
        year += 0 if len(named["year"]) > len("yy") else 1900 if year >= _PIVOT else 2000
        number = int(month) if month.isdigit() else _months().get(month.rstrip(".").casefold(), 0)
        day = date(year, number, int(named["day"]))
        if named.get("hour") is None:
            return day
        hour = int(named["hour"])
        if half := named.get("half"):
            hour = hour % 12 + 12 * (half[0] in "pP")
        return datetime(day.year, day.month, day.day, hour, int(named["minute"]), int(named.get("second") or 0))  # noqa: DTZ001

    return parse


def _instant(text: str) -> datetime:
    """Return the moment that ISO 8601 writes, also with a space, with UTC as a word, or as an interval's beginning."""
    begin = text.partition("/")[0]
    return datetime.fromisoformat(begin.removesuffix(" UTC") + "Z" if begin.endswith(" UTC") else begin)


def _digits(text: str) -> float:
    """Return a number of plain digits: one such as 1.76E+12 has lost its last ones."""
    if not re.fullmatch(r"\d+([.,]\d+)?", text):
        raise ValueError(text)
    return float(text.replace(",", "."))


def _serial(text: str, *, with_time: bool) -> date:
    days = _digits(text)
    if with_time:
        return datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))  # noqa: DTZ001 - the centre's own time
    if not days.is_integer():
        raise ValueError(text)
    return date(1899, 12, 30) + timedelta(days=days)


class AgentNumbers(dict[str, int]):
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


def date_pattern(written: str) -> re.Pattern[str]:
    """Return the pattern of dates in a format such as m/d/yyyy, or dd.mm.yyyy hh:mm."""
    day, _, clock = written.partition("hh")
    tokens = {
        "yyyy": r"(?P<year>\d{4})",
        "yy": r"(?P<year>\d{2})",
        "mmm": r"(?P<month>[^\W\d_]{3,}\.?)",
        "mm": r"(?P<month>\d{2})",
        "m": r"(?P<month>\d{1,2})",
        "ddd": r"[^\W\d_]{2,}\.?",
        "dd": r"(?P<day>\d{2})",
        "d": r"(?P<day>\d{1,2})",
    }
    pattern = "".join(tokens.get(part, re.escape(part)) for part in re.findall(r"y+|m+|d+|.", day))
    if clock:
        pattern += r"(?P<hour>\d{1,2}):(?P<minute>\d{2})" + (r":(?P<second>\d{2})" if ":ss" in clock else "")
        pattern += r"[ \u202f]?(?P<half>[AaPp]\.?[Mm]\.?)" if clock.endswith(" am") else ""
    return re.compile(pattern)


@cache
def _months() -> dict[str, int]:
    """Return the number of each month by three letters of its name or more."""
    names = {
        name[:letters]: month
        for month, texts in reversed(list(enumerate(_MONTHS, start=1)))
        for name in texts.split()
        for letters in range(3, len(name) + 1)
    }
    return names | {"sept": 9, "mrz": 3}


def number_pattern(decimal: str, thousands: str | None) -> re.Pattern[str]:
    digits = r"\d+"
    if thousands:
        digits = rf"(?:[1-9]\d{{0,2}}(?:[{re.escape(ALIKE.get(thousands, thousands))}]\d{{3}})+|\d+)"
    return re.compile(rf"[-+]?{digits}(?:{re.escape(decimal)}\d+)?")


def _number_parser(files: MetricFiles) -> Callable[[str], float]:
    if files.decimal == "." and files.thousands is None:
        return _plain_number
    pattern = number_pattern(files.decimal, files.thousands)
    plain = str.maketrans({files.decimal: "."} | dict.fromkeys(ALIKE.get(files.thousands or "", files.thousands or "")))
    return lambda text: float(text.translate(plain)) if pattern.fullmatch(text) else nan


def _plain_number(text: str) -> float:
    try:
        return nan if "_" in text else float(text)
    except ValueError:
        return nan


def _clock(text: str, cell: CellFormat, number: Callable[[str], float]) -> float:
    """Seconds of 1:02:03, 62:03 or 1:02; only the first part has no upper bound, only seconds have a fraction."""
    parts = text.split(":")
    units = {"hh:mm:ss": (3600.0, 60.0, 1.0), "mm:ss": (60.0, 1.0), "hh:mm": (3600.0, 60.0)}[cell]
    if len(parts) != len(units) or not all(part[:1].isdigit() for part in parts):
        return nan
    if not all(part.isdigit() for part in (parts if units[-1] > 1 else parts[:-1])):
        return nan
    values = [number(part) for part in parts]
    return nan if any(value >= 60 for value in values[1:]) else sum(map(float.__mul__, values, units))  # noqa: PLR2004
