"""Contacts needed: which worked days rest on enough contacts to complete a challenge and to change a tier.

One short contact a day must not complete everything. So a day needs contacts in proportion to what peers handled that
day, or as many as the program file says. A day below that is as if it had not been worked: neither met nor missed.
Axes: D days, M members, G peer groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ladder.domain.challenges.completion import TooFewContacts
from ladder.domain.challenges.history import Flags, GroupIndex, History, Marks, Row, Values, nan_where
from ladder.domain.challenges.pseudo_random import drawn
from ladder.domain.challenges.rules import Metric, TierRule
from ladder.domain.challenges.units import is_percent

# The contacts that a day needs, as a share of a median:
SHARE_OF_PEERS = 0.25  # of those peers who worked that day: a shift of a quarter of the usual length is enough
SHARE_OF_USUAL_WITHOUT_PEERS = 0.1  # of the program's usual day, where too few peers worked: others' may be shorter
SHARE_OF_USUAL = 0.05  # of the program's usual day, whatever peers did: they cannot agree to handle one contact each
LEAST_IN_SHARE = 5  # known contacts of which a percentage is one; or half of the usual day's, where they are fewer
SAMPLED = 1 << 16  # members whose contacts make the medians; of a larger program, so many are drawn …
FEWEST_DRAWN = 100  # … and all of a peer group of which fewer than these would be
MAX_CONTACTS = (1 << 20) - 1  # contacts of a member on a day that are distinguished

type Whole = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,) or (G,) contacts
type Slots = np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class DayNeeds:
    """One day: the contacts that each member handled, and those that the day needs of them. (M,) each; zeros where the
    source counts none.
    """

    contacts: Row
    needs: Whole

    @property
    def enough(self) -> Flags:
        """Whether each member handled what the day needs: (M,). It says nothing of members who did not work."""
        enough: Flags = self.contacts >= self.needs
        return enough

    def few(self, slot: int) -> TooFewContacts:
        return TooFewContacts(round(float(self.contacts[slot])), int(self.needs[slot]))


@dataclass(frozen=True, slots=True)
class ContactsNeeded:
    """The contacts that the days of one metric need, and their values without the days on fewer.

    The usual number follows from the window that ends with the day asked for, so the same day has the same answer on
    any night.
    """

    history: History
    metric: Metric
    peers: GroupIndex
    rule: TierRule
    _days: "dict[int, _Day | None]" = field(default_factory=dict)  # by row
    _contacts: dict[int, Row | None] = field(default_factory=dict)
    _samples: list[tuple[Slots, Flags]] = field(default_factory=list)  # one, once it is drawn

    def on(self, day: date) -> DayNeeds:
        row = self.history.row(day)
        contacts = self._contacts_on(row)
        if contacts is None:
            return DayNeeds(np.zeros(len(self.peers), dtype=np.float32), np.zeros(len(self.peers), dtype=np.int64))
        return DayNeeds(contacts, self._needs(row, self._usual(row))[self.peers])

    def until(self, day: date, *, window: int) -> Values:
        """Return what History.until does, without the days on too few contacts."""
        return nan_where(self._few(day, window), self.history.until(day, window=window, metric=self.metric.key))

    def until_in_parts(self, day: date, *, window: int, size: int) -> Iterator[Values]:
        """Yield the same of so many members after the other, as all days take much memory: (D, up to `size`) each."""
        values, few = self.history.until(day, window=window, metric=self.metric.key), self._few(day, window)
        for start in range(0, len(self.peers), size):
            part = slice(start, start + size)
            yield nan_where(few[:, part], values[:, part])

    def too_few_for_a_share(self, day: date) -> bool:
        """Return whether a usual day up to `day` has fewer known contacts than a share needs."""
        usual = self._usual(self.history.row(day)) if is_percent(self.metric.unit) else 0.0
        return 0 < usual < LEAST_IN_SHARE

    def of(self, slots: Slots, day: date, *, window: int) -> Values:
        """Return what `until` does, of some members: (D, N)."""
        last = self.history.row(day)
        usual, peers = self._usual(last), self.peers[slots]
        values = self.history.until(day, window=window, metric=self.metric.key).take(slots, axis=1)
        for row in range(max(0, last + 1 - window), last + 1):
            if (contacts := self._contacts_on(row)) is not None:
                values[row - last - 1, contacts[slots] < self._needs(row, usual)[peers]] = np.nan
        return values

    def _few(self, day: date, window: int) -> Marks:
        """Return on which days members worked on too few contacts: (D, M). Days not worked may be among them."""
        last, few = self.history.row(day), np.zeros((window, len(self.peers)), dtype=np.bool)
        usual = self._usual(last)
        for row in range(max(0, last + 1 - window), last + 1):
            if (contacts := self._contacts_on(row)) is not None:
                needs, of_day = self._needs(row, usual), few[row - last - 1]
                np.less(contacts, float(needs.max()), out=of_day)
                slots = np.flatnonzero(of_day & (contacts >= float(needs.min())))  # enough for some groups
                of_day[slots] = contacts[slots] < needs[self.peers[slots]]
        return few

    def _needs(self, row: int, usual: float) -> Whole:
        """Return the contacts that a day needs, by peer group: (G,)."""
        day = None if self.metric.at_least else self._day(row)
        if day is None:
            return np.full(self._groups, self.metric.at_least or 1, dtype=np.int64)
        enough_peers = day.sizes >= self.rule.min_members
        by_peers = np.where(enough_peers, SHARE_OF_PEERS * day.medians, SHARE_OF_USUAL_WITHOUT_PEERS * usual)
        least = max(1, min(LEAST_IN_SHARE, usual / 2)) if is_percent(self.metric.unit) else 1
        needs: Whole = np.floor(np.maximum(np.maximum(by_peers, SHARE_OF_USUAL * usual), least)).astype(np.int64)
        return needs

    def _usual(self, row: int) -> float:
        """Return the median over the days of the window; days with hardly anybody count only if there are no others."""
        if self.metric.at_least:
            return 0.0
        rows = range(max(0, row + 1 - self.rule.window_days), row + 1)
        days = [day for day in map(self._day, rows) if day]
        full = [day.whole for day in days if day.sizes.sum() >= self.rule.min_members]
        return float(np.median(full or [day.whole for day in days] or [0]))

    def _day(self, row: int) -> "_Day | None":
        if row in self._days:
            return self._days[row]
        self._days[row] = None
        slots, for_all = self._sample()
        contacts = self._contacts_on(row)
        worked = ~np.isnan(self.history.columns[self.metric.key].values[row, slots])
        if contacts is None or not worked.any():
            return None
        mine = np.minimum(contacts[slots][worked], MAX_CONTACTS).astype(np.int32)
        group = self.peers[slots][worked].astype(np.int32)
        sizes = np.bincount(group, minlength=self._groups)
        ordered = np.sort(group * np.int32(MAX_CONTACTS + 1) + mine)  # one sort for all groups
        middle = np.cumsum(sizes) - 1 - sizes // 2  # an empty group has any index: it is left out
        medians = np.where(sizes > 0, ordered[middle] & MAX_CONTACTS, 0)
        whole = mine[for_all[worked]] if for_all[worked].any() else mine
        whole.sort()
        self._days[row] = _Day(sizes, medians, int(whole[(len(whole) - 1) // 2]))
        return self._days[row]

    def _sample(self) -> tuple[Slots, Flags]:
        """Return the members whose contacts make the medians of peer groups, and which of them make the program's."""
        if not self._samples:
            for_all = drawn(len(self.peers), SAMPLED)
            small = np.bincount(self.peers) * SAMPLED < FEWEST_DRAWN * len(self.peers)
            slots = np.flatnonzero(for_all | small[self.peers])
            self._samples.append((slots, for_all[slots]))
        return self._samples[0]

    def _contacts_on(self, row: int) -> Row | None:
        if row not in self._contacts:
            self._contacts[row] = contacts_on(self.history, self.metric.key, row)
        return self._contacts[row]

    @property
    def _groups(self) -> int:
        return int(self.peers.max(initial=0)) + 1


@dataclass(frozen=True, slots=True)
class _Day:
    """Members of the sample who worked: how many of each peer group, and their median contacts (the lower of two)."""

    sizes: Whole  # (G,)
    medians: Whole  # (G,), 0 where nobody worked
    whole: int  # of the whole program


def contacts_on(history: History, metric: str, row: int) -> Row | None:
    """Return the contacts that each member's value of a day rests on; None where the source counts none of anybody.

    A value without a count of its own rests on what the same member's other values of the day rest on, at most.
    """
    own, worked = history.columns[metric].counts[row], ~np.isnan(history.columns[metric].values[row])
    if not (worked & ~(own > 0)).any():
        return own if worked.any() else None
    others = np.nan_to_num(np.stack([column.counts[row] for column in history.columns.values()])).max(axis=0)
    contacts: Row = np.where(own > 0, own, others)
    return contacts if (worked & (contacts > 0)).any() else None
