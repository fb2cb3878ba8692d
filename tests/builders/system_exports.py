"""The small centre's weeks as four systems export them, each by its own columns, dates and numbers."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from tests.builders.exports import DAYS, FIRST, Day, clock, days, german, half_hours, hours, in_utc, minutes, text

OFFSET = "-06:00"  # of America/Chicago in winter
AVAYA = ("row_date", "acd", "split", "logid", "acdcalls", "acdtime", "acwtime", "holdtime", "shortcalls")


def intervals_in_utc() -> bytes:
    """By agent, queue and half an hour, in UTC."""
    return text(half_hours(lambda moment: f"{in_utc(moment):%Y-%m-%dT%H:%M:%S.000Z}")).encode()


def days_with_offset() -> bytes:
    """By agent and day, means as hh:mm:ss, shares with a sign; no types of contact."""
    header = ("Agent", "StartInterval", "Contacts handled", "Average handle time", "Short contact rate")
    rows = [
        (
            row.agent,
            f"{row.day}T00:00:00{OFFSET}",
            row.calls,
            clock(row.aht),
            f"{100 * row.short / row.calls:.4f}%",
            row.known,
            f"{100 * row.repeat / row.known:.4f}%" if row.known else "",
        )
        for row in days()
    ]
    return _text([(*header, "Repeat contacts known", "Repeat contact rate"), *rows])


def sums_by_split() -> bytes:
    """By agent, split and day with sums of seconds, between pipes."""
    sums = dict[tuple[date, str, str], list[int]]()
    for hour in hours():
        figures = (hour.calls, hour.talk, hour.wrap, hour.hold, hour.short, hour.known, hour.repeat)
        known = sums.setdefault((hour.start.date(), hour.kind, hour.agent), [0] * len(figures))
        known[:] = [before + more for before, more in zip(known, figures, strict=True)]
    rows = [
        (f"{day.month}/{day.day}/{day.year}", 1, kind, agent, *figures)
        for (day, kind, agent), figures in sorted(sums.items())
    ]
    return _text([(*AVAYA, "repeatknown", "repeat7d"), *rows], "|")


def german_spreadsheet() -> bytes:
    """By name and day with decimal commas, under two lines of title, with a total at the end."""
    columns: Mapping[str, Callable[[Day], object]] = {
        "Datum": lambda row: f"{row.day:%d.%m.%Y}",
        "Agent": lambda row: row.name,
        "Anrufe": lambda row: german(row.calls, 0),
        "Ø Bearbeitungszeit": lambda row: minutes(row.aht),
        "Kurzanrufe %": lambda row: german(100 * row.short / row.calls, 4),
        "Wiederanrufer bekannt": lambda row: row.known,
        "Wiederanrufer 7 Tage %": lambda row: german(100 * row.repeat / row.known, 4) if row.known else "k. A.",
    }
    rows = [[cell(row) for cell in columns.values()] for row in days()]
    calls = sum(row.calls for row in days())
    total = (f"{days()[-1].day:%d.%m.%Y}", "Gesamt", german(calls, 0), "4:00", "", "", "")
    title = [["Agentenleistung"], [f"Zeitraum: {FIRST:%d.%m.%Y}, {DAYS} Tage"], []]
    return _text([*title, list(columns), *rows, total], ";", "cp1252")


def _text(rows: Iterable[Iterable[object]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    return text([list(map(str, row)) for row in rows], separator).encode(encoding)


SYSTEM_EXPORTS: Mapping[str, Callable[[], bytes]] = {
    "intervals.csv": intervals_in_utc,
    "days.csv": days_with_offset,
    "splits.txt": sums_by_split,
    "tabelle.csv": german_spreadsheet,
}
