"""The section of a program on metric files: how the export of any system is read, one row at a time.

Every row names an agent and a moment. Rows of one agent and work day are summed. What a metric is, is said by its
measure: with v the value of its column (or the sum of its columns) and c its count, over the rows of a day, it is

    mean     sum(v * c) / sum(c)      a mean time, weighted by the contacts that it rests on
    ratio    sum(v) / sum(c)          a sum of seconds over contacts
    share    100 * sum(v) / sum(c)    short contacts over contacts, in per cent
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Annotated, Literal

from ladder.domain.validation.constraints import (
    Clock,
    Holds,
    Key,
    Length,
    Positive,
    Rising,
    Says,
    Text,
    TimeZone,
    distinct,
)

Statistic = Literal["mean", "ratio", "share"]
CellFormat = Literal["number", "s", "ms", "min", "h", "hh:mm:ss", "mm:ss", "hh:mm", "percent", "fraction"]
SECONDS_IN: Mapping[CellFormat, float] = {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0}  # of one of the unit
CLOCKS: frozenset[CellFormat] = frozenset({"hh:mm:ss", "mm:ss", "hh:mm"})
INSTANT = "instant"  # ISO 8601 with a time: 2026-01-31T22:00:00Z; of an interval its beginning
UNIX, UNIX_MS = "unix", "unix ms"  # seconds and milliseconds since 1970
EXCEL, EXCEL_TIME = "excel", "excel hh:mm"  # days since 30 December 1899, as spreadsheets count; the second with times
MOMENTS = frozenset({INSTANT, UNIX, UNIX_MS})
NAMED_FORMATS = MOMENTS | {EXCEL, EXCEL_TIME}
FORMAT_HINT = (
    "Write number, s, ms, min or h for a number; hh:mm:ss, mm:ss or hh:mm for a time with colons; percent or fraction."
)
_DATE_PART = r"(?:yyyy|yy|mmm|mm|m|dd|d)"
_DATE_FORMAT = re.compile(rf"(?:ddd,? )?{_DATE_PART}(?:(?:[-./ ]|[.,] )?{_DATE_PART}){{2}}(,?[ T]hh:mm(:ss)?( am)?)?")


def is_date_format(text: str) -> bool:
    """Return whether it has a name, or is year, month and day once each, in any order, with or without a time.

    `mmm`: the name of a month; `ddd` before a date: that of a weekday.
    """
    if text in NAMED_FORMATS:
        return True
    if not _DATE_FORMAT.fullmatch(text):
        return False
    day = re.split(r"[ T]hh", text.removeprefix("ddd"))[0]
    return sorted(part[0] for part in re.findall(_DATE_PART, day)) == ["d", "m", "y"]


def is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, ValueError):  # unknown, or a codec of something else than text; not a name at all
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a metric is read off the rows of an agent's day."""

    columns: Annotated[
        tuple[Text, ...],
        Length(1, 10),
        Says("Name the column of the value, or several that are added: [talk, hold].", name="column", one=True),
    ]
    count: Annotated[Text, Says("Name the column of the contacts that it rests on.")]
    statistic: Annotated[
        Statistic,
        Says("Write mean, ratio for a sum over the count, or share for a ratio in per cent.", name="as"),
    ] = "mean"
    format: Annotated[CellFormat, Says(FORMAT_HINT)] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeInRows:
    """The type of contact stands in each row: a queue, a split, a skill. Rows of other types count in no type."""

    column: Annotated[Text, Says("Name the column of the type, such as Queue Name.")]
    count: Annotated[Text, Says("Name the column of the contacts.")]
    seconds: Annotated[Text | None, Says("Name the column of their total handle time, or leave it out.")] = None
    format: Annotated[CellFormat, Says(FORMAT_HINT)] = "number"
    names: Annotated[  # what stands in the column -> key of the contact type, where it is not the key itself
        dict[str, Text], Says("Write what stands in the column and the contact type it is: {11: IN}.", as_text=True)
    ] = field(default_factory=dict)


OTHER_QUEUES = "other queues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The load under which a row's contacts were handled: its queue, and the part of the day in which it begins.

    Handle times are compared at the usual load. Queues that are not named count together. Without queues and without
    parts of the day, they are compared whatever the load.
    """

    queue: Annotated[
        Text | None, Says("Name the column of the queue, where it is another than that of the contact type.")
    ] = None
    queues: Annotated[
        tuple[Text, ...],
        Length(0, 12),
        Holds(distinct, "queues that are each named once"),
        Says("Write the queues that differ as they stand in the column, such as [Billing, Night]."),
    ] = ()
    hours: Annotated[
        tuple[Clock, ...],
        Length(0, 12),
        Rising,
        Says('Write when each part of the day begins, such as ["00:00", "10:00", "14:00"].'),
    ] = ()

    @property
    def factors(self) -> tuple[tuple[str, ...], ...]:
        """The queues and the parts of the day, each where there are several."""
        queues = (*self.queues, OTHER_QUEUES) if self.queues else ()
        parts = tuple(f"{begin:%H:%M}" for begin in self.hours)
        return tuple(factor for factor in (queues, parts) if len(factor) > 1)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The queue and part of the day of each condition, the queue first: "Billing 10:00"; none without factors."""
        return tuple(map(" ".join, product(*self.factors))) if self.factors else ()


