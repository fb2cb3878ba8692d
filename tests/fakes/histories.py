"""Histories in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date

import numpy as np

from ladder.domain.challenges.history import DayColumn, History, Row
from ladder.domain.challenges.ports import MetricValue

NOTHING = np.empty(0, dtype=np.float32)


class MemoryHistories:
    def __init__(self) -> None:
        self._days: defaultdict[tuple[str, date], dict[str, DayColumn]] = defaultdict(dict)

    def load(self, program: str, *, first: date, last: date, members: int, metrics: tuple[str, ...]) -> History:
        days = (last - first).days + 1
        history = History.empty(first=first, days=days, members=members, metrics=metrics)
        for (of_program, day), known in self._days.items():
            if of_program == program and first <= day <= last:
                for metric in known.keys() & set(metrics):
                    column, row = history.columns[metric], history.row(day)
                    column.values[row] = _sized(known[metric].values, members)
                    column.counts[row] = _sized(known[metric].counts, members)
        return history

    def of_slot(self, program: str, slot: int, *, first: date, last: date) -> dict[date, dict[str, MetricValue]]:
        days = {day: known for (of, day), known in self._days.items() if of == program and first <= day <= last}
        return {day: told for day in sorted(days) if (told := dict(_of_slot(days[day], slot)))}

    def record(
        self, program: str, day: date, readings: Mapping[str, DayColumn], *, without: Collection[str] = ()
    ) -> bool:
        known = self._days[program, day]
        changed = False
        for metric, news in readings.items():
            before = known.get(metric, DayColumn(NOTHING, NOTHING))
            after = DayColumn(_corrected(before.values, news.values), _corrected(before.counts, news.counts))
            changed |= _differ(before.values, after.values) or _differ(before.counts, after.counts)
            known[metric] = after
        for metric in without:
            gone = known.pop(metric, DayColumn(NOTHING, NOTHING))
            changed |= not np.isnan(gone.values).all()
        return changed


def _of_slot(known: Mapping[str, DayColumn], slot: int) -> Iterator[tuple[str, MetricValue]]:
    for metric, day in known.items():
        value, count = (float(_sized(row, slot + 1)[slot]) for row in (day.values, day.counts))
        if not np.isnan(value):
            yield metric, (value, count)


def _corrected(known: Row, news: Row) -> Row:
    size = max(len(known), len(news))
    corrected = _sized(known, size)
    said = ~np.isnan(_sized(news, size))
    corrected[said] = _sized(news, size)[said]
    return corrected


def _differ(before: Row, after: Row) -> bool:
    return not np.array_equal(_sized(before, len(after)), after, equal_nan=True)


def _sized(row: Row, members: int) -> Row:
    """A copy for so many members: cut, or NaN for those it does not know."""
    sized = np.full(members, np.nan, dtype=np.float32)
    shared = min(members, len(row))
    sized[:shared] = row[:shared]
    return sized
