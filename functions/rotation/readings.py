"""What has to be read tonight: which series of the source goes into which column, and of which days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import batched
from typing import Any

import numpy as np

from ladder.domain.challenges.history import History
from ladder.domain.challenges.plausibility import CONTACTS, SECONDS, PlausibleRange, plausible_range
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import Metric
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program
from ladder.domain.text import quantity
from rotation.open_dates import OpenDates

WHOLE = 1.0  # contacts and seconds are whole numbers


@dataclass(frozen=True, slots=True)
class Feed:
    """`step`: values are kept ten times as fine; finer digits say nothing and double what a day weighs."""

    series: str  # as the source calls it
    column: str  # as the history calls it
    step: float
    plausible: PlausibleRange
    first: date
    last: date  # the last day whose value is final tonight

    def kept(self, values: Any) -> Any:
        """A number, or an array of them."""
        return np.round(values / self.step, 1) * self.step


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are read and made comparable together; those that no feed reads are known from earlier nights."""

    first: date
    last: date
    feeds: tuple[Feed, ...]


def periods(found: OpenDates) -> list[Period]:
    """The trailing window; and before it, where nights did not run for long, the open dates that it does not reach."""
    recent, window_days = (
        feeds(found.versions, found.metrics, found.tonight),
        found.versions[0].challenges.tier_rule.window_days,
    )
    missed = timedelta(days=min(found.missed_nights, window_days))  # a night that failed may have left days half done
    first = min((feed.first for feed in recent), default=found.tonight) - missed
    window = Period(first, found.tonight - timedelta(days=1), tuple(recent))
    return [*_before(found, recent, window_days), window]


def feeds(versions: Sequence[Program], metrics: Sequence[Metric], tonight: date) -> list[Feed]:
    """Every metric of any version in play, and the contacts by which the newest makes them comparable."""
    back, yesterday = timedelta(days=versions[0].challenges.tier_rule.window_days - 1), tonight - timedelta(days=1)
    found = []
    for metric in metrics:
        last, can_be = metric.known_until(tonight), plausible_range(metric, versions[0].challenges.metric_files)
        found.append(Feed(metric.key, metric.measured, metric.step, can_be, last - back, last))
    for kind in versions[0].challenges.contact_types:
        found.append(Feed(kind.contacts, kind.contacts, WHOLE, CONTACTS, yesterday - back, yesterday))
        if kind.seconds:
            found.append(Feed(kind.seconds, kind.seconds, WHOLE, SECONDS, yesterday - back, yesterday))
    return found


def _before(found: OpenDates, recent: Sequence[Feed], window_days: int) -> list[Period]:
    day = timedelta(days=1)
    cut = [replace(feed, first=found.first, last=min(found.last, feed.first - day)) for feed in recent]
    older = tuple(feed for feed in cut if feed.first <= feed.last)
    window = (window_days - 1) * day  # by which the first of them is compared
    return [Period(found.first - window, max(feed.last for feed in older), older)] if older else []


TOGETHER = 10_000
MAX_DESCRIBED = 20  # refusals in words; all are counted


@dataclass(slots=True)
class UnusableReadings:
    """What a night could not use. A cursor carries it, so it names slots, and nobody."""

    described: list[tuple[int, str]] = field(default_factory=list)  # slot, and what was refused: the first few
    refused: dict[str, int] = field(default_factory=dict)  # series -> readings, all of them
    gone: list[str] = field(default_factory=list)  # series that can no longer be read

    def refuse(self, series: str, slot: int, words: str) -> None:
        if len(self.described) < MAX_DESCRIBED:
            self.described.append((slot, words))
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
        for slot, words in self.described:
            found[roster[slot].user] = (*found.get(roster[slot].user, ()), words)
        return found


def fill(
    history: History, feed: Feed, readings: Iterable[Reading], slots: Mapping[str, int], left_out: UnusableReadings
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
