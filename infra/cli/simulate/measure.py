"""Measures what a tier rule does to simulated members. Axes: D days, M members."""

from dataclasses import dataclass

import numpy as np

from infra.cli.completion import TierCompletion, completion_by_tier
from infra.cli.simulate.simulation import (
    AFTERWARDS_DAYS,
    EVERYBODY,
    SETTLING_DAYS,
    Grid,
    SimulatedMembers,
    Slump,
    TierHistory,
    play_nights,
)
from ladder.domain.challenges.history import Bytes, Flags, Row
from ladder.domain.challenges.peers import PeerGroups
from ladder.domain.challenges.performance import rank_among
from ladder.domain.challenges.rules import TIERS, TierRule

YEAR = 365  # simulated days, on all of which everybody works
WORKING_YEAR = 250  # worked days in a year with free weekends and holidays

type Days = np.ndarray[tuple[int], np.dtype[np.float64]]  # one a member; infinite: not within the simulated days


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """None: it concerns nobody, or lies beyond the simulated days."""

    rule: str
    members: int
    days: int
    changes_per_member_year: float
    changes_per_250_worked_days: float
    put_into_tier_1: int
    median_days_to_return: float | None
    stuck_share: float | None
    below_twin_share: float | None
    days_to_own_tier: float | None
    days_to_own_tier_p90: float | None
    completion_rate_by_tier: dict[str, float | None]
    completion_by_tier: dict[str, TierCompletion]


def measure(
    name: str, rule: TierRule, population: SimulatedMembers, slump: Slump, *, usual: TierHistory
) -> Measurement:
    """Measure a rule. `usual`: its nights without the slump.

    Changes and completions are those of the members without a slump, after the settling days.
    """
    days, members = population.values.shape
    slumped = play_nights(population.slumping(slump).values, rule).tiers
    put_down = put_into_tier_1(slumped, slump)
    own = days_to_own_tier(population.means, usual.tiers, rule)
    changes, completed = changes_a_day(usual.tiers), completion(usual)
    return Measurement(
        rule=name,
        members=members,
        days=days,
        changes_per_member_year=round(changes * YEAR, 4),
        changes_per_250_worked_days=round(changes * WORKING_YEAR, 4),
        put_into_tier_1=int(put_down.sum()),
        median_days_to_return=quantile(days_until(slumped[slump.end :, put_down] > 1), 0.5),
        below_twin_share=below_twin_share(slumped, usual.tiers, slump),
        stuck_share=_share(slumped[slump.end + AFTERWARDS_DAYS - 1, put_down] == 1),
        days_to_own_tier=quantile(own, 0.5),
        days_to_own_tier_p90=quantile(own, 0.9),
        completion_rate_by_tier={tier: completion.rate for tier, completion in completed.items()},
        completion_by_tier=completed,
    )


def changes_a_day(tiers: Grid) -> float:
    """Return the tier changes of a member on a day, without first placements and settling days."""
    settled = tiers[SETTLING_DAYS - 1 :]
    return float((settled[1:] != settled[:-1]).mean())


def put_into_tier_1(tiers: Grid, slump: Slump) -> Flags:
    """Return who is in tier 1 on the last day of the slump and was in a higher tier before it: (M,)."""
    put_down: Flags = slump.members & (tiers[slump.first - 1] > 1) & (tiers[slump.end - 1] == 1)
    return put_down


def below_twin_share(slumped: Grid, usual: Grid, slump: Slump) -> float | None:
    """Return which share of those who had the slump stand below their twin on the last day of AFTERWARDS_DAYS.

    The twin is the same member on the same days, without the slump.
    """
    day = slump.end + AFTERWARDS_DAYS - 1
    return _share((slumped[day] < usual[day])[slump.members])


def days_to_own_tier(means: Row, tiers: Grid, rule: TierRule) -> Days:
    """Return the worked days from the first one until a member is in the tier that matches their true mean.

    Nobody is in their own tier before the first placement: tier 1 is only where everybody starts.
    """
    in_own_tier = tiers == deserved_tier(means, rule)
    in_own_tier[: rule.placed_after_days - 1] = False
    return days_until(in_own_tier)


def deserved_tier(means: Row, rule: TierRule) -> Bytes:
    """Return the tier in which a new member with this mean and no daily variation would be placed: (M,)."""
    alike = PeerGroups(EVERYBODY, np.zeros(len(means), dtype=np.int16))
    rank = rank_among(means, alike, direction="lower", rule=rule)
    return (1 + np.sum([rank >= band for band in rule.up], axis=0)).astype(np.uint8)


def completion(history: TierHistory) -> dict[str, TierCompletion]:
    """Return the completion of each tier played."""
    tier, met = history.tiers[SETTLING_DAYS - 1 : -1], history.met[SETTLING_DAYS:]
    worked = np.stack([(tier == number).sum(axis=0) for number in TIERS], axis=1)
    return completion_by_tier(np.stack([(met & (tier == number)).sum(axis=0) for number in TIERS], axis=1), worked)


def days_until(reached: np.ndarray[tuple[int, int], np.dtype[np.bool]]) -> Days:
    """Return the first day, counted from 1, on which a member has reached it: (D, M) -> (M,)."""
    return np.where(reached.any(axis=0), reached.argmax(axis=0) + 1.0, np.inf)


def quantile(days: Days, share: float) -> float | None:
    """Return one of the days themselves, without arithmetic between a day and never."""
    quantile = np.quantile(days, share, method="inverted_cdf") if len(days) else np.inf
    return float(quantile) if np.isfinite(quantile) else None


def _share(yes: np.ndarray[tuple[int], np.dtype[np.bool]]) -> float | None:
    return round(float(yes.mean()), 4) if len(yes) else None
