"""Compare handle times at the usual load: a slow queue, or the hours of the peak, make nobody count as slower.

A contact is handled under a condition: in a queue, in a part of the day. How much longer it takes in each queue and
part of the day is estimated within agents, together with the contact types, from the mean times of each agent and day
under each condition: most agents meet several in one day. The value at the usual load is the measured one, divided by
what the own contacts were to take under their conditions, times the usual time (indirect standardisation, as by mix).

Nobody can make a queue look slow by few contacts, or alone: only members with `LEAST_CONTACTS` there, and as many
elsewhere, say how slow it is, and `LEAST_MEMBERS` of them at least. What was learnt lasts: where nobody works in a
queue and elsewhere any more, the values that earlier nights made comparable still tell how slow it was. A queue whose
agents never worked elsewhere cannot be told from them, so it makes no difference.
Axes: T contact types, C conditions, F queues and parts of the day, D days, M members, O = C x D figures of a member.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ladder.domain.challenges.history import Values
from ladder.domain.challenges.metric_files import Load
from ladder.domain.challenges.peers import PeerGroups, Slots, among_peers
from ladder.domain.challenges.pseudo_random import drawn
from ladder.domain.challenges.within_agents import (
    MAX_RATIO,
    PRIOR_CONTACTS,
    Cube,
    Grid,
    Properties,
    estimate_effects,
    weighted_median,
)

SAMPLED = 1 << 14  # figures of a day, on which the times rest; of more, members are drawn
MOST_CONTACTS = 4.0  # a figure weighs at most as much as this many usual ones
LEAST_CONTACTS, LEAST_MEMBERS = 10, 5
LEARNT_CONTACTS = 2_000.0  # as which what earlier nights learnt counts

type ByCondition = np.ndarray[tuple[int, int, int], np.dtype[np.float32]]  # (C, D, M)
type Types = np.ndarray[tuple[int, int, int, int], np.dtype[np.float32]]  # (T, C, D, M)
type Marks = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (F, C) which queue and part of the day


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadDays:
    """Times and contacts of some days. NaN where nothing is known."""

    measured: Values  # (D, M) mean time of the day
    total: Values  # (D, M) contacts
    times: ByCondition  # mean time under each condition
    counts: ByCondition  # contacts
    types: Types  # contacts by type and condition; without types (0, …)
    mix: ByCondition  # (T, D, M) contacts by type
    known: Values  # (D, M) at the usual load, as far as earlier nights made them so

    def of(self, slots: Slots) -> Self:
        """Return the days of some members."""
        names = ("measured", "total", "times", "counts", "types", "mix", "known")
        return type(self)(**{name: getattr(self, name)[..., slots] for name in names})

    def shares(self, condition: int) -> Cube:
        """Return the contacts of each type under a condition, as shares of all types: (T, D, M). NaN without any."""
        return _shares(self.types[:, condition])


@dataclass(frozen=True, slots=True)
class LoadTimes:
    """Times of the usual contact that one takes: 1 + `types` @ (x - `mix`) + `conditions`."""

    types: Properties  # (T,)
    mix: Properties  # (T,)
    conditions: Properties  # (C,)

    def of(self, shares: Cube, condition: float) -> Grid:
        """Return the time of contacts of this mix, (T, D, M), under a condition of this effect: (D, M)."""
        apart = np.nan_to_num(shares - self.mix[:, None, None])  # of no known type: usual
        return np.clip(1 + condition + np.tensordot(self.types, apart, axes=1), 1 / MAX_RATIO, MAX_RATIO)


def load_adjusted(days: LoadDays, load: Load, groups: PeerGroups, *, min_peers: int) -> Values:
    """Return every value as it would be at the usual load and mix: (D, M). NaN without a value or contacts.

    `min_peers`: see `among_peers`. A day of which conditions are not known is compared by its mix alone.
    """

    def at_usual_load(peers: Slots) -> Values:
        theirs = days.of(peers)
        times = load_times(theirs, load)
        spent, counted = np.zeros(theirs.measured.shape), np.zeros(theirs.measured.shape)
        for number, effect in enumerate(times.conditions):
            contacts = np.nan_to_num(theirs.counts[number])
            spent += contacts * times.of(theirs.shares(number), effect)
            counted += contacts
        by_mix, total = times.of(_shares(theirs.mix), 0.0), np.nan_to_num(theirs.total)
        with np.errstate(invalid="ignore", divide="ignore"):
            expected = np.where(counted > 0, spent / counted, np.where(total > 0, by_mix, np.nan))
        return (theirs.measured / expected).astype(np.float32)

    return among_peers(days.measured, groups, min_peers, at_usual_load)


def load_times(days: LoadDays, load: Load) -> LoadTimes:
    """Estimate how long a contact of each type takes under each condition, in times of the usual one."""
    marks = _marks(load)
    kinds, conditions = len(days.types), marks.shape[1]
    asked = days.of(np.flatnonzero(drawn(days.measured.shape[1], max(SAMPLED // conditions, 1))))
    time = _side_by_side(asked.times)
    contacts = np.where(np.isnan(time), 0.0, _side_by_side(_enough(asked.counts)))
    if not contacts.any():
        return LoadTimes(np.zeros(kinds), np.zeros(kinds), np.zeros(conditions))
    weight = np.minimum(contacts, MOST_CONTACTS * np.median(contacts[contacts > 0]))
    shares = np.concatenate([asked.shares(number) for number in range(conditions)], axis=1)
    usual_mix = np.array([np.average(np.nan_to_num(of), weights=weight * ~np.isnan(of) + 1e-12) for of in shares])
    shares = np.where(np.isnan(shares), usual_mix.reshape(-1, 1, 1), shares)
    learnt, middle = _learnt(asked, marks), weighted_median(time, weight)
    by_learnt = middle * np.repeat(learnt @ marks, asked.measured.shape[0])[:, None]
    properties = np.concatenate([shares, _proven(marks, _enough(asked.counts))])
    prior = np.repeat([PRIOR_CONTACTS, LEARNT_CONTACTS if learnt.any() else PRIOR_CONTACTS], [kinds, len(marks)])
    effects = estimate_effects(
        np.where(weight > 0, time, middle) - by_learnt, properties, weight, shares=kinds, prior=prior
    )
    slope = effects.slope + middle * np.concatenate([np.zeros(kinds), learnt])
    mix = (np.concatenate([shares, _spread(marks, asked.measured.shape)]) * weight).sum(axis=(1, 2)) / weight.sum()
    usual = effects.usual + effects.slope @ (mix - effects.mix) + middle * learnt @ mix[kinds:]
    return LoadTimes(slope[:kinds] / usual, mix[:kinds], slope[kinds:] / usual @ (marks - mix[kinds:, None]))


def _learnt(days: LoadDays, marks: Marks) -> Properties:
    """Return how much longer contacts took in each queue and part of the day, (F,), by the values of earlier nights.

    A value and what was measured are as far apart as the conditions and the mix of the day were from the usual ones.
    """
    counts = np.nan_to_num(days.counts).astype(np.float64)
    total = counts.sum(axis=0)
    known = ~np.isnan(days.known) & ~np.isnan(days.measured) & (days.known > 0) & (total > 0)
    if not known.any():
        return np.zeros(len(marks))
    apart = (days.measured[known] / days.known[known]).astype(np.float64)
    shares = np.nan_to_num(_shares(days.mix))[:, known]
    properties = np.concatenate([marks @ (counts[:, known] / total[known]), shares])
    properties -= properties.mean(axis=1, keepdims=True)
    slope = np.linalg.pinv(properties @ properties.T, rcond=1e-6, hermitian=True) @ properties @ (apart - apart.mean())
    return np.asarray(slope[: len(marks)])


def _marks(load: Load) -> Marks:
    """Return a row for each queue and each part of the day, where there are several."""
    sizes = [len(factor) for factor in load.factors]
    index = np.indices(sizes).reshape(len(sizes), -1)  # (factors, C) in the order of `Load.conditions`
    return np.concatenate([np.eye(size)[:, index[number]] for number, size in enumerate(sizes)])


def _enough(counts: ByCondition) -> ByCondition:
    """Return the contacts of members who have had `LEAST_CONTACTS` under the condition in these days; else 0."""
    counted = np.nan_to_num(counts)
    return np.where(counted.sum(axis=1, keepdims=True) >= LEAST_CONTACTS, counted, np.float32(0))


def _proven(marks: Marks, counts: ByCondition) -> Cube:
    """Return the marks of each figure, (F, O, M); zero for a queue or part of the day that too few members know."""
    by_member = counts.sum(axis=1, dtype=np.float64)  # (C, M)
    there = marks @ by_member
    both = (there >= LEAST_CONTACTS) & (by_member.sum(axis=0) - there >= LEAST_CONTACTS)
    return _spread(marks * (both.sum(axis=1) >= LEAST_MEMBERS)[:, None], counts.shape[1:])


def _spread(marks: Marks, shape: tuple[int, ...]) -> Cube:
    """Return the marks of each figure: (F, C) -> (F, O, M)."""
    days, members = shape
    whole = np.broadcast_to(marks[:, :, None, None], (*marks.shape, days, members))
    return whole.reshape(len(marks), -1, members)


def _shares(contacts: ByCondition) -> Cube:
    counted = np.nan_to_num(contacts).astype(np.float64)
    total = counted.sum(axis=0)
    return np.divide(counted, total, out=np.full_like(counted, np.nan), where=total > 0)


def _side_by_side(values: ByCondition) -> Grid:
    """Return the days under each condition, one condition after the other: (C, D, M) -> (O, M)."""
    return values.reshape(-1, values.shape[2]).astype(np.float64)
