"""Plausibility: which readings of one agent on one day are possible; others are refused, whatever their source.

By default a percentage lies between 0 and 100, and times and counts begin at 0. An agent spends at most 24 hours of a
day on contacts: the mean time of one, times how many there were. A metric's own `range` replaces the bounds of its
value; for a time that is not spent on contacts (until a case is solved) it also replaces the 24 hours. Axes: R
readings.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ladder.domain.challenges.metric_files import MetricFiles
from ladder.domain.challenges.rules import Metric
from ladder.domain.challenges.units import is_percent, seconds_of
from ladder.domain.message import Message

if TYPE_CHECKING:  # needs no numpy itself
    import numpy as np

    type Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]  # (R,)
    type Mask = np.ndarray[tuple[int], np.dtype[np.bool]]  # (R,)

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
        """Return which readings are not possible. A value of NaN is no reading, a count of NaN says nothing: neither is
        refused.
        """
        slack = SLACK * max(abs(self.least), abs(self.most))
        beyond: Mask = (values < self.least - slack) | (values > self.most + slack)
        uncountable: Mask = (counts < 0) | (counts > MOST_CONTACTS)
        too_long: Mask = values.clip(0, MAX_VALUE) * counts.clip(1, MOST_CONTACTS) * self.spent > DAY_SECONDS * (
            1 + SLACK
        )
        return beyond | uncountable | too_long

    def why(self, value: float, count: float) -> Message:
        """Return why a reading is refused."""
        if count < 0 or count > MOST_CONTACTS:
            return Message("rotation.impossible_contacts", {"contacts": _exact(count)})
        spent = value * max(count, 1) * self.spent
        if DAY_SECONDS < spent < math.inf:
            return Message("rotation.impossible_seconds", {"seconds": _exact(spent)})
        bounds = {"least": _exact(self.least), "most": _exact(self.most)}
        return Message("rotation.impossible_value", {"value": _exact(value), "unit": self.unit, **bounds})


CONTACTS = PlausibleRange("contacts", 0.0, MOST_CONTACTS)
SECONDS = PlausibleRange("s", 0.0, DAY_SECONDS)  # of contacts of one type


def plausible_range(metric: Metric, files: MetricFiles | None) -> PlausibleRange:
    """Return what a metric's readings can be. `files`: how it is read, where it comes from files."""
    measure = files.measures.get(metric.key) if files else None
    is_share = measure is not None and (measure.statistic == "share" or measure.format in {"percent", "fraction"})
    signed = not (metric.speed or metric.normalise_by)  # a net promoter score may be below zero
    seconds = seconds_of(metric.unit)
    if metric.range:
        least, most = metric.range
    elif is_share or is_percent(metric.unit):
        least, most = 0.0, 100.0
    elif seconds:
        least, most = 0.0, DAY_SECONDS / seconds
    else:
        least, most = -MAX_VALUE if signed else 0.0, MAX_VALUE
    handling = metric.speed or metric.normalise_by is not None or metric.range is None
    return PlausibleRange(metric.unit, least, most, seconds if handling else 0.0)


def best_possible(metric: Metric) -> float:
    """Return the best value that a metric can have: 0 % of what should not happen, 100 % of what should."""
    possible = plausible_range(metric, None)
    return possible.least if metric.direction == "lower" else possible.most


def _exact(number: float) -> float | str:
    """Return the number, as far as a person reads it: 400,000; a huge one as text, 1e+39."""
    return float(f"{number:.12g}") if abs(number) < MAX_VALUE * 10 else f"{number:g}"
