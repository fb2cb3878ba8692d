"""The gaming guard: whose share of very short or of repeat contacts stands far above that of his peers.

A flag is a question for a person, never a finding: it holds completions on speed until somebody has looked.

The peers' honest shares are taken as beta-binomial: a usual share, a spread between agents, and chance. The model is
fitted without the highest shares, by the generalised ESD procedure (Rosner 1983), so that agents who game together do
not hide each other: the k highest are set aside for the largest k at which they, and even the lowest of them, stand
out from the rest. Spread is measured on the arcsine scale (Anscombe 1948), where chance is 1 / 4n whatever the share;
the tail follows the power that takes the skewness away (Jensen and Solomon 1972), and Student's t allows for a fit to
few peers. Axes: M members; N the members of one circle of peers; K how many are set aside.

Measured, of 1 in 1,000 stated: from 12 peers on 0.1 to 1.7 in 1,000 of the honest are flagged. The least is where they
are all alike, as contacts are whole numbers; the most where they differ by more than half of a share of 2 per cent.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Literal, Self

import numpy as np

from ladder.domain.columns import Flags, History
from ladder.domain.peers import Population
from ladder.domain.performance import GroupIndex, judged_apart
from ladder.domain.program import Guard, TierRule
from ladder.domain.wording import plain_number

type Kind = Literal["short_contacts", "repeat_contacts"]
type Amounts = np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,), (N,) or (K,)
type Places = np.ndarray[tuple[int], np.dtype[np.intp]]

FALSE_ALARMS = Guard().false_alarms  # per honest member, kind and evaluation
MIN_CONTACTS = Guard().min_contacts  # in the window
MIN_HITS = 5  # nobody is asked about fewer
SET_ASIDE = 0.4  # of the peers beyond the first few, at most; and always one
FIRST_FEW = 8
MOST = 0.9  # of those set aside must stand out
FEWEST = 4  # a spread needs three besides the one in question
NORMAL_MAD = 0.4549  # the median of a squared standard normal
FACT: dict[Kind, str] = {
    "short_contacts": "{share} of your {contacts} in these {days} days ended within ten seconds",
    "repeat_contacts": "After {share} of your {contacts} with a known customer in these {days} days, the same customer "
    "was back within seven days",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a member's contacts in the window were short, or came back."""

    hits: Amounts
    contacts: Amounts

    @property
    def share(self) -> Amounts:
        """NaN without contacts."""
        nothing = np.full(self.hits.shape, np.nan)
        share: Amounts = np.divide(self.hits, self.contacts, out=nothing, where=self.contacts > 0)
        return share

    def at(self, places: Places | slice) -> Self:
        return type(self)(self.hits[places], self.contacts[places])


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    slot: int
    kind: Kind
    share: float  # his, 0 to 1
    usual: float  # the median among those he is compared with
    contacts: int


@dataclass(frozen=True, slots=True)
class Flagged:
    """Who stands out, and everybody's evidence; NaN: not judged. (M,) each."""

    who: Flags
    share: Amounts
    usual: Amounts
    contacts: Amounts

    def flags(self, kind: Kind) -> tuple[Flag, ...]:
        return tuple(self._flag(int(slot), kind) for slot in np.flatnonzero(self.who))

    def _flag(self, slot: int, kind: Kind) -> Flag:
        share, usual = float(self.share[slot]), float(self.usual[slot])
        return Flag(slot=slot, kind=kind, share=share, usual=usual, contacts=round(self.contacts[slot]))


def flags(
    kind: Kind,
    history: History,
    metric: str,
    population: Population,
    *,
    until: date,
    rule: TierRule,
    false_alarms: float = FALSE_ALARMS,
    min_contacts: int = MIN_CONTACTS,
) -> tuple[Flag, ...]:
    """The flags of one kind over the window that ends with `until`. Who has left is neither judged nor a peer."""
    found = tally(history, metric, until=until, window=rule.window_days)
    here = Tally(found.hits, np.where(population.active, found.contacts, 0.0))
    peers = population.groups.index
    return outliers(here, peers, rule=rule, false_alarms=false_alarms, min_contacts=min_contacts).flags(kind)


