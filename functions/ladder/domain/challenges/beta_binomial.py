"""Estimate what the shares of honest peers are like, although some of the peers may not be honest.

Honest shares are taken as beta-binomial: a usual share, a spread between agents, and chance. The model is fitted
without the highest shares, by the generalised ESD procedure (Rosner 1983), so that agents who game together do not hide
each other: the k highest are set aside for the largest k at which they, and even the lowest of them, stand out from the
rest. Spread is measured on the arcsine scale (Anscombe 1948), where chance is 1 / 4n whatever the share; the tail
follows the power that takes the skewness away (Jensen and Solomon 1972), and Student's t allows for a fit to few peers.
Axes: N the members of one circle of peers; K how many are set aside.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np

from ladder.domain.challenges.history import Flags

type Amounts = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,), (N,) or (K,)
type Indices = np.ndarray[tuple[int], np.dtype[np.intp]]

SET_ASIDE = 0.4  # of the peers beyond the first few, at most; and always one
FIRST_FEW = 8
MOST = 0.9  # of those set aside must stand out
FEWEST = 4  # a spread needs three besides the one in question
NORMAL_MAD = 0.4549  # the median of a squared standard normal


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of each member's contacts in the window, and of those that were short, or came back."""

    hits: Amounts
    contacts: Amounts

    @property
    def share(self) -> Amounts:
        """The share of hits; NaN without contacts."""
        nothing = np.full(self.hits.shape, np.nan)
        share: Amounts = np.divide(self.hits, self.contacts, out=nothing, where=self.contacts > 0)
        return share

    def at(self, indices: Indices | slice) -> Self:
        return type(self)(self.hits[indices], self.contacts[indices])


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """The usual shares among honest peers, for each number of members set aside: (K,), or (1,) once that is settled."""

    mean: Amounts
    between: Amounts  # variance between agents, on the arcsine scale
    unsure_mean: Amounts  # variance of the estimated centre, on the arcsine scale
    unsure_between: Amounts  # half the variance of the estimated `between`

    def at(self, k: int) -> Self:
        one = slice(k, k + 1)
        return type(self)(self.mean[one], self.between[one], self.unsure_mean[one], self.unsure_between[one])

    def stands_out(self, tally: Tally, quantile: float) -> Flags:
        """Return whose share is further from the centre than `quantile` allows.

        A share becomes a standard normal deviate of the beta-binomial; half a contact makes up for whole numbers.
        """
        within, contacts = self._within, tally.contacts
        share_variance = self.mean * (1 - self.mean) * (within + (1 - within) / contacts)
        size = 1 / np.maximum(within, 1e-9) - 1  # a + b of the beta distribution
        lean = (size + 2 * contacts) / (size + 2) * (1 - 2 * self.mean)
        skewness = lean * np.sqrt((1 + size) / (contacts * self.mean * (1 - self.mean) * (contacts + size)))
        spread = np.sqrt(share_variance) / self.mean
        power = 1 - skewness / (3 * spread)
        ratio = np.maximum(tally.hits - 0.5, 0) / contacts / self.mean
        deviate = (ratio**power - 1 - power * (power - 1) / 2 * spread**2) / (power * spread)
        variance = self.between + 0.25 / contacts
        score = deviate / np.sqrt(1 + self.unsure_mean / variance)
        freedom = np.maximum(variance**2 / self.unsure_between - 1, 1.0)
        beyond: Flags = score > _bound(quantile, freedom)
        return beyond

    @property
    def _within(self) -> Amounts:
        """The correlation of contacts within an agent: 4 x `between`, and the next term of the arcsine's variance."""
        bend = (1 - 2 * self.mean) ** 2 / (2 * self.mean * (1 - self.mean))
        return np.minimum(4 * self.between * (1 + self.between * bend), 0.9)


def fit_beta_binomial(tally: Tally, quantile: float) -> BetaBinomial | None:
    """Return the fit to those who are left when all that stand out are set aside; None if nobody does.

    As many are set aside as can be, where the last of them stands out, and so do most.
    """
    members = len(tally.hits)
    if members < FEWEST:
        return None
    aside = max(1, int(SET_ASIDE * (members - FIRST_FEW)))
    angle = np.arcsin(np.sqrt((tally.hits + 0.375) / (tally.contacts + 0.75)))
    weight = weights(angle, tally.contacts)
    order = np.lexsort((tally.contacts, (np.median(angle) - angle) * np.sqrt(weight)))  # the highest first
    highest = tally.at(order[:aside])
    fits = without_the_highest(tally.at(order), angle[order], weight[order], aside)
    passed = np.flatnonzero(fits.stands_out(highest, quantile))
    while len(passed):
        last = int(passed[-1])
        fit = fits.at(last)
        if fit.stands_out(highest.at(slice(last + 1)), quantile).mean() >= MOST:
            return fit
        passed = passed[: np.searchsorted(passed, last - last // 10)]  # in steps of a tenth, so that many cost little
    return None


def weights(angle: Amounts, contacts: Amounts) -> Amounts:
    """Return one over a first, robust estimate of each member's variance."""
    chance = 0.25 / contacts
    between = np.median((angle - np.median(angle)) ** 2) / NORMAL_MAD - np.median(chance)
    weight: Amounts = 1 / (max(float(between), 0.0) + chance)
    return weight


def without_the_highest(tally: Tally, angle: Amounts, weight: Amounts, aside: int) -> BetaBinomial:
    """Return the moments without the first 1 … `aside` members, the variance between agents as DerSimonian and Laird
    (1986).
    """

    def rest(terms: Amounts) -> Amounts:
        return np.cumsum(terms[::-1])[::-1][1 : aside + 1]

    chance = 0.25 / tally.contacts
    all_of, squares, noise = rest(weight), rest(weight**2), rest(weight**2 * chance)
    mean = rest(weight * tally.share) / all_of
    scatter = rest(weight * angle**2) - rest(weight * angle) ** 2 / all_of
    by_chance = rest(weight * chance) - noise / all_of
    between = np.maximum((scatter - by_chance) / (all_of - squares / all_of), 0)
    unsure_mean = (between * squares + noise) / all_of**2
    unsure = (between**2 * squares + 2 * between * noise + rest((weight * chance) ** 2)) / all_of**2
    return BetaBinomial(np.clip(mean, 0.5 / rest(tally.contacts), 1 - 1e-6), between, unsure_mean, unsure)


def _bound(quantile: float, freedom: Amounts) -> Amounts:
    """Return the score that an honest member passes at the stated rate.

    Honest members beyond it are set aside too, so the rest is a normal cut off at `quantile`: its mean is lower and
    its spread smaller than that of all the honest.
    """
    lost = NormalDist().pdf(quantile) / NormalDist().cdf(quantile)
    wider = 1 / math.sqrt(1 - quantile * lost - lost**2)
    bound: Amounts = (student(quantile, freedom) + lost) * wider
    return bound


def student(quantile: float, freedom: Amounts) -> Amounts:
    """Return Student's t at the level of a normal quantile (Abramowitz and Stegun 26.7.5)."""
    z, z2 = quantile, quantile**2
    terms = (
        z,
        z * (z2 + 1) / 4,
        z * (5 * z2**2 + 16 * z2 + 3) / 96,
        z * (3 * z2**3 + 19 * z2**2 + 17 * z2 - 15) / 384,
        z * (79 * z2**4 + 776 * z2**3 + 1482 * z2**2 - 1920 * z2 - 945) / 92160,
    )
    t: Amounts = np.polyval(terms[::-1], 1 / freedom)
    return t
