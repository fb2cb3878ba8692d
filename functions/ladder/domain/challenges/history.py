"""Metric columns: a program's recent days, one value a member, metric and day. Axes everywhere: D days, M members."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np

type Values = np.ndarray[tuple[int, int], np.dtype[np.float32]]  # (D, M), NaN = did not work
type Row = np.ndarray[tuple[int], np.dtype[np.float32]]  # (M,)
type Points = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,)
type GroupIndex = np.ndarray[tuple[int], np.dtype[np.int16]]  # (M,) index of the peer group
type Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]  # (M,)
type Flags = np.ndarray[tuple[int], np.dtype[np.bool]]  # (M,)
type Marks = np.ndarray[tuple[int, int], np.dtype[np.bool]]  # (D, M)

ALL_BITS = np.uint32(0xFFFFFFFF)  # of a float32: a NaN


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One metric on one day. In a correction, NaN leaves what is known as it is."""

    values: Row
    counts: Row


@dataclass(frozen=True, slots=True)
class Column:
    """One metric over the days of a history: the values, and how many contacts each rests on."""

    values: Values
    counts: Values


@dataclass(frozen=True, slots=True)
class History:
    """Consecutive calendar days, oldest first; every column has one row a day and one value a member, by slot."""

    first: date
    days: int
    members: int
    columns: dict[str, Column]

    @classmethod
    def empty(cls, *, first: date, days: int, members: int, metrics: tuple[str, ...]) -> Self:
        columns = {
            metric: Column(*(np.full((days, members), np.nan, dtype=np.float32) for _ in ("values", "counts")))
            for metric in metrics
        }
        return cls(first, days, members, columns)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    def row(self, day: date) -> int:
        """Return the row of a day; raises KeyError outside the history."""
        row = (day - self.first).days
        if not 0 <= row < self.days:
            raise KeyError(day)
        return row

    def last_known(self, metric: str, until: date) -> date | None:
        """Return the last day up to `until` for which anybody has a value."""
        values = self.columns[metric].values
        rows = range(self.row(until), -1, -1)  # mostly the first one has some
        known = (self.first + timedelta(days=row) for row in rows if not np.isnan(values[row]).all())
        return next(known, None)

    def until(self, day: date, *, window: int, metric: str) -> Values:
        """Return the `window` calendar days that end with `day`, (window, M); days before the history are NaN."""
        values = self.columns[metric].values
        end = self.row(day) + 1
        start = end - window
        if start >= 0:
            return values[start:end]
        before = np.full((-start, self.members), np.nan, dtype=np.float32)
        return np.concatenate([before, values[:end]])


def nan_where(marks: Marks, values: Values) -> Values:
    """Return the values, NaN where marked; where marks have no pattern, several times as fast as `np.where`."""
    return (values.view(np.uint32) | marks * ALL_BITS).view(np.float32)


def zero_where(marks: Marks, values: Values) -> Values:
    """Return the values, 0 where marked; as fast as `nan_where`."""
    return (values.view(np.uint32) * ~marks).view(np.float32)
