"""Compare handle times fairly by case mix: a member with harder contacts does not count as slower.

Indirect standardisation: value at usual mix = measured * usual / expected from the own mix. The expected time is the
mean of the peers' times per contact type, weighted by the own contacts; the usual one weighs them by all contacts.

Where the source gives no times per type they are estimated from the agent-days: by regression *within* agents (each
one's days against their own mean), so that a slow specialist is not taken for a hard contact. Where
metric files give queues or parts of the day, too, `usual_load` compares by these and by the types together.
Axes: T contact types, D days, M members.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ladder.domain.challenges.history import DayColumn, History, Values
from ladder.domain.challenges.metric_files import in_condition
from ladder.domain.challenges.peers import PeerGroups, Slots, among_peers
from ladder.domain.challenges.pseudo_random import drawn
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.challenges.units import is_rate, seconds_of
from ladder.domain.challenges.usual_load import LoadDays, load_adjusted
from ladder.domain.challenges.within_agents import (
    MAX_RATIO,
    PRIOR_CONTACTS,
    Cube,
    estimate_effects,
    weighted_median,
)

MOST_CONTACTS = 4.0  # a day weighs at most as much as this many usual ones
ONE_CONTACT = 7.0  # how far the time of a day of n contacts of a type may be from the usual: 1 + this / sqrt(n) times
SAMPLED = 1 << 14  # members on whom the times of types rest; of more, so many are drawn

type Days = dict[int, dict[str, DayColumn]]  # row of the history -> column -> values
type Contacts = np.ndarray[tuple[int, int, int], np.dtype[np.float32]]  # (T, D, M)
type Times = np.ndarray[tuple[int], np.dtype[np.float64]]  # (T,) relative to the usual time


def mix_adjusted(
    measured: Values, contacts: Contacts, groups: PeerGroups, *, min_peers: int, seconds: Contacts | None = None
) -> Values:
    """Return every value as it would be at the usual mix: (D, M). NaN without a value, or without a contact counted.

    `seconds`: handle seconds by type, where the source has them. `min_peers`: see `among_peers`.
    """
    return among_peers(measured, groups, min_peers, lambda peers: _standardised(measured, contacts, seconds, peers))


def times_by_type(measured: Values, contacts: Contacts, seconds: Contacts | None = None) -> Times:
    """Return how long a contact of each type takes, in times of the usual contact: (T,), measured or estimated."""
    asked = drawn(measured.shape[1], SAMPLED)
    counted = np.nan_to_num(contacts[..., asked]).astype(np.float64)
    time = measured[:, asked].astype(np.float64)
    total = counted.sum(axis=0)
    known = ~np.isnan(time) & (total > 0)
    if not known.any():
        return np.ones(len(contacts))
    most = MOST_CONTACTS * np.median(total[known])
    weight = np.where(known, np.minimum(total, most), 0.0)
    share = np.where(known, counted / np.maximum(total, 1e-9), 0.0)
    if seconds is None:
        effects = estimate_effects(time, share, weight)  # from how an agent's days differ
        times = effects.usual + effects.slope - effects.slope @ effects.mix
    else:
        times = _counted(np.nan_to_num(seconds[..., asked]).astype(np.float64), counted, share * weight)
    usual = times @ (share * weight).sum(axis=(1, 2)) / weight.sum()
    relative: Times = np.clip(times / usual, 1 / MAX_RATIO, MAX_RATIO)
    return relative


def _standardised(measured: Values, contacts: Contacts, seconds: Contacts | None, peers: Slots) -> Values:
    """Return the values of `peers`, who are compared with each other: (D, peers)."""
    mine, counted = measured[:, peers], np.nan_to_num(contacts[:, :, peers])
    total = counted.sum(axis=0)
    times = times_by_type(mine, counted, None if seconds is None else seconds[:, :, peers])
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.tensordot(times.astype(np.float32), counted, axes=1) / total
        standardised: Values = np.where(total > 0, mine / expected, np.nan).astype(np.float32)
    return standardised


def _counted(seconds: Cube, counted: Cube, weight: Cube) -> Times:
    """Return the mean time by type, from the seconds of each type; far from the usual one they are cut."""
    times = np.empty(len(seconds))
    rate = np.divide(seconds, counted, out=np.full_like(seconds, np.nan), where=counted > 0)
    usual = weighted_median(rate, weight)
    for kind, of_type in enumerate(rate):
        theirs = weighted_median(of_type, weight[kind]) if (weight[kind] > 0).any() else usual
        most = 1 + ONE_CONTACT / np.sqrt(np.maximum(counted[kind], 1))
        cut = np.clip(np.nan_to_num(of_type, nan=usual), theirs / most, theirs * most)
        times[kind] = ((cut * weight[kind]).sum() + PRIOR_CONTACTS * usual) / (weight[kind].sum() + PRIOR_CONTACTS)
    return times


def adjusted_days(history: History, rules: ChallengeRules, groups: PeerGroups, changed: set[int]) -> Days:
    """Return the comparable columns of the rows that have `changed`, or in which a comparable value is missing.

    `history` holds the measured values and the contacts, new ones included. Each row is compared by the window of
    days that ends with the history, so that back-filled days rest on as much as later ones; older rows by the window
    that they lie in. Record the rows from the last one back: what is learnt of the load lies before them.
    """
    days, adjusted = rules.tier_rule.window_days, dict[int, dict[str, DayColumn]]()
    for metric in rules.metrics:
        if not rules.is_compared(metric):
            continue
        measured, known = history.columns[metric.measured], history.columns[metric.key].values
        missing = np.isnan(known) & ~np.isnan(measured.values)
        due = changed | set(np.flatnonzero(missing.any(axis=1)).tolist())
        for end in range(history.days, 0, -days):
            rows = sorted(due & set(range(max(0, end - days), end)))
            if not rows:
                continue
            window = slice(max(0, end - days), max(end, min(days, history.days)))  # the oldest is as long as the others
            values = _comparable(history, rules, groups, metric, window=window, due=rows)
            for row in rows:
                comparable = values[row - window.start]
                if row in changed or (missing[row] & ~np.isnan(comparable)).any():
                    adjusted.setdefault(row, {})[metric.key] = DayColumn(comparable, measured.counts[row])
    return adjusted


def write_days(history: History, days: Days) -> History:
    """Write these days over what the history knew, and return it."""
    for row, columns in days.items():
        for column, day in columns.items():
            known = ~np.isnan(day.values)
            history.columns[column].values[row, known] = day.values[known]
            history.columns[column].counts[row, known] = day.counts[known]
    return history


def _comparable(
    history: History, rules: ChallengeRules, groups: PeerGroups, metric: Metric, *, window: slice, due: Sequence[int]
) -> Values:
    """Return the values of the window at the usual mix, and at the usual load where that is known: (D, M).

    `due`: the rows that are wanted.
    """

    measured, types = history.columns[metric.measured], rules.contact_types

    def series(names: Iterable[str]) -> Contacts:
        values = [history.columns[name].values[window] for name in names]
        return np.array(values, dtype=np.float32).reshape(len(values), *measured.values[window].shape)

    rate = is_rate(metric.unit)  # contacts an hour: compared as the time of one

    def times(values: Values) -> Values:
        with np.errstate(divide="ignore"):
            return np.where(values > 0, 1 / values, np.nan).astype(np.float32) if rate else values

    least, timed = rules.tier_rule.min_peers, rate or seconds_of(metric.unit)
    if rules.load:
        conditions = rules.load.conditions
        columns = [history.columns[in_condition(metric.key, name)] for name in conditions]
        counts = np.stack([column.counts[window] for column in columns])
        names = [in_condition(kind.contacts, name) for kind in types for name in conditions]
        days = LoadDays(
            measured=times(measured.values[window]),
            total=measured.counts[window],
            times=np.stack([times(column.values[window]) for column in columns]),
            counts=counts,
            types=series(names).reshape(len(types), *counts.shape),
            mix=series(kind.contacts for kind in types),
            known=times(
                _of_earlier_nights(history.columns[metric.key].values[window], [row - window.start for row in due])
            ),
        )
        values = load_adjusted(days, rules.load, groups, min_peers=least)
    else:
        seconds = [kind.seconds for kind in types if kind.seconds and timed]
        values = mix_adjusted(
            times(measured.values[window]),
            series(kind.contacts for kind in types),
            groups,
            min_peers=least,
            seconds=series(seconds) if len(seconds) == len(types) else None,
        )
    values = times(values)
    return np.round(values / metric.step, 1).astype(np.float32) * np.float32(metric.step)


def _of_earlier_nights(values: Values, due: Sequence[int]) -> Values:
    """Return what is known of the rows before the first that is due, NaN in the others: (D, M).

    Rows are recorded from the last one back, so a night that is resumed knows the same. Where nothing is known before,
    the rows that are not due.
    """
    before = np.arange(len(values)) < due[0]
    if np.isnan(values[before]).all():
        before = ~np.isin(np.arange(len(values)), due)
    return np.where(before[:, None], values, np.float32(np.nan))