def tally(history: History, metric: str, *, until: date, window: int) -> Tally:
    """Sums over the window, (D, M) -> (M,), of a metric that is a share: values in per cent of the day's counts."""
    column = history.columns[metric]
    end = history.row(until) + 1
    days = slice(max(0, end - window), end)
    values = column.values[days]
    contacts = np.where(np.isnan(values), np.float32(0), column.counts[days])
    hits = np.nansum(values * contacts, axis=0, dtype=np.float64) / 100
    total = np.nansum(contacts, axis=0, dtype=np.float64)
    return Tally(np.clip(hits, 0, total), total)


def outliers(
    found: Tally,
    peers: GroupIndex,
    *,
    rule: TierRule,
    false_alarms: float = FALSE_ALARMS,
    min_contacts: int = MIN_CONTACTS,
) -> Flagged:
    """Whose share is high beyond chance and beyond the peers' own differences; `false_alarms` of the honest are too.

    A peer group with fewer than `min_peers` known members is compared with the whole program; with fewer than
    `min_members` known in the program nobody is judged. Known is who has at least `min_contacts`.
    """
    share = np.where(found.contacts >= min_contacts, found.share, np.nan)
    who, usual = np.zeros(share.shape, dtype=np.bool), np.full(share.shape, np.nan)
    quantile = NormalDist().inv_cdf(1 - false_alarms)
    for judged, circle in _circles(share, peers, rule):
        usual[judged] = np.median(share[circle])
        fit = _honest(found.at(circle), quantile)
        if fit:
            who[judged] = fit.stands_out(found.at(judged), quantile) & (found.hits[judged] >= MIN_HITS)
    return Flagged(who, share, usual, found.contacts)


