"""What one agent's figure of one day can be. What cannot is refused, whichever source tells it. Axes: R readings.

By default a percentage lies between 0 and 100, and times and counts begin at 0. An agent spends at most 24 hours of a
day on contacts: the mean time of one, times how many there were. A metric's own `range` replaces the bounds of its
value; for a time that is not spent on contacts (until a case is solved) it also replaces the 24 hours.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ladder.domain.challenges.rules import Metric, MetricFiles

if TYPE_CHECKING:  # needs no numpy itself
    import numpy as np

    type Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
    type Mask = np.ndarray[tuple[int], np.dtype[np.bool]]  # (R,)

SECONDS_OF: Mapping[str, float] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
}
PERCENT = frozenset({"%", "percent", "per cent"})
DAY_SECONDS = 86_400.0
MOST_CONTACTS = 86_400.0  # of an agent in a day: one a second
MAX_VALUE = 1e9  # of a figure that has no bounds of its own; float32 holds its squares
SLACK = 1e-6  # relative: a source that rounds is not refused for it


@dataclass(frozen=True, slots=True)
class PlausibleRange:
    """`spent`: seconds of one unit, where the value is time that an agent spends on each contact; else 0."""

    unit: str
    least: float
    most: float
    spent: float = 0.0

    def refuses(self, values: "Numbers", counts: "Numbers") -> "Mask":
        """A value of NaN is no reading, and a count of NaN says nothing: neither is refused."""
        slack = SLACK * max(abs(self.least), abs(self.most))
        beyond: Mask = (values < self.least - slack) | (values > self.most + slack)
        uncountable: Mask = (counts < 0) | (counts > MOST_CONTACTS)
        too_long: Mask = values.clip(0, MAX_VALUE) * counts.clip(1, MOST_CONTACTS) * self.spent > DAY_SECONDS * (
            1 + SLACK
        )
        return beyond | uncountable | too_long

    def why(self, value: float, count: float) -> str:
        """Of a reading that is refused."""
        if count < 0 or count > MOST_CONTACTS:
            return f"{_shown(count)} contacts in one day cannot be"
        spent = value * max(count, 1) * self.spent
        if DAY_SECONDS < spent < math.inf:
            return f"{_shown(spent)} s of contacts in one day cannot be"
        return f"{_shown(value)} {self.unit} cannot be: it is not between {_shown(self.least)} and {_shown(self.most)}"


CONTACTS = PlausibleRange("contacts", 0.0, MOST_CONTACTS)
SECONDS = PlausibleRange("s", 0.0, DAY_SECONDS)  # of contacts of one type


def plausible_range(metric: Metric, files: MetricFiles | None) -> PlausibleRange:
    """`files`: how the metric is read, where it comes from files."""
    measure = files.measures.get(metric.key) if files else None
    least, most = metric.range or _usual(metric, share=bool(measure and measure.share))
    handling = metric.speed or metric.normalise_by is not None or metric.range is None
    return PlausibleRange(metric.unit, least, most, SECONDS_OF.get(metric.unit.casefold(), 0.0) if handling else 0.0)


def is_time(metric: Metric) -> bool:
    return metric.unit.casefold() in SECONDS_OF


def _usual(metric: Metric, *, share: bool) -> tuple[float, float]:
    if share or metric.unit.casefold() in PERCENT:
        return 0.0, 100.0
    if is_time(metric):
        return 0.0, DAY_SECONDS / SECONDS_OF[metric.unit.casefold()]
    signed = not (metric.speed or metric.normalise_by)  # a net promoter score may be below zero
    return -MAX_VALUE if signed else 0.0, MAX_VALUE


def _shown(number: float) -> str:
    """Exact as far as a person reads it: 400,000, and 1e+39."""
    return f"{number:,.12g}" if abs(number) < MAX_VALUE * 10 else f"{number:g}"
