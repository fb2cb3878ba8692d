"""Compare handle times fairly by case mix: a member with harder contacts does not count as slower.

Indirect standardisation: value at usual mix = measured * usual / expected from the own mix. The expected time is the
mean of the peers' times per contact type, weighted by the own contacts; the usual one weighs them by all contacts.

Where the source gives no times per type they are estimated from the agent-days: by regression *within* agents (each
one's days against their own mean), so that a slow specialist is not taken for a hard contact. The estimate is pulled
towards the mean of all contacts as by `PRIOR_CONTACTS` contacts of that length, so that a type that hardly occurs stays
plausible.

No single day decides. Before the fit, times and numbers of contacts far from the median are cut (winsorised); the fit
is Huber's (1964), by iteratively reweighted least squares, and weighs days of an unusual mix less (Mallows 1975).
Axes: T contact types, D days, M members.
"""

import numpy as np

from ladder.domain.challenges.history import DayColumn, Flags, History, Values
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.pseudo_random import drawn
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.challenges.units import is_rate, seconds_of

PRIOR_CONTACTS = 20.0
MAX_RATIO = 4.0  # a type takes at most this many times the usual time, and at least that part of it; so does a day
MOST_CONTACTS = 4.0  # a day weighs at most as much as this many usual ones
UNUSUAL_MIX = 16.0  # a mix this many times as far from the member's own as usual, by squares, weighs less
HUBER = 2.5  # residuals beyond this many standard deviations weigh less
ROUNDS = 50  # of reweighting, at most; or until the times change by less than …
SETTLED = 1e-7  # … of the usual one
NOISE = 1e-6
ONE_CONTACT = 7.0  # how far the time of a day of n contacts of a type may be from the usual: 1 + this / sqrt(n) times
SAMPLED = 1 << 14  # members on whom the times of types rest; of more, so many are drawn
NORMAL_MAD = 1.4826  # standard deviations of a normal in its median absolute deviation

type Days = dict[int, dict[str, DayColumn]]  # row of the history -> column -> values
type Contacts = np.ndarray[tuple[int, int, int], np.dtype[np.float32]]  # (T, D, M)
type Cube = np.ndarray[tuple[int, int, int], np.dtype[np.float64]]  # (X, D, M)
type Grid = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (D, M)
type Times = np.ndarray[tuple[int], np.dtype[np.float64]]  # (T,) relative to the usual time


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
        times = _estimated(time, share, weight)
    else:
        times = _counted(np.nan_to_num(seconds[..., asked]).astype(np.float64), counted, share * weight)
    usual = times @ (share * weight).sum(axis=(1, 2)) / weight.sum()
    relative: Times = np.clip(times / usual, 1 / MAX_RATIO, MAX_RATIO)
    return relative


def _standardised(measured: Values, contacts: Contacts, seconds: Contacts | None, peers: Flags) -> Values:
    """Return (D, peers): `peers` selects members, who are compared with each other."""
    mine, counted = measured[:, peers], np.nan_to_num(contacts[:, :, peers])
    total = counted.sum(axis=0)
    times = times_by_type(mine, counted, None if seconds is None else seconds[:, :, peers])
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.tensordot(times.astype(np.float32), counted, axes=1) / total
        standardised: Values = np.where(total > 0, mine / expected, np.nan).astype(np.float32)
    return standardised


def _estimated(time: Grid, share: Cube, weight: Grid) -> Times:
    """Regress the time on the shares within agents, each day weighted by its contacts."""
    usual = _weighted_median(time, weight)
    time = np.clip(np.where(weight > 0, time, usual), usual / MAX_RATIO, usual * MAX_RATIO)
    distance = (_within(share, weight) ** 2).sum(axis=0)
    changing = (weight > 0) & (distance > NOISE)  # where days of one member differ at all
    unusual = UNUSUAL_MIX * np.median(distance[changing]) if changing.any() else NOISE
    weight = weight * unusual / np.maximum(distance, unusual)
    trust, slope = np.ones_like(weight), np.full(len(share), np.inf)
    for _ in range(ROUNDS):
        trusted = weight * trust
        apart, slower = _within(share, trusted), _within(time[None], trusted)[0]
        grams = np.einsum("sdm,tdm,dm->st", apart, apart, trusted) + PRIOR_CONTACTS * np.eye(len(share))
        before, slope = slope, np.linalg.solve(grams, np.einsum("tdm,dm,dm->t", apart, slower, trusted))
        residual = np.abs(slower - np.tensordot(slope, apart, axes=1)) * np.sqrt(weight)
        bound = max(HUBER * NORMAL_MAD * float(np.median(residual[weight > 0])), NOISE * usual)
        trust = bound / np.maximum(residual, bound)
        if np.abs(slope - before).max() < SETTLED * usual:
            break
    trusted = weight * trust
    mix = (share * trusted).sum(axis=(1, 2)) / trusted.sum()
    return (time * trusted).sum() / trusted.sum() + slope - slope @ mix


def _counted(seconds: Cube, counted: Cube, weight: Cube) -> Times:
    """Return the mean time by type, from the seconds of each type; far from the usual one they are cut."""
    times = np.empty(len(seconds))
    rate = np.divide(seconds, counted, out=np.full_like(seconds, np.nan), where=counted > 0)
    usual = _weighted_median(rate, weight)
    for kind, of_type in enumerate(rate):
        theirs = _weighted_median(of_type, weight[kind]) if (weight[kind] > 0).any() else usual
        most = 1 + ONE_CONTACT / np.sqrt(np.maximum(counted[kind], 1))
        cut = np.clip(np.nan_to_num(of_type, nan=usual), theirs / most, theirs * most)
        times[kind] = ((cut * weight[kind]).sum() + PRIOR_CONTACTS * usual) / (weight[kind].sum() + PRIOR_CONTACTS)
    return times


def _weighted_median(values: Grid | Cube, weight: Grid | Cube) -> float:
    known = (weight > 0) & ~np.isnan(values)
    order = np.argsort(values[known])
    upto = np.cumsum(weight[known][order])
    return float(values[known][order][np.searchsorted(upto, upto[-1] / 2)]) if len(upto) else np.nan


def _within(values: Cube, weight: Grid) -> Cube:
    """Subtract each member's weighted mean over the days: (X, D, M)."""
    total = np.maximum(weight.sum(axis=0), 1e-9)
    within: Cube = values - (values * weight).sum(axis=1, keepdims=True) / total
    return within


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

    measured, rate = history.columns[metric.measured].values[window], is_rate(metric.unit)
    if rate:  # contacts an hour: compared as the time of one
        with np.errstate(divide="ignore"):
            measured = np.where(measured > 0, 1 / measured, np.nan).astype(np.float32)
    timed = rate or seconds_of(metric.unit)
    seconds = [kind.seconds for kind in rules.contact_types if kind.seconds and timed]
    values = mix_adjusted(
        measured,
        series([kind.contacts for kind in rules.contact_types]),
        groups,
        min_peers=rules.tier_rule.min_peers,
        seconds=series(seconds) if len(seconds) == len(rules.contact_types) else None,
    )
    if rate:
        values = (1 / values).astype(np.float32)
    return np.round(values / metric.step, 1).astype(np.float32) * np.float32(metric.step)