def sentence(flag: Flag, *, days: int, noun: str = "calls") -> str:
    """What the member himself reads; `days` is the window, `noun` what the program calls contacts."""
    share, usual = _percents(flag.share, flag.usual)
    fact = FACT[flag.kind].format(share=share, contacts=f"{flag.contacts:,} {noun}", days=days)
    return (
        f"{fact}; among your peers it is usually {usual}. There can be good reasons for that, so a person will have a "
        "look. Until then completions on speed wait; nothing is taken away."
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """What is usual among honest peers, for each number of members set aside: (K,), or (1,) once that is settled."""

    mean: Amounts
    between: Amounts  # variance between agents, on the arcsine scale
    unsure_mean: Amounts  # variance of the estimated centre, on the arcsine scale
    unsure_between: Amounts  # half the variance of the estimated `between`

    def at(self, k: int) -> Self:
        one = slice(k, k + 1)
        return type(self)(self.mean[one], self.between[one], self.unsure_mean[one], self.unsure_between[one])

    def stands_out(self, found: Tally, quantile: float) -> Flags:
        variance = self.between + 0.25 / found.contacts
        score = self._normal(found) / np.sqrt(1 + self.unsure_mean / variance)
        freedom = np.maximum(variance**2 / self.unsure_between - 1, 1.0)
        beyond: Flags = score > _bound(quantile, freedom)
        return beyond

    def _normal(self, found: Tally) -> Amounts:
        """The share as a standard normal deviate of the beta-binomial; half a contact makes up for whole numbers."""
        spread = np.sqrt(self._share_variance(found.contacts)) / self.mean
        power = 1 - self._skewness(found.contacts) / (3 * spread)
        ratio = np.maximum(found.hits - 0.5, 0) / found.contacts / self.mean
        deviate: Amounts = (ratio**power - 1 - power * (power - 1) / 2 * spread**2) / (power * spread)
        return deviate

    def _share_variance(self, contacts: Amounts) -> Amounts:
        within = self._within
        variance: Amounts = self.mean * (1 - self.mean) * (within + (1 - within) / contacts)
        return variance

    def _skewness(self, contacts: Amounts) -> Amounts:
        """Of the beta-binomial with a + b = size."""
        size = 1 / np.maximum(self._within, 1e-9) - 1
        lean = (size + 2 * contacts) / (size + 2) * (1 - 2 * self.mean)
        chance = contacts * self.mean * (1 - self.mean) * (contacts + size)
        skewness: Amounts = lean * np.sqrt((1 + size) / chance)
        return skewness

    @property
    def _within(self) -> Amounts:
        """The correlation of contacts within an agent: 4 x `between`, and the next term of the arcsine's variance."""
        bend = (1 - 2 * self.mean) ** 2 / (2 * self.mean * (1 - self.mean))
        return np.minimum(4 * self.between * (1 + self.between * bend), 0.9)


def _circles(share: Amounts, peers: GroupIndex, rule: TierRule) -> Iterator[tuple[Places, Places]]:
    """Who is judged, and those whom he is compared with."""
    known = ~np.isnan(share)
    if known.sum() < rule.min_members:
        return
    apart = known & judged_apart(share.astype(np.float32), peers, rule)
    if (known & ~apart).any():
        yield np.flatnonzero(known & ~apart), np.flatnonzero(known)
    for group in np.unique(peers[apart]):
        circle = np.flatnonzero(apart & (peers == group))
        yield circle, circle


def _honest(found: Tally, quantile: float) -> _Fit | None:
    """The fit to those who are left when all that stand out are set aside; None if nobody does."""
    members = len(found.hits)
    if members < FEWEST:
        return None
    aside = max(1, int(SET_ASIDE * (members - FIRST_FEW)))
    angle = np.arcsin(np.sqrt((found.hits + 0.375) / (found.contacts + 0.75)))
    weight = _weights(angle, found.contacts)
    order = np.lexsort((found.contacts, (np.median(angle) - angle) * np.sqrt(weight)))  # the highest first
    highest = found.at(order[:aside])
    return _largest(_without_the_highest(found.at(order), angle[order], weight[order], aside), highest, quantile)


def _largest(fits: _Fit, highest: Tally, quantile: float) -> _Fit | None:
    """The fit with as many set aside as can be, where the last of them stands out, and so do most."""
    passed = np.flatnonzero(fits.stands_out(highest, quantile))
    while len(passed):
        last = int(passed[-1])
        fit = fits.at(last)
        if fit.stands_out(highest.at(slice(last + 1)), quantile).mean() >= MOST:
            return fit
        passed = passed[: np.searchsorted(passed, last - last // 10)]  # in steps of a tenth, so that many cost little
    return None


def _weights(angle: Amounts, contacts: Amounts) -> Amounts:
    """One over a first, robust estimate of each member's variance."""
    chance = 0.25 / contacts
    between = np.median((angle - np.median(angle)) ** 2) / NORMAL_MAD - np.median(chance)
    weight: Amounts = 1 / (max(float(between), 0.0) + chance)
    return weight


def _without_the_highest(found: Tally, angle: Amounts, weight: Amounts, aside: int) -> _Fit:
    """Moments without the first 1 … `aside` members: the variance between agents as DerSimonian and Laird (1986)."""

    def rest(terms: Amounts) -> Amounts:
        return np.cumsum(terms[::-1])[::-1][1 : aside + 1]

    chance = 0.25 / found.contacts
    all_of, squares, noise = rest(weight), rest(weight**2), rest(weight**2 * chance)
    mean = rest(weight * found.share) / all_of
    scatter = rest(weight * angle**2) - rest(weight * angle) ** 2 / all_of
    by_chance = rest(weight * chance) - noise / all_of
    between = np.maximum((scatter - by_chance) / (all_of - squares / all_of), 0)
    unsure_mean = (between * squares + noise) / all_of**2
    unsure = (between**2 * squares + 2 * between * noise + rest((weight * chance) ** 2)) / all_of**2
    return _Fit(np.clip(mean, 0.5 / rest(found.contacts), 1 - 1e-6), between, unsure_mean, unsure)


def _bound(quantile: float, freedom: Amounts) -> Amounts:
    """The score that an honest member passes at the stated rate.

    Honest members beyond it are set aside too, so the rest is a normal cut off at `quantile`: its mean is lower and
    its spread smaller than that of all the honest.
    """
    lost = NormalDist().pdf(quantile) / NormalDist().cdf(quantile)
    wider = 1 / math.sqrt(1 - quantile * lost - lost**2)
    bound: Amounts = (_student(quantile, freedom) + lost) * wider
    return bound


def _student(quantile: float, freedom: Amounts) -> Amounts:
    """Student's t at the level of a normal quantile (Abramowitz and Stegun 26.7.5)."""
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


def _percents(share: float, usual: float) -> tuple[str, str]:
    """Two digits each, more where they would read alike."""
    for digits in (2, 3, 4):
        pair = tuple(f"{plain_number(float(f'{100 * value:.{digits}g}'))} %" for value in (share, usual))
        if pair[0] != pair[1]:
            break
    return pair[0], pair[1]
