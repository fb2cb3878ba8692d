"""Readings into columns: what cannot be is refused and told, strangers are left out. Axes: R readings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import batched

import numpy as np

from ladder.domain.columns import History
from ladder.domain.wording import quantity
from ladder.ports.nights import Reading
from rotation.feeds import Feed

TOGETHER = 10_000
TOLD = 20  # refusals in words; the others are counted


@dataclass(slots=True)
class LeftOut:
    """What a night could not use, for people to mend: the first few in words."""

    told: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, what: str) -> None:
        if len(self.told) < TOLD:
            self.told.append(what)
        else:
            self.more += 1

    @property
    def warnings(self) -> tuple[str, ...]:
        rest = f"and {quantity(self.more, 'more reading')} that cannot be" if self.more else ""
        return (*self.told, rest) if rest else tuple(self.told)


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
            left_out.add(_told(mine[at], feed))
        kept = np.flatnonzero(~refused & ~np.isnan(values))
        rows = np.array([(each.day - history.first).days for each in mine], dtype=np.int64)[kept]
        members = np.array([slots[each.user] for each in mine], dtype=np.int64)[kept]
        column = history.columns[feed.column]
        column.values[rows, members] = feed.kept(values[kept])
        column.counts[rows, members] = np.nan_to_num(counts[kept])


def _told(reading: Reading, feed: Feed) -> str:
    return f"{reading.user} {reading.day} {feed.series}: {feed.plausible.why(reading.value, reading.count)}"
