"""The readings of a night: which series of the source goes into which column, of which days, and what is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import batched
from typing import Any

import numpy as np

from ladder.domain.calendar.schedule import ONE_DAY
from ladder.domain.challenges.history import History, Values
from ladder.domain.challenges.metric_files import in_condition
from ladder.domain.challenges.plausibility import CONTACTS, DAY_SECONDS, SECONDS, SLACK, PlausibleRange, plausible_range
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.challenges.units import seconds_of
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message, Parameter
from rotation.open_dates import OpenDates

WHOLE = 1.0  # contacts and seconds are whole numbers
BATCH = 10_000  # readings that are converted together
MAX_DESCRIBED = 20  # refusals that are described; all are counted


@dataclass(frozen=True, slots=True)
class Feed:
    """`step`: values are kept ten times as fine; finer digits say nothing and double what a day weighs."""

    series: str  # as the source calls it
    column: str  # as the history calls it
    step: float
    plausible: PlausibleRange
    first: date
    last: date  # the last day whose value is final tonight

    def rounded(self, values: Any) -> Any:
        """Return a number, or an array of them, as fine as it is kept."""
        return np.round(values / self.step, 1) * self.step


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are read and made comparable together; those that no feed reads are known from earlier nights."""

    first: date
    last: date
    feeds: tuple[Feed, ...]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def periods(dates: OpenDates) -> list[Period]:
    """Return the trailing window; and before it, where nights did not run for long, the open dates that it does not
    reach.
    """
    recent, window_days = feeds(dates), dates.versions[0].challenges.tier_rule.window_days
    missed = timedelta(days=min(dates.missed_nights, window_days))  # a night that failed may have left days half done
    first = min((feed.first for feed in recent), default=dates.tonight) - missed
    window = Period(first, dates.tonight - ONE_DAY, tuple(recent))
    cut = [replace(feed, first=dates.first, last=min(dates.last, feed.first - ONE_DAY)) for feed in recent]
    older = tuple(feed for feed in cut if feed.first <= feed.last)
    if not older:
        return [window]
    compared_from = dates.first - (window_days - 1) * ONE_DAY  # the oldest date is compared by a window, too
    return [Period(compared_from, max(feed.last for feed in older), older), window]


def feeds(dates: OpenDates) -> list[Feed]:
    """Return every metric of any version in play, and the contacts by which the newest makes them comparable.

    By the newest version, the contacts and times under each condition of the load are read, too.
    """
    newest, yesterday = dates.versions[0].challenges, dates.tonight - ONE_DAY
    back = timedelta(days=newest.tier_rule.window_days - 1)
    contacts = [
        Feed(series, series, WHOLE, possible, yesterday - back, yesterday)
        for kind in newest.contact_types
        for series, possible in ((kind.contacts, CONTACTS), (kind.seconds, SECONDS))
        if series
    ]
    under_load = {kind.contacts for kind in newest.contact_types}
    under_load |= {metric.key for metric in newest.metrics if newest.is_compared(metric)}
    values = [
        Feed(
            series=metric.key,
            column=metric.measured,
            step=metric.step,
            plausible=plausible_range(metric, newest.metric_files),
            first=metric.known_until(dates.tonight) - back,
            last=metric.known_until(dates.tonight),
        )
        for metric in dates.metrics
    ]
    by_condition = [
        replace(feed, series=in_condition(feed.series, name), column=in_condition(feed.series, name))
        for name in (newest.load.conditions if newest.load else ())
        for feed in (*values, *contacts)
        if feed.series in under_load
    ]
    return [*values, *contacts, *by_condition]


