"""Readings into columns: what cannot be is refused and told, strangers are left out. Axes: R readings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import batched

import numpy as np

from ladder.domain.challenges.history import History
from ladder.domain.challenges.ports import Reading
from ladder.domain.members.roster import Roster
from ladder.domain.text import quantity
from rotation.feeds import Feed

TOGETHER = 10_000
TOLD = 20  # refusals in words; all are counted


@dataclass(slots=True)
class LeftOut:
    """What a night could not use. A cursor carries it, so it names slots, and nobody."""

    told: list[tuple[int, str]] = field(default_factory=list)  # slot, and what was refused: the first few
    refused: dict[str, int] = field(default_factory=dict)  # series -> readings, all of them
    gone: list[str] = field(default_factory=list)  # series that can no longer be read

    def refuse(self, series: str, slot: int, words: str) -> None:
        if len(self.told) < TOLD:
            self.told.append((slot, words))
        self.refused[series] = self.refused.get(series, 0) + 1

    @property
    def warnings(self) -> tuple[str, ...]:
        refused = [
            f"{series}: {quantity(count, 'reading')} cannot be and did not count; the night's record says whose"
            for series, count in self.refused.items()
        ]
        gone = [f"{series} can no longer be read: what was played on it may stay unpaid" for series in self.gone]
        return (*refused, *dict.fromkeys(gone))

    def by_user(self, roster: Roster) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for slot, words in self.told:
            found[roster[slot].user] = (*found.get(roster[slot].user, ()), words)
        return found


def fill(
    history: History, feed: Feed, readings: Iterable[Reading], slots: Mapping[str, int], left_out: LeftOut
) -> None:
    """Those of the feed's days."""
    for together in batched(readings, TOGETHER, strict=False):
        mine = [each for each in together if each.user in slots and feed.first <= each.day <= feed.last]
        values = np.array([each.value for each in mine], dtype=np.float64)
        counts = np.array([each.count for each in mine], dtype=np.float64)
        refused = feed.plausible.refuses(values, counts)
        for at in np.flatnonzero(refused).tolist():
            wrong = mine[at]
            words = f"{wrong.day} {feed.series}: {feed.plausible.why(wrong.value, wrong.count)}"
            left_out.refuse(feed.series, slots[wrong.user], words)
        kept = np.flatnonzero(~refused & ~np.isnan(values))
        rows = np.array([(each.day - history.first).days for each in mine], dtype=np.int64)[kept]
        members = np.array([slots[each.user] for each in mine], dtype=np.int64)[kept]
        column = history.columns[feed.column]
        column.values[rows, members] = feed.kept(values[kept])
        column.counts[rows, members] = np.nan_to_num(counts[kept])
