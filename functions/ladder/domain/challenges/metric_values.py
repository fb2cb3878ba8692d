"""Smoothed metric values and ranks of everybody on a day, computed once for all who ask. Axes: M members."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ladder.domain.challenges.evidence import Evidence
from ladder.domain.challenges.history import Flags, History, Row
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.performance import rank_among, smoothed
from ladder.domain.challenges.rules import Metric, TierRule

KNOWN_AFTER_DAYS = 5  # a median of fewer worked days says too little

type Latest = dict[str, tuple[date, Row]]  # by metric: the day asked for last, as earlier days are rarely asked again


@dataclass(frozen=True, slots=True)
class MetricValues:
    """Smoothed values and ranks as `rule` defines them; NaN for members who have left or have worked too little.

    Days on too few contacts are left out, as if they had not been worked.
    """

    history: History
    population: Population
    rule: TierRule
    _values: Latest = field(default_factory=dict)
    _ranks: Latest = field(default_factory=dict)
    _days: dict[str, Evidence] = field(default_factory=dict)  # by metric

    def value(self, metric: Metric, day: date) -> Row:
        """Return the median of each member's last worked days up to `day`: (M,)."""
        if self._values.get(metric.key, (None,))[0] != day:
            window = self._evidence(metric).until(day, window=self.rule.window_days)
            days = self.rule.smoothing_days
            value = smoothed(window, days=days, at_least=min(KNOWN_AFTER_DAYS, days))
            value[~self.population.active] = np.nan
            self._values[metric.key] = day, value
        return self._values[metric.key][1]

    def rank(self, metric: Metric, day: date) -> Row:
        """Return the percentile rank of that value among peers, 100 is the best: (M,)."""
        if self._ranks.get(metric.key, (None,))[0] != day:
            value = self.value(metric, day)
            ranks = rank_among(value, self.population.groups.index, direction=metric.direction, rule=self.rule)
            self._ranks[metric.key] = day, ranks
        return self._ranks[metric.key][1]

    def worked(self, metric: Metric, day: date) -> Flags:
        worked: Flags = ~np.isnan(self._evidence(metric).until(day, window=1)[0])
        return worked

    def _evidence(self, metric: Metric) -> Evidence:
        if metric.key not in self._days:
            self._days[metric.key] = Evidence(self.history, metric, self.population.groups.index, self.rule)
        return self._days[metric.key]