def in_condition(series: str, condition: str) -> str:
    """Return the name of a series, such as calls_NEW or AHT, of a condition alone."""
    return f"{series} in {condition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedRows:
    """Rows that are left out, such as a line of totals. `like`: a pattern in which * stands for anything."""

    column: Annotated[str, Length(1, 1000)]
    like: Annotated[  # an empty text is an empty cell
        tuple[Annotated[str, Length(0, 1000)], ...],
        Length(1, 20),
        Says("Write what stands there, such as Total*, or a list.", one=True),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFiles:
    """Metrics delivered as files of text, or as a workbook that the command line reads."""

    measures: Annotated[  # metric -> how to read it
        dict[str, Measure], Says("Write each metric's key and {column: …, count: …}.")
    ]
    agent: Annotated[Text, Says("Name the column of the agent.")] = "agent"
    agent_ids: Annotated[  # None: the platform's user ids, as on the roster
        Key | None, Says("Name the system whose ids or names stand there, as the links of members call it.")
    ] = None
    date: Annotated[Text, Says("Name the column of the date, or of the moment at which the row begins.")] = "date"
    date_format: Annotated[
        str,
        Holds(is_date_format, "a format of dates"),
        Says(
            "Write yyyy-mm-dd, dd.mm.yyyy, m/d/yyyy, yyyymmdd, d-mmm-yyyy for 5-Nov-2026, yyyy-mm-dd hh:mm, instant "
            "for ISO 8601, unix, unix ms or excel."
        ),
    ] = "yyyy-mm-dd"
    time_zone: Annotated[  # None: the program's
        TimeZone | None, Says("Write the zone of times that name none: UTC or Europe/Berlin.")
    ] = None
    rows_by: Annotated[  # beside the agent, the moment and the type of contact
        tuple[Text, ...],
        Length(0, 5),
        Holds(distinct, "columns that are each named once"),
        Says("Name the columns that tell rows of one agent and day apart, such as [Queue Name].", one=True),
    ] = ()
    contact_type: Annotated[
        TypeInRows | None, Says("Write {column: Queue Name, count: Handle} where each row is of one type.")
    ] = None
    load: Annotated[
        Load | None,
        Says("Write {queue: …, queues: […], hours: […]} to compare handle times at the usual load; {} for none."),
    ] = None
    skip: Annotated[
        tuple[SkippedRows, ...],
        Length(0, 10),
        Says("Write the column and what stands in rows to leave out: {Agent: Total*}.", by="column", short="like"),
    ] = ()
    repeats: Annotated[
        tuple[Text, ...],
        Length(0, 5),
        Holds(distinct, "columns that are each named once"),
        Says("Name the columns in which an empty cell means the one above, as in merged cells.", one=True),
    ] = ()
    header: Annotated[  # None: the first line that is not empty
        Positive | None, Says("Write the number of the line with the column names, such as 4.")
    ] = None
    encoding: Annotated[
        str, Holds(is_encoding, "an encoding"), Says("Write the encoding, such as utf-8, cp1252 or utf-16.")
    ] = "utf-8"
    separator: Annotated[  # None: the one that the header shows
        Literal[",", ";", "tab", "|"] | None, Says('Write ",", ";", tab or "|".')
    ] = None
    sheets: Annotated[  # none: the first one
        tuple[Text, ...],
        Length(0, 40),
        Says("Name the sheet of a workbook, or several that are read one after the other.", name="sheet", one=True),
    ] = ()
    decimal: Annotated[Literal[".", ","], Says('Write "." or "," as numbers are written.')] = "."
    thousands: Annotated[Literal[".", ",", " ", "'"] | None, Says("Write what groups thousands, or leave it out.")] = (
        None
    )
    empty: Annotated[  # beside the empty cell
        tuple[Text, ...], Length(0, 20), Says("Write words that mean nothing was measured, such as [n/a].", one=True)
    ] = ()

    @property
    def has_times(self) -> bool:
        """Return whether a row's moment is more than a date."""
        return self.date_format in MOMENTS or "hh" in self.date_format
