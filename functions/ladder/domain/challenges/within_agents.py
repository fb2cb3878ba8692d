"""Estimate what makes a contact take longer from how the figures of one agent differ: robust regression within agents.

Each figure is compared with the mean of its own agent, so that who handles what decides nothing: a slow specialist is
not taken for a hard contact. The estimate is pulled towards no difference as by `PRIOR_CONTACTS` contacts, so that what
hardly occurs, or what nobody has both with and without, makes no difference.

No single figure decides. Before the fit, times far from the median are cut (winsorised); the fit is Huber's (1964), by
iteratively reweighted least squares, and weighs figures of an unusual mix less (Mallows 1975).
Axes: X properties of what was handled, D figures of a member, in days or finer, M members.
"""

from dataclasses import dataclass

import numpy as np

PRIOR_CONTACTS = 20.0
MAX_RATIO = 4.0  # a time is at most this many times the usual one, and at least that part of it
UNUSUAL_MIX = 16.0  # a mix this many times as far from the member's own as usual, by squares, weighs less
HUBER = 2.5  # residuals beyond this many standard deviations weigh less
ROUNDS = 50  # of reweighting, at most; or until the times change by less than …
SETTLED = 1e-7  # … of the usual one
NOISE = 1e-6
NORMAL_MAD = 1.4826  # standard deviations of a normal in its median absolute deviation

type Cube = np.ndarray[tuple[int, int, int], np.dtype[np.float64]]  # (X, D, M)
type Grid = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # (D, M)
type Properties = np.ndarray[tuple[int], np.dtype[np.float64]]  # (X,)


@dataclass(frozen=True, slots=True)
class Effects:
    """Time of a contact with properties x is `usual + slope @ (x - mix)`."""

    usual: float
    slope: Properties
    mix: Properties  # the mean properties of all contacts


def estimate_effects(
    time: Grid, properties: Cube, weight: Grid, *, shares: int | None = None, prior: Properties | float = PRIOR_CONTACTS
) -> Effects:
    """Regress the time on the properties within agents, each figure weighted by its contacts.

    `shares`: how many properties, the first ones, are shares of a mix; None: all of them. `prior`: as by how many
    contacts each slope is pulled towards none.
    """
    usual = weighted_median(time, weight)
    time = np.clip(np.where(weight > 0, time, usual), usual / MAX_RATIO, usual * MAX_RATIO)
    distance = (_within(properties[:shares], weight) ** 2).sum(axis=0)
    changing = (weight > 0) & (distance > NOISE)  # where figures of one member differ at all
    unusual = UNUSUAL_MIX * np.median(distance[changing]) if changing.any() else NOISE
    weight = weight * unusual / np.maximum(distance, unusual)
    trust, slope = np.ones_like(weight), np.full(len(properties), np.inf)
    for _ in range(ROUNDS):
        trusted = weight * trust
        apart, slower = _within(properties, trusted), _within(time[None], trusted)[0]
        grams = np.einsum("sdm,tdm,dm->st", apart, apart, trusted) + prior * np.eye(len(properties))
        before, slope = slope, np.linalg.solve(grams, np.einsum("tdm,dm,dm->t", apart, slower, trusted))
        residual = np.abs(slower - np.tensordot(slope, apart, axes=1)) * np.sqrt(weight)
        bound = max(HUBER * NORMAL_MAD * float(np.median(residual[weight > 0])), NOISE * usual)
        trust = bound / np.maximum(residual, bound)
        if np.abs(slope - before).max() < SETTLED * usual:
            break
    trusted = weight * trust
    mix = (properties * trusted).sum(axis=(1, 2)) / trusted.sum()
    return Effects(float((time * trusted).sum() / trusted.sum()), slope, mix)


def weighted_median(values: Grid | Cube, weight: Grid | Cube) -> float:
    known = (weight > 0) & ~np.isnan(values)
    order = np.argsort(values[known])
    upto = np.cumsum(weight[known][order])
    return float(values[known][order][np.searchsorted(upto, upto[-1] / 2)]) if len(upto) else np.nan


def _within(values: Cube, weight: Grid) -> Cube:
    """Subtract each member's weighted mean over their figures: (X, D, M)."""
    total = np.maximum(weight.sum(axis=0), 1e-9)
    within: Cube = values - (values * weight).sum(axis=1, keepdims=True) / total
    return within
