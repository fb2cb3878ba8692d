"""Making tonight's new figures comparable: each normalised metric at the usual mix of contacts."""

import numpy as np

from ladder.domain.columns import Day, History, Values
from ladder.domain.mix import Contacts, at_usual_mix
from ladder.domain.peers import PeerGroups
from ladder.domain.program import ContactType, Metric, Program

type Days = dict[int, dict[str, Day]]  # row of the history -> column -> values


def comparable(history: History, program: Program, groups: PeerGroups, changed: set[int]) -> Days:
    """The normalised columns of the rows that have `changed`, or whose figures were never made comparable.

    `history` holds the measured values and the contacts, new ones included. Each row is compared by the window of
    days that ends tonight, so that back-filled days rest on as much as later ones.
    """
    answer: Days = {}
    for metric in program.metrics:
        if metric.normalise_by and program.contact_types:
            values = _normalised(history, program, groups, metric)
            for row in sorted(changed | _never_compared(history, metric, values)):
                counts = history.columns[metric.measured].counts[row]
                answer.setdefault(row, {})[metric.key] = Day(values[row], counts)
    return answer


def with_days(history: History, days: Days) -> History:
    """The same history with these days written over what it knew."""
    for row, columns in days.items():
        for column, day in columns.items():
            known = ~np.isnan(day.values)
            history.columns[column].values[row, known] = day.values[known]
            history.columns[column].counts[row, known] = day.counts[known]
    return history


def _normalised(history: History, program: Program, groups: PeerGroups, metric: Metric) -> Values:
    window = slice(max(0, history.days - program.tier_rule.window_days), history.days)
    measured = history.columns[metric.measured].values
    values = np.full_like(measured, np.nan)
    values[window] = at_usual_mix(
        measured[window],
        _contacts(history, [kind.contacts for kind in program.contact_types], window),
        groups,
        min_peers=program.tier_rule.min_peers,
        seconds=_seconds(history, program.contact_types, window),
    )
    return np.round(values / metric.step, 1).astype(np.float32) * np.float32(metric.step)


def _never_compared(history: History, metric: Metric, values: Values) -> set[int]:
    missing = np.isnan(history.columns[metric.key].values) & ~np.isnan(values)
    return set(np.flatnonzero(missing.any(axis=1)).tolist())


def _seconds(history: History, kinds: tuple[ContactType, ...], window: slice) -> Contacts | None:
    """Handle seconds by type, where the source has them for every type."""
    series = [kind.seconds for kind in kinds if kind.seconds]
    return _contacts(history, series, window) if len(series) == len(kinds) else None


def _contacts(history: History, series: list[str], window: slice) -> Contacts:
    return np.stack([history.columns[name].values[window] for name in series])
