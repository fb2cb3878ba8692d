"""Completion by tier: the share of worked days on which targets were met, and how far chance may have moved it.

The interval holds 95 % of the shares of as many members, drawn from them with replacement (bootstrap), as the days of
one member are alike. Axes: M members; 3 tiers; B drawn groups.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ladder.domain.challenges.rules import TIERS

GOOD = (0.5, 0.7)  # of worked days: below it most days fail, above it a day worse than usual still pays
FEWEST_MEMBERS, FEWEST_DAYS = 8, 200  # that a judgement may rest on
DRAWN, SEED = 1000, 0

type Tally = np.ndarray[tuple[int, int], np.dtype[np.int64]]  # (M, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCompletion:
    """None: nobody worked in the tier."""

    rate: float | None
    low: float | None
    high: float | None
    members: int
    days: int

    @property
    def enough(self) -> bool:
        return self.members >= FEWEST_MEMBERS and self.days >= FEWEST_DAYS

    @property
    def outside(self) -> bool:
        """Return whether the whole interval lies outside what is good."""
        lowest, highest = GOOD
        return self.low is not None and self.high is not None and (self.high < lowest or self.low > highest)


def completion_by_tier(met: Tally, worked: Tally) -> dict[str, TierCompletion]:
    """Return the completion of each tier. `met`, `worked`: days of each member in each tier."""
    members = len(worked)
    drawn = np.random.default_rng(SEED).multinomial(members, np.full(members, 1 / max(members, 1)), DRAWN)  # (B, M)
    met_days, days = drawn @ met, drawn @ worked  # (B, 3)
    return {
        str(tier): _completion(met[:, tier - 1], worked[:, tier - 1], met_days[:, tier - 1], days[:, tier - 1])
        for tier in TIERS
    }


def describe(completions: Iterable[TierCompletion]) -> str:
    """Return the shares of the tiers with their intervals: "63 % (54 - 72) / - / 57 % (45 - 68)"."""
    return " / ".join(
        "-"
        if tier.rate is None or tier.low is None or tier.high is None
        else f"{100 * tier.rate:.0f} % ({100 * tier.low:.0f} - {100 * tier.high:.0f})"
        for tier in completions
    )


def _completion(
    met: np.ndarray[tuple[int], np.dtype[np.int64]],
    worked: np.ndarray[tuple[int], np.dtype[np.int64]],
    met_drawn: np.ndarray[tuple[int], np.dtype[np.int64]],
    worked_drawn: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> TierCompletion:
    days = int(worked.sum())
    if not days:
        return TierCompletion(rate=None, low=None, high=None, members=0, days=0)
    shares = met_drawn[worked_drawn > 0] / worked_drawn[worked_drawn > 0]
    low, high = np.quantile(shares, [0.025, 0.975]).tolist() if len(shares) else (0.0, 1.0)
    return TierCompletion(
        rate=round(int(met.sum()) / days, 4),
        low=round(low, 4),
        high=round(high, 4),
        members=int(np.count_nonzero(worked)),
        days=days,
    )
