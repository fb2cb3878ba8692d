"""What has to be read tonight: which series of the source goes into which column, and of which days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from ladder.domain.challenges.plausibility import CONTACTS, SECONDS, Plausible, of_metric
from ladder.domain.programs.program import Metric, Program
from rotation.unsettled import Unsettled

WHOLE = 1.0  # contacts and seconds are whole numbers


@dataclass(frozen=True, slots=True)
class Feed:
    """`step`: values are kept ten times as fine; finer digits say nothing and double what a day weighs."""

    series: str  # as the source calls it
    column: str  # as the history calls it
    step: float
    plausible: Plausible
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


def periods(found: Unsettled) -> list[Period]:
    """The trailing window; and before it, where nights did not run for long, the open dates that it does not reach."""
    recent, window_days = feeds(found.versions, found.metrics, found.tonight), found.versions[0].tier_rule.window_days
    missed = timedelta(days=min(found.missed_nights, window_days))  # a night that failed may have left days half done
    first = min((feed.first for feed in recent), default=found.tonight) - missed
    window = Period(first, found.tonight - timedelta(days=1), tuple(recent))
    return [*_before(found, recent, window_days), window]


def feeds(versions: Sequence[Program], metrics: Sequence[Metric], tonight: date) -> list[Feed]:
    """Every metric of any version in play, and the contacts by which the newest makes them comparable."""
    back, yesterday = timedelta(days=versions[0].tier_rule.window_days - 1), tonight - timedelta(days=1)
    found = []
    for metric in metrics:
        last, can_be = metric.known_until(tonight), of_metric(metric, versions[0].metric_files)
        found.append(Feed(metric.key, metric.measured, metric.step, can_be, last - back, last))
    for kind in versions[0].contact_types:
        found.append(Feed(kind.contacts, kind.contacts, WHOLE, CONTACTS, yesterday - back, yesterday))
        if kind.seconds:
            found.append(Feed(kind.seconds, kind.seconds, WHOLE, SECONDS, yesterday - back, yesterday))
    return found


def _before(found: Unsettled, recent: Sequence[Feed], window_days: int) -> list[Period]:
    day = timedelta(days=1)
    cut = [replace(feed, first=found.first, last=min(found.last, feed.first - day)) for feed in recent]
    older = tuple(feed for feed in cut if feed.first <= feed.last)
    window = (window_days - 1) * day  # by which the first of them is compared
    return [Period(found.first - window, max(feed.last for feed in older), older)] if older else []
