"""Making tonight's new figures comparable: each normalised metric at the usual mix of contacts."""

from collections.abc import Iterator

import numpy as np

from ladder.domain.challenges.case_mix import Contacts, mix_adjusted
from ladder.domain.challenges.history import DayColumn, History, Row, Values
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.rules import ContactType, Metric
from ladder.domain.programs.program import Program

type Days = dict[int, dict[str, DayColumn]]  # row of the history -> column -> values


def adjusted_days(history: History, program: Program, groups: PeerGroups, changed: set[int]) -> Days:
    """The normalised columns of the rows that have `changed`, or in which a comparable value is missing.

    `history` holds the measured values and the contacts, new ones included. Each row is compared by the window of
    days that ends with the history, so that back-filled days rest on as much as later ones; older rows by the window
    that they lie in.
    """
    answer: Days = {}
    for metric in program.challenges.metrics:
        if metric.normalise_by and program.challenges.contact_types:
            for row, values in _normalised(history, program, groups, metric, changed):
                counts = history.columns[metric.measured].counts[row]
                answer.setdefault(row, {})[metric.key] = DayColumn(values, counts)
    return answer


def write_days(history: History, days: Days) -> History:
    """The same history with these days written over what it knew."""
    for row, columns in days.items():
        for column, day in columns.items():
            known = ~np.isnan(day.values)
            history.columns[column].values[row, known] = day.values[known]
            history.columns[column].counts[row, known] = day.counts[known]
    return history


def _normalised(
    history: History, program: Program, groups: PeerGroups, metric: Metric, changed: set[int]
) -> Iterator[tuple[int, Row]]:
    days = program.challenges.tier_rule.window_days
    measured, known = history.columns[metric.measured].values, history.columns[metric.key].values
    missing = np.isnan(known) & ~np.isnan(measured)
    due = changed | set(np.flatnonzero(missing.any(axis=1)).tolist())
    for end in range(history.days, 0, -days):
        rows = sorted(due & set(range(max(0, end - days), end)))
        if not rows:
            continue
        window = slice(max(0, end - days), max(end, min(days, history.days)))  # the oldest is as long as the others
        values = _at_usual_mix(history, program, groups, metric, window)
        for row in rows:
            comparable = values[row - window.start]
            if row in changed or (missing[row] & ~np.isnan(comparable)).any():
                yield row, comparable


def _at_usual_mix(history: History, program: Program, groups: PeerGroups, metric: Metric, window: slice) -> Values:
    values = mix_adjusted(
        history.columns[metric.measured].values[window],
        _contacts(history, [kind.contacts for kind in program.challenges.contact_types], window),
        groups,
        min_peers=program.challenges.tier_rule.min_peers,
        seconds=_seconds(history, program.challenges.contact_types, window),
    )
    return np.round(values / metric.step, 1).astype(np.float32) * np.float32(metric.step)


def _seconds(history: History, kinds: tuple[ContactType, ...], window: slice) -> Contacts | None:
    """Handle seconds by type, where the source has them for every type."""
    series = [kind.seconds for kind in kinds if kind.seconds]
    return _contacts(history, series, window) if len(series) == len(kinds) else None


def _contacts(history: History, series: list[str], window: slice) -> Contacts:
    return np.stack([history.columns[name].values[window] for name in series])
