"""How a session repeats: a part of the recurrence rules of RFC 5545 (section 3.3.10), and the starts that they mean.

A series keeps its time of day through a change of clocks. A start that the clocks skip is read with the offset before
the change, and one that comes twice is the first of the two, as the RFC says and `zoneinfo` does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import Literal, Self
from zoneinfo import ZoneInfo

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY"]
FREQUENCIES: Mapping[str, Frequency] = {"DAILY": "DAILY", "WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY"}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_INTERVAL, MOST_TIMES = 99, 1000
LAST_DAY = date(2100, 1, 1)  # no series goes on after it
UNTIL_FORM = "%Y%m%dT%H%M%SZ"
FORM = "write FREQ=DAILY, WEEKLY or MONTHLY, and where needed INTERVAL, BYDAY (of a week) and COUNT or UNTIL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """`weekdays`: of a weekly series, 0 is Monday; none: the day of its first start. `times` or `until` bound it.

    A monthly one leaves out months without its day.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    times: int | None = None
    until: datetime | None = None  # UTC, included

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rule such as FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10. Raises ValueError that says what to write instead."""
        pairs = [part.partition("=") for part in text.strip().rstrip(";").upper().removeprefix("RRULE:").split(";")]
        parts = {name: value for name, _, value in pairs}
        frequency = FREQUENCIES.get(parts.pop("FREQ", ""))
        if frequency is None or len(parts) + 1 < len(pairs):
            raise ValueError(FORM)
        if unknown := parts.keys() - {"INTERVAL", "BYDAY", "COUNT", "UNTIL", "WKST"}:
            raise ValueError(f"{min(unknown)} is not read: {FORM}, or send each session alone")
        if "COUNT" in parts and "UNTIL" in parts:
            raise ValueError("COUNT and UNTIL exclude each other: write one of them")
        if parts.get("WKST", "MO") != "MO" or ("BYDAY" in parts and frequency != "WEEKLY"):
            raise ValueError("a week begins on Monday, and BYDAY belongs to FREQ=WEEKLY: leave the other out")
        return cls(
            frequency=frequency,
            interval=_whole(parts, "INTERVAL", MOST_INTERVAL) or 1,
            weekdays=_weekdays(parts.get("BYDAY")),
            times=_whole(parts, "COUNT", MOST_TIMES),
            until=_until(parts.get("UNTIL")),
        )

    def __str__(self) -> str:
        """Return the rule as RFC 5545 writes it."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(WEEKDAYS[day] for day in self.weekdays))
        if self.times:
            parts.append(f"COUNT={self.times}")
        if self.until:
            parts.append(f"UNTIL={self.until.strftime(UNTIL_FORM)}")
        return ";".join(parts)

    def starts(self, first: datetime, zone: str) -> Iterator[datetime]:
        """Yield the starts in UTC, in order, from the first one on: the same time of day in the zone."""
        local = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        days = self._days(local.date())
        instants = (in_utc(datetime.combine(day, local.time()), zone) for day in islice(days, self.times))
        for instant in instants:
            if self.until is not None and instant > self.until:
                return
            yield instant

    def _days(self, first: date) -> Iterator[date]:
        steps: Mapping[Frequency, Callable[[date], Iterator[date]]] = {
            "DAILY": self._daily,
            "WEEKLY": self._weekly,
            "MONTHLY": self._monthly,
        }
        for day in steps[self.frequency](first):
            if day >= LAST_DAY:
                return
            yield day

    def _daily(self, first: date) -> Iterator[date]:
        return (first + timedelta(days=step * self.interval) for step in count())

    def _weekly(self, first: date) -> Iterator[date]:
        monday, weekdays = first - timedelta(days=first.weekday()), self.weekdays or (first.weekday(),)
        weeks = (monday + timedelta(weeks=step * self.interval) for step in count())
        days = (week + timedelta(days=weekday) for week in weeks for weekday in weekdays)
        return (day for day in days if day >= first)

    def _monthly(self, first: date) -> Iterator[date]:
        for step in count():
            year, month = divmod(first.year * 12 + first.month - 1 + step * self.interval, 12)
            try:
                yield date(year, month + 1, first.day)
            except ValueError:  # the month has no such day
                if year >= LAST_DAY.year:
                    return


def in_utc(local: datetime, zone: str) -> datetime:
    """Return the instant of a local time without zone."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _whole(parts: Mapping[str, str], name: str, most: int) -> int | None:
    text = parts.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise ValueError(f"{name} must be a whole number from 1 to {most}")
    return int(text)


def _weekdays(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    days = text.split(",")
    if not set(days) <= set(WEEKDAYS):
        raise ValueError(f"BYDAY must list days of a week: {','.join(WEEKDAYS)}")
    return tuple(sorted({WEEKDAYS.index(day) for day in days}))


def _until(text: str | None) -> datetime | None:
    if text is None:
        return None
    if len(text) == len("20261231"):
        text = f"{text}T235959Z"
    try:
        return datetime.strptime(text, UNTIL_FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError("UNTIL must be in UTC, such as 20261231T235959Z") from error
