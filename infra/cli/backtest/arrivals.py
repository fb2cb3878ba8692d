"""What each night knew: figures appear on the night they become final, and not one before.

A night's history is filled from the whole one feed by feed, as `collect` would have read it; what is later than
`known_until` is simply not there, so no rule can look at it. Axes: D days, M members.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

import numpy as np

from ladder.domain.challenges.history import Column, Flags, History
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.programs.program import Program
from rotation.case_mix import adjusted_days, write_days
from rotation.readings import Feed, feeds

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Known:
    """`recorded` is the whole history, `history` what has become known of it so far. Nights come in order."""

    program: Program
    recorded: History
    history: History
    _shown: dict[str, int] = field(default_factory=dict)  # column -> how many of its rows

    @classmethod
    def nothing(cls, program: Program, recorded: History) -> Self:
        names = tuple(recorded.columns)
        blank = History.empty(first=recorded.first, days=recorded.days, members=recorded.members, metrics=names)
        return cls(program, recorded, blank)

    def reveal(self, night: date, groups: PeerGroups) -> None:
        """What is final by this night, made comparable. As in `collect`, a day with any new figure is compared anew."""
        changed = {row for feed in feeds([self.program], self.program.metrics, night) for row in self._show(feed)}
        last = min(night - timedelta(days=1), self.history.last)
        first = min([last - timedelta(days=self.program.tier_rule.window_days - 1), *map(self._day, changed)])
        recent = between(self.history, first, last)
        rows = {recent.row(self._day(row)) for row in changed}
        write_days(recent, adjusted_days(recent, self.program, groups, rows))

    def _show(self, feed: Feed) -> list[int]:
        """The rows with a figure that are known from now on."""
        source, known = self.recorded.columns[feed.column], self.history.columns[feed.column]
        start = self._shown.get(feed.column, 0)
        end = max(start, min((feed.last - self.recorded.first).days + 1, self.recorded.days))
        known.values[start:end], known.counts[start:end] = source.values[start:end], source.counts[start:end]
        self._shown[feed.column] = end
        rows: list[int] = (start + np.flatnonzero(~np.isnan(source.values[start:end]).all(axis=1))).tolist()
        return rows

    def _day(self, row: int) -> date:
        return self.history.first + timedelta(days=row)


def between(history: History, first: date, last: date) -> History:
    """The days from `first` to `last`, as far as there are any: the same arrays, so what is written into them stays."""
    start = max(first, history.first)
    rows = slice(history.row(start), history.row(last) + 1)
    columns = {name: Column(each.values[rows], each.counts[rows]) for name, each in history.columns.items()}
    return History(start, rows.stop - rows.start, history.members, columns)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The row of the first day on which each member worked: (M,). He is on the roster from then on."""

    first: np.ndarray[tuple[int], np.dtype[np.int64]]

    @classmethod
    def of(cls, recorded: History, program: Program) -> Self:
        first = np.full(recorded.members, NEVER)
        for metric in program.metrics:
            worked = ~np.isnan(recorded.columns[metric.measured].values)
            first = np.minimum(first, np.where(worked.any(axis=0), worked.argmax(axis=0), NEVER))
        return cls(first)

    def by(self, row: int) -> Flags:
        here: Flags = self.first <= row
        return here
