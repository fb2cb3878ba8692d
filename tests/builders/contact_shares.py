"""Agents who are honest, some beside them who game, and how often chance alone would flag one."""

import math

import numpy as np

from ladder.domain.challenges.beta_binomial import Amounts, Tally
from ladder.domain.challenges.gaming_guard import OutlierResult, find_outliers
from ladder.domain.challenges.history import GroupIndex
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.rules import TierRule

LEVEL = 0.001  # of each test of a rate: what an exact guard fails by chance
RULE = TierRule()
QUANTILE = 3.090232  # of 1 in 1,000


def amounts(*values: float) -> Amounts:
    return np.array(values, dtype=np.float64)


def one_group(members: int) -> GroupIndex:
    return np.zeros(members, dtype=np.int16)


def honest(members: int, rng: np.random.Generator, *, share: float, spread: float = 0.0, least: int = 100) -> Tally:
    """Agents of one distribution: beta-binomial, `spread` relative to the share; contacts unequal, up to 3,000."""
    contacts = np.exp(rng.uniform(np.log(least), np.log(3000), members)).astype(np.int64)
    shares = np.full(members, share)
    if spread:
        size = (1 - share) / share / spread**2 - 1
        shares = rng.beta(share * size, (1 - share) * size, members)
    return Tally(rng.binomial(contacts, shares).astype(np.float64), contacts.astype(np.float64))


def with_bad(found: Tally, bad: int, rng: np.random.Generator, *, share: float) -> Tally:
    """The first `bad` members at `share`."""
    hits = found.hits.copy()
    hits[:bad] = rng.binomial(found.contacts[:bad].astype(np.int64), share)
    return Tally(hits, found.contacts)


def judged(
    found: Tally, peers: GroupIndex | None = None, *, rule: TierRule = RULE, rate: float = 0.001
) -> OutlierResult:
    return find_outliers(found, one_group(len(found.hits)) if peers is None else peers, rule=rule, false_alarms=rate)


def binomial_bounds(trials: int, low: float, high: float) -> tuple[int, int]:
    """The counts that `low` and `high` each pass with probability LEVEL / 2 (normal, with the skewness' term)."""

    def bound(rate: float, side: int) -> float:
        mean = trials * rate
        z = side * 3.2905  # of LEVEL / 2
        return mean + z * math.sqrt(mean * (1 - rate)) + (z * z - 1) / 6

    return math.floor(bound(low, -1)), math.ceil(bound(high, 1))


def everybody(members: int, *left: int) -> Population:
    active = np.ones(members, dtype=np.bool)
    active[list(left)] = False
    return Population(active, PeerGroups(("all",), one_group(members)))
