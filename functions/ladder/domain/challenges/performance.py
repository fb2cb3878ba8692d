"""Make raw days comparable performance: everybody's smoothed value, and their rank among peers.

Axes: D days (oldest first), M members. NaN: not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

import numpy as np

from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.history import Flags, GroupIndex, History, Marks, Points, Row, Values
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.rules import Metric, TierRule
from ladder.domain.validation.constraints import Direction

KNOWN_AFTER_DAYS = 5  # a median of fewer worked days says too little …
LEAST_DAYS = 4  # … and of fewer than these, where a part-timer worked them within two weeks
FULL_WEEK = 4  # days: who works fewer a week is a part-timer
CHUNK = 1 << 12  # members at a time: keeps the working set in the cache
BEST = 100.0  # percentile rank
TIE = 1e-6  # relative: values that only rounding to float32 in another unit sets apart are equal

type Slots = np.ndarray[tuple[int], np.dtype[np.intp]]
type Days = np.ndarray[tuple[int], np.dtype[np.int16]]  # (M,) how many days
type Latest = dict[str, tuple[date, Row]]  # by metric: the day asked for last, as earlier days are rarely asked again


@dataclass(frozen=True, slots=True)
class MetricValues:
    """Smoothed values and ranks as `rule` defines them; NaN for members who do not play or have worked too little.

    Days on too few contacts are left out, as if they had not been worked; so are, on speed, those of `flagged` members,
    whose speed a person looks at first: (M,).
    """

    history: History
    population: Population
    rule: TierRule
    flagged: Flags | None = None
    _smoothed: dict[str, tuple[date, Row, Days]] = field(default_factory=dict)  # of everybody, and days worked
    _values: Latest = field(default_factory=dict)
    _ranks: Latest = field(default_factory=dict)
    _needed: dict[str, ContactsNeeded] = field(default_factory=dict)  # by metric

    def among(self, active: Flags) -> Self:
        """Return the same days among these members alone: nobody else is compared, or sets what others are asked."""
        return replace(self, population=replace(self.population, active=active), _values={}, _ranks={})

    def value(self, metric: Metric, day: date) -> Row:
        """Return the median of each member's last worked days up to `day`: (M,)."""
        if self._values.get(metric.key, (None,))[0] != day:
            (everybody, _), rest = self._smoothed_until(metric, day), ~self.counted(metric)
            self._values[metric.key] = day, np.where(rest, np.float32(np.nan), everybody)
        return self._values[metric.key][1]

    def rank(self, metric: Metric, day: date) -> Row:
        """Return the percentile rank of that value among peers, 100 is the best: (M,).

        Nobody can do better than the best possible value, so it ranks 100 however many share it.
        """
        if self._ranks.get(metric.key, (None,))[0] != day:
            value = self.value(metric, day)
            ranks = rank_among(value, self.population.groups, direction=metric.direction, rule=self.rule)
            ranks[(value == np.float32(best_possible(metric))) & ~np.isnan(ranks)] = BEST
            self._ranks[metric.key] = day, ranks
        return self._ranks[metric.key][1]

    def days(self, metric: Metric, day: date) -> Values:
        """Return the days of the window up to `day` that count: (D, M)."""
        return self._days(metric).until(day, window=self.rule.window_days)

    def counted(self, metric: Metric) -> Flags:
        """Return who plays, and whose values on the metric do not wait for a person's look: (M,)."""
        held = self._held(metric)
        return self.population.active if held is None else self.population.active & ~held

    def recent_days(self, metric: Metric, day: date, slots: Slots) -> Values:
        """Return the last worked days of some members, as many as their value is the median of: (D, N), else NaN."""
        days = self._days(metric).of(slots, day, window=self.rule.window_days)
        worked_since = np.cumsum(~np.isnan(days[::-1]), axis=0, dtype=np.uint8)[::-1]
        days[worked_since > self.rule.smoothing_days] = np.nan
        return days

    def worked(self, metric: Metric, day: date) -> Flags:
        """Return whose day counts for their tier: (M,)."""
        worked: Flags = ~np.isnan(self._days(metric).until(day, window=1)[0]) & self.population.active
        return worked if (held := self._held(metric)) is None else worked & ~held

    def returned(self, metric: Metric, day: date) -> Flags:
        """Return who worked on the day, and on no other day of the window that ends with it: (M,)."""
        returned = self.worked(metric, day)
        if min(KNOWN_AFTER_DAYS, self.rule.smoothing_days) > 1:
            returned = returned & np.isnan(self.value(metric, day))  # hardly anybody: a value takes more days than one
        slots = np.flatnonzero(returned)
        returned[slots[self._marks(metric, day, slots).sum(axis=0) > 1]] = False
        return returned

    def days_a_week(self, metric: Metric, day: date) -> Row:
        """Return on how many days a week each member works, as far as these count: (M,). See `weekly_days`."""
        _, worked = self._smoothed_until(metric, day)
        full = FULL_WEEK * (self.rule.window_days // 7)
        slots = np.flatnonzero((worked >= LEAST_DAYS) & (worked < full))  # hardly anybody
        a_week = np.full(len(worked), 7, dtype=np.float32)
        a_week[slots] = weekly_days(self._marks(metric, day, slots))
        return a_week

    def _held(self, metric: Metric) -> Flags | None:
        """Return whose values on the metric wait for a person's look: (M,)."""
        return self.flagged if metric.speed else None

    def _smoothed_until(self, metric: Metric, day: date) -> tuple[Row, Days]:
        if metric.key not in self._smoothed or self._smoothed[metric.key][0] != day:
            days = self.rule.smoothing_days
            window = self._days(metric).until_in_parts(day, window=self.rule.window_days, size=CHUNK)
            value, worked = smoothed_and_worked(window, days=days, at_least=min(LEAST_DAYS, days))
            few = np.flatnonzero((worked < min(KNOWN_AFTER_DAYS, days)) & ~np.isnan(value))
            marks = self._marks(metric, day, few)
            lately = len(marks) - marks.argmax(axis=0) <= 2 * 7  # the first of them
            value[few[~lately | (weekly_days(marks) >= FULL_WEEK)]] = np.nan
            self._smoothed[metric.key] = day, value, worked
        _, value, worked = self._smoothed[metric.key]
        return value, worked

    def _marks(self, metric: Metric, day: date, slots: Slots) -> Marks:
        """Return on which days of the window each of these members worked: (D, slots)."""
        marks: Marks = ~np.isnan(self._days(metric).of(slots, day, window=self.rule.window_days))
        return marks

    def _days(self, metric: Metric) -> ContactsNeeded:
        if metric.key not in self._needed:
            self._needed[metric.key] = ContactsNeeded(self.history, metric, self.population.groups.index, self.rule)
        return self._needed[metric.key]


def smoothed(values: Values, *, days: int, at_least: int = 1) -> Row:
    """Return the median of each member's last `days` worked days, NaN with fewer than `at_least`: (D, M) -> (M,)."""
    parts = (values[:, start : start + CHUNK] for start in range(0, values.shape[1], CHUNK))
    return smoothed_and_worked(parts, days=days, at_least=at_least)[0]


def smoothed_and_worked(parts: Iterable[Values], *, days: int, at_least: int) -> tuple[Row, Days]:
    """Return that median, and how many days each member worked, of one part of the members after the other."""
    medians, worked = [np.zeros(0, dtype=np.float32)], [np.zeros(0, dtype=np.int16)]
    for values in parts:
        of_part = _median_of_last(values, days, at_least)
        medians.append(of_part[0])
        worked.append(of_part[1])
    return np.concatenate(medians), np.concatenate(worked)


def weekly_days(worked: Marks) -> Row:
    """Return the mean of days worked in the whole weeks since the first day worked: (D, M) -> (M,).

    Weeks without a day are left out, as somebody was away; 7 where no week is over.
    """
    since_first = np.arange(len(worked))[:, None] - worked.argmax(axis=0)
    over = (since_first[-1] + 1) // 7
    weeks = range(max(len(worked) // 7, 1))
    by_week = np.array([(worked & (since_first // 7 == week)).sum(axis=0) * (week < over) for week in weeks])
    days, counted = by_week.sum(axis=0), (by_week > 0).sum(axis=0)
    return np.where(counted > 0, days / np.maximum(counted, 1), 7).astype(np.float32)


def rank_among(values: Row, groups: PeerGroups, *, direction: Direction, rule: TierRule) -> Row:
    """Return the percentile rank of performance among peers, 0 to 100; ties share the middle of their ranks.

    So a value that everybody has is the 50th percentile, and no tie can lift a whole program to the top. Who is
    compared with two populations has the mean of both ranks; who is compared with nobody has none.
    """
    performance = -values if direction == "lower" else values
    ranks, compared = np.zeros(values.shape, dtype=np.float32), np.zeros(values.shape, dtype=np.bool)
    for peers in groups.comparisons(~np.isnan(values), rule):
        theirs = performance[peers.slots]
        best_last = np.argsort(theirs)
        among_them = np.empty(len(theirs))
        among_them[best_last] = _mid_ranks(theirs[best_last], None if peers.weight is None else peers.weight[best_last])
        ranks[peers.slots] += peers.share * among_them
        compared[peers.slots] = True
    ranks[~compared] = np.nan
    return ranks


def in_large_group(values: Row, peers: GroupIndex, rule: TierRule) -> Flags:
    """Return which members' peer group is large enough to stand alone: (M,)."""
    if not len(peers):
        return np.zeros(0, dtype=np.bool)
    sizes = np.bincount(peers[~np.isnan(values)], minlength=int(peers.max()) + 1)
    return (sizes >= rule.min_peers)[peers]


def _mid_ranks(ordered: Row, weight: Row | None) -> Points:
    """Return the rank of each of these values among them. `weight`: how much each counts; None: all the same."""
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))  # many values are equal
    distinct, ends = ordered[first], np.append(first, len(ordered))
    slack = np.abs(distinct) * TIE
    below = ends[np.searchsorted(distinct, distinct - slack, side="left")]
    up_to = ends[np.searchsorted(distinct, distinct + slack, side="right")]
    if weight is None:
        ranks = (below + up_to) * (50.0 / len(ordered))
    else:
        counted = np.concatenate([[0.0], np.cumsum(weight, dtype=np.float64)])
        ranks = (counted[below] + counted[up_to]) * (50.0 / counted[-1])
    return np.asarray(np.repeat(ranks, np.diff(ends)))


def _median_of_last(values: Values, days: int, at_least: int) -> tuple[Row, Days]:
    """Return the median of each member's last worked days, and how many there are in all.

    A member is a row, because rows sort several times as fast.
    """
    if not len(values):
        return np.full(values.shape[1], np.nan, dtype=np.float32), np.zeros(values.shape[1], dtype=np.int16)
    worked, recent = ~np.isnan(values), values.copy()
    count = worked[-days:].sum(axis=0, dtype=np.int16)  # none of these days is beyond the last `days`
    for day in range(len(values) - days - 1, -1, -1):
        np.copyto(recent[day], np.float32(np.nan), where=count >= days)
        count += worked[day]
    rows, all_worked = np.ascontiguousarray(recent.T), count  # (M, D), (M,)
    count = np.minimum(count, days)
    rows.sort(axis=1)  # NaN to the end
    member = np.arange(len(count))
    low = rows[member, (np.maximum(count, 1) - 1) // 2].astype(np.float64)
    high = rows[member, np.minimum(count // 2, days - 1)]
    return np.where(count >= max(at_least, 1), (low + high) / 2, np.nan).astype(np.float32), all_worked
