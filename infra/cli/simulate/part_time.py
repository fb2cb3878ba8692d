"""Measures what a tier rule does to part-timers: a fifth of the members work two days a week, the others five.

Days are calendar days. Halfway, every part-timer becomes better for good. Axes: D days, M members.
"""

from dataclasses import dataclass

import numpy as np

from infra.cli.simulate.measure import YEAR, days_until, deserved_tier, quantile
from infra.cli.simulate.simulation import BETWEEN, SETTLING_DAYS, SimulatedMembers, play_nights
from ladder.domain.challenges.rules import TierRule

PART_TIMERS = 0.2  # of the members
WEEK, PART, FULL = 7, 2, 5  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTime:
    """None: it concerns nobody, or lies beyond the simulated days."""

    days_to_first_placement: float | None  # until nine in ten part-timers have one, from their first worked day on
    days_to_own_tier: float | None  # until half of those who became better are in the tier of their new mean
    changes_per_member_year: float  # of everybody, as long as nobody becomes better


def measure_part_time(rng: np.random.Generator, rule: TierRule, population: SimulatedMembers) -> PartTime:
    days, members = population.values.shape
    part_time = np.arange(members) < PART_TIMERS * members
    order = rng.permuted(np.tile(np.arange(WEEK), (members, 1)), axis=1)  # of each member's days of the week
    works = (order < np.where(part_time, PART, FULL)[:, None])[:, np.arange(days) % WEEK].T
    values = np.where(works, population.values, np.float32(np.nan))
    usual = play_nights(values, rule)
    placed = days_until(usual.placed) - works.argmax(axis=0)
    better = part_time * np.float32(BETWEEN)
    own, half = deserved_tier(population.means - better, rule), days // 2
    values[half:] -= better
    tiers = play_nights(values, rule).tiers
    below = part_time & (tiers[half - 1] < own)
    settled = usual.tiers[2 * SETTLING_DAYS :]
    return PartTime(
        days_to_first_placement=quantile(placed[part_time], 0.9),
        days_to_own_tier=quantile(days_until(tiers[half:] >= own)[below], 0.5),
        changes_per_member_year=round(float((settled[1:] != settled[:-1]).mean()) * YEAR, 4),
    )
