"""Compare handle times fairly by case mix: a member with harder contacts does not count as slower.

Indirect standardisation: value at usual mix = usual * measured / expected from the own mix. The expected time is the
mean of the peers' times per contact type, weighted by the own contacts; the usual one is the mean over all contacts.

Where the source gives no times per type they are estimated from the agent-days: by weighted least squares *within*
agents (each one's days against their own mean), so that a slow specialist is not taken for a hard contact. The estimate
is pulled towards the mean of all contacts as by `PRIOR_CONTACTS` contacts of that length, so that a type that hardly
occurs stays plausible. Axes: T contact types, D days, M members.
"""

import numpy as np

from ladder.domain.challenges.history import DayColumn, Flags, History, Values
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.rules import ChallengeRules, Metric

PRIOR_CONTACTS = 20.0
MAX_RATIO = 4.0  # a type takes at most this many times the usual time, and at least that part of it

type Days = dict[int, dict[str, DayColumn]]  # row of the history -> column -> values
type Contacts = np.ndarray[tuple[int, int, int], np.dtype[np.float32]]  # (T, D, M)
type Cube = np.ndarray[tuple[int, int, int], np.dtype[np.float64]]  # (X, D, M)
type Grid = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (D, M)
type Times = np.ndarray[tuple[int], np.dtype[np.float64]]  # (T,) seconds a contact


def mix_adjusted(
    measured: Values, contacts: Contacts, groups: PeerGroups, *, min_peers: int, seconds: Contacts | None = None
) -> Values:
    """Return every value as it would be at the usual mix: (D, M). NaN without a value, or without a contact counted.

    `seconds`: handle seconds by type, where the source has them. Peers are those of the member's group where at least
    `min_peers` of them have worked in these days, else everybody.
    """
    everybody = np.ones(measured.shape[1], dtype=np.bool)
    adjusted = _standardised(measured, contacts, seconds, everybody)
    for group in np.unique(groups.index):
        members = groups.index == group
        if (~np.isnan(measured[:, members]).all(axis=0)).sum() >= min_peers:
            adjusted[:, members] = _standardised(measured, contacts, seconds, members)
    return adjusted


def times_by_type(measured: Values, contacts: Contacts, seconds: Contacts | None = None) -> Times:
    """Return the mean time of a contact of each type, (T,), among these members, measured or estimated."""
    usual = usual_time(measured, contacts)
    if seconds is None:
        times = _estimated(measured, contacts, usual)
    else:
        counted = np.nansum(contacts, axis=(1, 2), dtype=np.float64)
        spent = np.nansum(seconds, axis=(1, 2), dtype=np.float64)
        times = (spent + PRIOR_CONTACTS * usual) / (counted + PRIOR_CONTACTS)
    return np.clip(times, usual / MAX_RATIO, usual * MAX_RATIO)


def usual_time(measured: Values, contacts: Contacts) -> float:
    """Return the mean time over all contacts."""
    weight = _weight(measured, contacts)
    return float(np.nansum(measured * weight) / weight.sum()) if weight.sum() else np.nan


def _standardised(measured: Values, contacts: Contacts, seconds: Contacts | None, peers: Flags) -> Values:
    """Return (D, peers): `peers` selects members, who are compared with each other."""
    mine, counted = measured[:, peers], np.nan_to_num(contacts[:, :, peers])
    theirs = None if seconds is None else np.nan_to_num(seconds[:, :, peers])
    usual, total = usual_time(mine, counted), counted.sum(axis=0)
    times = times_by_type(mine, counted, theirs).astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.tensordot(times, counted, axes=1) / total
        standardised: Values = np.where(total > 0, mine * (usual / expected), np.nan).astype(np.float32)
    return standardised


def _estimated(measured: Values, contacts: Contacts, usual: float) -> Times:
    """Regress the time on the shares within agents, each day weighted by its contacts (normal equations)."""
    types = contacts.shape[0]
    weight = _weight(measured, contacts).astype(np.float64)
    shares = np.nan_to_num(contacts / np.maximum(contacts.sum(axis=0), 1)).astype(np.float64)
    mix = (shares * weight).sum(axis=(1, 2)) / max(weight.sum(), 1)
    apart = _within(shares, weight)
    time = _within(np.nan_to_num(measured.astype(np.float64))[None], weight)[0]
    grams = np.einsum("sdm,tdm,dm->st", apart, apart, weight) + PRIOR_CONTACTS * np.eye(types)
    slope = np.linalg.solve(grams, np.einsum("tdm,dm,dm->t", apart, time, weight))
    return usual + slope - slope @ mix


def _within(values: Cube, weight: Grid) -> Cube:
    """Subtract each member's weighted mean over the days: (X, D, M)."""
    total = np.maximum(weight.sum(axis=0), 1e-9)
    within: Cube = values - (values * weight).sum(axis=1, keepdims=True) / total
    return within


def _weight(measured: Values, contacts: Contacts) -> Values:
    """Return the contacts that a value rests on; none where there is no value."""
    weight: Values = np.where(np.isnan(measured), 0, np.nan_to_num(contacts).sum(axis=0)).astype(np.float32)
    return weight


def adjusted_days(history: History, rules: ChallengeRules, groups: PeerGroups, changed: set[int]) -> Days:
    """Return the comparable columns of the rows that have `changed`, or in which a comparable value is missing.

    `history` holds the measured values and the contacts, new ones included. Each row is compared by the window of
    days that ends with the history, so that back-filled days rest on as much as later ones; older rows by the window
    that they lie in.
    """
    days, adjusted = rules.tier_rule.window_days, dict[int, dict[str, DayColumn]]()
    for metric in rules.metrics:
        if not (metric.normalise_by and rules.contact_types):
            continue
        measured, known = history.columns[metric.measured], history.columns[metric.key].values
        missing = np.isnan(known) & ~np.isnan(measured.values)
        due = changed | set(np.flatnonzero(missing.any(axis=1)).tolist())
        for end in range(history.days, 0, -days):
            rows = sorted(due & set(range(max(0, end - days), end)))
            if not rows:
                continue
            window = slice(max(0, end - days), max(end, min(days, history.days)))  # the oldest is as long as the others
            values = _at_usual_mix(history, rules, groups, metric, window)
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


def _at_usual_mix(history: History, rules: ChallengeRules, groups: PeerGroups, metric: Metric, window: slice) -> Values:
    def series(names: list[str]) -> Contacts:
        return np.stack([history.columns[name].values[window] for name in names])

    seconds = [kind.seconds for kind in rules.contact_types if kind.seconds]
    values = mix_adjusted(
        history.columns[metric.measured].values[window],
        series([kind.contacts for kind in rules.contact_types]),
        groups,
        min_peers=rules.tier_rule.min_peers,
        seconds=series(seconds) if len(seconds) == len(rules.contact_types) else None,
    )
    return np.round(values / metric.step, 1).astype(np.float32) * np.float32(metric.step)
