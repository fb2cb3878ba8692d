"""Cells of a metric file: text to numbers, dates and moments, each text parsed once."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from math import nan
from zoneinfo import ZoneInfo

from ladder.domain.calendar import LocalDays, Schedule
from ladder.domain.challenges.metric_files import CLOCKS, INSTANT, SECONDS_IN, CellFormat, MetricFiles

NO_AGENT = -1
NO_MOMENT = -(2**62)  # of a cell that is no date
_PIVOT = 69  # two digits from here on are of the last century
_SPACES = str.maketrans("", "", " \u00a0\u202f")


class Numbers(dict[str, float]):
    """The number of each cell's text: seconds of a time, per cent of a share. NaN for what is empty or no number."""

    def __init__(self, files: MetricFiles, cell: CellFormat) -> None:
        super().__init__(dict.fromkeys(files.empty, nan))
        self._parse = _parser(files, cell)

    def __missing__(self, text: str) -> float:
        self[text] = self._parse(text.strip())
        return self[text]


class Moments(dict[str, tuple[int, int]]):
    """The work day (an ordinal) and the moment (seconds since 1970, or the ordinal) of each cell's text.

    NO_MOMENT for what is neither a date nor a moment in the format.
    """

    def __init__(self, files: MetricFiles, schedule: Schedule) -> None:
        super().__init__()
        self._files = files
        self._zone = ZoneInfo(files.time_zone or schedule.time_zone)
        self._days = LocalDays(schedule)
        self._pattern = None if files.date_format == INSTANT else date_pattern(files.date_format)

    def __missing__(self, text: str) -> tuple[int, int]:
        try:
            self[text] = self._parse(text.strip())
        except ValueError:
            self[text] = NO_MOMENT, NO_MOMENT
        return self[text]

    def _parse(self, text: str) -> tuple[int, int]:
        if self._pattern is None:
            moment = datetime.fromisoformat(text)
        else:
            parts = self._pattern.fullmatch(text)
            if not parts:
                raise ValueError(text)
            named = parts.groupdict()
            day = date(_year(named["year"]), int(named["month"]), int(named["day"]))
            if named.get("hour") is None:
                return day.toordinal(), day.toordinal()
            hour = int(named["hour"])
            if half := named.get("half"):
                hour = hour % 12 + 12 * (half.casefold() == "pm")
            moment = datetime(day.year, day.month, day.day, hour, int(named["minute"]), int(named.get("second") or 0))  # noqa: DTZ001
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return self._days.day(moment).toordinal(), int(moment.astimezone(UTC).timestamp())


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
        "mm": r"(?P<month>\d{2})",
        "m": r"(?P<month>\d{1,2})",
        "dd": r"(?P<day>\d{2})",
        "d": r"(?P<day>\d{1,2})",
    }
    pattern = "".join(tokens.get(part, re.escape(part)) for part in re.findall(r"y+|m+|d+|.", day))
    if clock:
        pattern += r"(?P<hour>\d{1,2}):(?P<minute>\d{2})" + (r":(?P<second>\d{2})" if ":ss" in clock else "")
        pattern += r" ?(?P<half>[AaPp][Mm])" if clock.endswith(" am") else ""
    return re.compile(pattern)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > len("yy") else year + (1900 if year >= _PIVOT else 2000)


def _parser(files: MetricFiles, cell: CellFormat) -> Callable[[str], float]:
    number = _number_parser(files)
    if cell in CLOCKS:
        return lambda text: _clock(text, cell, number)
    if cell == "percent":
        return lambda text: number(text.removesuffix("%").rstrip())
    factor = 100.0 if cell == "fraction" else SECONDS_IN.get(cell, 1.0)
    return number if factor == 1.0 else lambda text: number(text) * factor


def _number_parser(files: MetricFiles) -> Callable[[str], float]:
    if files.decimal == "." and files.thousands is None:
        return _plain_number
    digits = r"\d+"
    if files.thousands:
        sign = r"[ \u00a0\u202f]" if files.thousands == " " else re.escape(files.thousands)
        digits = rf"(?:\d{{1,3}}(?:{sign}\d{{3}})+|\d+)"
    pattern = re.compile(rf"[-+]?{digits}(?:{re.escape(files.decimal)}\d+)?")

    def number(text: str) -> float:
        if not pattern.fullmatch(text):
            return nan
        plain = text.translate(_SPACES) if files.thousands == " " else text.replace(files.thousands or "\0", "")
        return float(plain.replace(files.decimal, "."))

    return number


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
