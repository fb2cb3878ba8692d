"""What a rule did to drawn members, in the figures that a rule is judged by. Axes: D days, M members."""

from dataclasses import dataclass

import numpy as np

from infra.cli.simulate.play import Grid, Played, play
from infra.cli.simulate.population import AFTERWARDS_DAYS, SETTLING_DAYS, Drawn, Slump
from ladder.domain.challenges.history import Bytes, Flags, Row
from ladder.domain.challenges.performance import rank_among
from ladder.domain.programs.program import TIERS, TierRule

YEAR = 365  # simulated days, on all of which everybody works
WORKING_YEAR = 250  # worked days in the year of somebody with free weekends and holidays

type Days = np.ndarray[tuple[int], np.dtype[np.float64]]  # one a member; infinite: not within the simulated days


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """None: there is nobody to tell it of, or it lies beyond the simulated days."""

    rule: str
    members: int
    days: int
    changes_per_member_year: float
    changes_per_250_worked_days: float
    put_into_tier_1: int
    median_days_to_return: float | None
    stuck_share: float | None
    days_to_own_tier: float | None
    days_to_own_tier_p90: float | None
    completion_rate_by_tier: dict[str, float | None]


def measure(name: str, rule: TierRule, drawn: Drawn, slump: Slump) -> Measured:
    """Changes and completions are those of the stationary members, after the days of settling."""
    days, members = drawn.values.shape
    usual = play(drawn.values, rule)
    slumped = play(drawn.slumping(slump).values, rule).tiers
    put_down = put_into_tier_1(slumped, slump)
    own = days_to_own_tier(drawn.means, usual.tiers, rule)
    changes = changes_a_day(usual.tiers)
    return Measured(
        rule=name,
        members=members,
        days=days,
        changes_per_member_year=round(changes * YEAR, 4),
        changes_per_250_worked_days=round(changes * WORKING_YEAR, 4),
        put_into_tier_1=int(put_down.sum()),
        median_days_to_return=_quantile(days_to_return(slumped[slump.end :, put_down]), 0.5),
        stuck_share=_share(slumped[slump.end + AFTERWARDS_DAYS - 1, put_down] == 1),
        days_to_own_tier=_quantile(own, 0.5),
        days_to_own_tier_p90=_quantile(own, 0.9),
        completion_rate_by_tier=completion_rates(usual),
    )


def changes_a_day(tiers: Grid) -> float:
    """Moves of a member on a day, the first placements and the days of settling left out."""
    settled = tiers[SETTLING_DAYS - 1 :]
    return float((settled[1:] != settled[:-1]).mean())


def put_into_tier_1(tiers: Grid, slump: Slump) -> Flags:
    """Who stood higher before the slump and is in tier 1 on its last day: (M,)."""
    put_down: Flags = slump.members & (tiers[slump.first - 1] > 1) & (tiers[slump.end - 1] == 1)
    return put_down


def days_to_return(afterwards: Grid) -> Days:
    """Worked days until a member is out of tier 1; the first row is the first day after the slump."""
    return _days_until(afterwards > 1)


def days_to_own_tier(means: Row, tiers: Grid, rule: TierRule) -> Days:
    """Worked days from the first one until a member is where his true mean would place him.

    Tier 1 of those not placed yet is nobody's finding, so nobody is in his own tier before the placement.
    """
    there = tiers == deserved(means, rule)
    there[: rule.placed_after_days - 1] = False
    return _days_until(there)


def deserved(means: Row, rule: TierRule) -> Bytes:
    """The tier that a newcomer with this mean and no chance from day to day would be placed in: (M,)."""
    rank = rank_among(means, np.zeros(len(means), dtype=np.int16), direction="lower", rule=rule)
    return (1 + np.sum([rank >= band for band in rule.up], axis=0)).astype(np.uint8)


def completion_rates(played: Played) -> dict[str, float | None]:
    """The share of days on which the day's value met the target of the tier played that day."""
    tier, met = played.tiers[SETTLING_DAYS - 1 : -1], played.met[SETTLING_DAYS:]
    return {str(number): _share(met[tier == number]) for number in TIERS}


def _days_until(there: np.ndarray[tuple[int, int], np.dtype[np.bool]]) -> Days:
    """The first day, counted from 1, on which a member is there: (D, M) -> (M,)."""
    return np.where(there.any(axis=0), there.argmax(axis=0) + 1.0, np.inf)


def _quantile(days: Days, share: float) -> float | None:
    """Of the days themselves, without arithmetic between a day and never."""
    found = np.quantile(days, share, method="inverted_cdf") if len(days) else np.inf
    return float(found) if np.isfinite(found) else None


def _share(yes: np.ndarray[tuple[int], np.dtype[np.bool]]) -> float | None:
    return round(float(yes.mean()), 4) if len(yes) else None