@dataclass(slots=True)
class UnusableReadings:
    """The readings that a night could not use. A cursor carries it, so it holds plain values, and slots, not names."""

    described: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # slot, refusal: the first few
    refused: dict[str, int] = field(default_factory=dict)  # series -> readings, all of them
    gone: list[str] = field(default_factory=list)  # series that can no longer be read

    def add(self, slot: int, day: date, series: str, why: Message) -> None:
        self.refused[series] = self.refused.get(series, 0) + 1
        if len(self.described) < MAX_DESCRIBED:
            about: dict[str, Parameter] = {"day": day.isoformat(), "series": series, "reason": why}
            self.described.append((slot, Message("rotation.reading_refused", about).to_dict()))

    @property
    def warnings(self) -> tuple[Message, ...]:
        return (
            *(
                Message("rotation.readings_refused", {"series": series, "readings": count})
                for series, count in self.refused.items()
            ),
            *(Message("rotation.series_gone", {"series": series}) for series in dict.fromkeys(self.gone)),
        )

    def by_user(self, roster: Roster) -> dict[str, tuple[Message, ...]]:
        users: dict[str, tuple[Message, ...]] = {}
        for slot, refusal in self.described:
            user = roster[slot].user
            users[user] = (*users.get(user, ()), Message.from_dict(refusal))
        return users


def fill(
    history: History, feed: Feed, readings: Iterable[Reading], slots: Mapping[str, int], left_out: UnusableReadings
) -> None:
    """Write the readings of the feed's days into the history; those that are not plausible into `left_out`."""
    column = history.columns[feed.column]
    for batch in batched(readings, BATCH, strict=False):
        mine = [reading for reading in batch if reading.user in slots and feed.first <= reading.day <= feed.last]
        values = np.array([reading.value for reading in mine], dtype=np.float64)
        counts = np.array([reading.count for reading in mine], dtype=np.float64)
        refused = feed.plausible.refuses(values, counts) | np.isnan(values)
        for wrong in (mine[index] for index in np.flatnonzero(refused).tolist()):
            why = feed.plausible.why(wrong.value, wrong.count)
            left_out.add(slots[wrong.user], wrong.day, feed.series, why)
        usable = np.flatnonzero(~refused)
        rows = np.array([(reading.day - history.first).days for reading in mine], dtype=np.int64)[usable]
        members = np.array([slots[reading.user] for reading in mine], dtype=np.int64)[usable]
        column.values[rows, members] = feed.rounded(values[usable])
        column.counts[rows, members] = np.nan_to_num(counts[usable])


def refuse_impossible_mixes(fresh: History, known: History, rules: ChallengeRules, left_out: UnusableReadings) -> None:
    """Take contacts of a type out of `fresh`, the longest first, where those of all types take more than 24 hours.

    Each may be possible by itself. They take as long as the measured mean says, or as their own seconds.
    """
    types = rules.contact_types
    if not types:
        return

    def newest(column: str) -> Values:
        read = fresh.columns[column].values
        return np.where(np.isnan(read), known.columns[column].values, read)

    means = [
        newest(metric.measured) * seconds_of(metric.unit)
        for metric in rules.metrics
        if metric.normalise_by and seconds_of(metric.unit)
    ]
    spent = np.array([newest(kind.seconds) if kind.seconds else np.zeros_like(newest(kind.contacts)) for kind in types])
    for mean in means:
        spent = np.fmax(spent, [newest(kind.contacts) * mean for kind in types])  # (T, D, M)
    spent = np.nan_to_num(spent)
    for row, slot in np.argwhere(spent.sum(axis=0, dtype=np.float64) > DAY_SECONDS * (1 + SLACK)).tolist():
        left = spent[:, row, slot].sum(dtype=np.float64)
        for index in np.argsort(-spent[:, row, slot]).tolist():
            kind, seconds = types[index], float(f"{left:.6g}")
            if left <= DAY_SECONDS * (1 + SLACK) or np.isnan(fresh.columns[kind.contacts].values[row, slot]):
                continue
            left -= spent[index, row, slot]
            parts = [in_condition(kind.contacts, name) for name in (rules.load.conditions if rules.load else ())]
            for column in filter(None, (kind.contacts, kind.seconds, *parts)):
                fresh.columns[column].values[row, slot] = np.nan
            why = Message("rotation.impossible_seconds", {"seconds": seconds})
            left_out.add(slot, fresh.first + timedelta(days=row), kind.contacts, why)
