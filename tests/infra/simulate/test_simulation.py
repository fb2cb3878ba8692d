"""The rules on drawn members, and the figures by which rules are judged."""

import math

import numpy as np
import pytest

from infra.cli.simulate import measure as measuring
from infra.cli.simulate.measure import measure
from infra.cli.simulate.simulation import (
    AFTERWARDS_DAYS,
    DAYS_NEEDED,
    SETTLING_DAYS,
    Grid,
    Marks,
    SimulatedMembers,
    Slump,
    TierHistory,
    play_nights,
)
from ladder.domain.challenges.rules import LITERAL, TierRule
from tests.builders.planning import row

BANDS = TierRule()
MEMBERS, DAYS = 600, 560
EARLY, LATE = slice(SETTLING_DAYS, 180), slice(400, 520)  # so far apart that no memory of a slump reaches across


def drawn(members: int, days: int, *, seed: int = 0, between: float = 138.0) -> SimulatedMembers:
    return SimulatedMembers.stationary(np.random.default_rng(seed), members=members, days=days, between=between)


@pytest.fixture(scope="module")
def alike() -> SimulatedMembers:
    """Every member drawn from one distribution: the null control."""
    return drawn(MEMBERS, DAYS, between=0.0)


def between_halves(tiers: Grid) -> float:
    early, late = tiers[EARLY].mean(axis=0), tiers[LATE].mean(axis=0)
    return float(np.corrcoef(early, late)[0, 1])


def test_members_who_are_alike_are_not_kept_apart_beyond_chance(alike: SimulatedMembers) -> None:
    tiers = play_nights(alike.values, BANDS).tiers
    assert set(np.unique(tiers[LATE])) == {1, 2, 3}
    assert abs(between_halves(tiers)) < 4 / math.sqrt(MEMBERS)  # four standard errors of a correlation of nothing


def test_among_members_who_are_alike_the_highest_tier_does_no_better_afterwards(alike: SimulatedMembers) -> None:
    tiers = play_nights(alike.values, BANDS).tiers[SETTLING_DAYS - 1 : -1]
    afterwards = alike.values[SETTLING_DAYS:].astype(np.float64)
    low, high = afterwards[tiers == 1], afterwards[tiers == 3]
    error = math.hypot(low.std() / math.sqrt(low.size), high.std() / math.sqrt(high.size))
    assert abs(low.mean() - high.mean()) < 4 * error


def test_the_literal_rule_sinks_members_who_are_alike_into_tier_1(alike: SimulatedMembers) -> None:
    """Five poor days in a row are chance; ten good ones hardly ever are."""
    assert (play_nights(alike.values, LITERAL).tiers[LATE] == 1).mean() > 0.9


def test_members_who_differ_are_kept_apart() -> None:
    tiers = play_nights(drawn(MEMBERS, DAYS).values, BANDS).tiers
    assert between_halves(tiers) > 0.8


def test_a_slump_changes_its_own_days_of_its_own_members_and_nothing_else() -> None:
    usual, slump = drawn(40, DAYS_NEEDED), Slump.in_the_middle(members=40, days=DAYS_NEEDED)
    worse = usual.slumping(slump).values - usual.values
    assert np.allclose(worse[slump.first : slump.end, :10], 160, atol=1e-3)
    assert not worse[:, 10:].any()
    assert not worse[: slump.first].any()
    assert not worse[slump.end :].any()
    assert (slump.first, DAYS_NEEDED - slump.end) == (SETTLING_DAYS, AFTERWARDS_DAYS)


def test_the_target_of_a_day_is_asked_by_the_evening_before() -> None:
    values = np.tile(np.arange(100, 140, dtype=np.float32), (30, 1))
    values[20] = 0  # so good a day that it must not be judged by a target made from it
    values[21] = 1000
    met = play_nights(values, BANDS).met
    assert not met[0].any()
    assert met[20].all()
    assert not met[21].any()


def test_a_day_is_judged_by_the_tier_of_the_evening_before() -> None:
    by_percentiles = TierRule(targets=(25.0, 50.0, 75.0))
    steady = play_nights(np.tile(np.arange(100, 140, dtype=np.float32), (30, 1)), by_percentiles)
    assert steady.tiers[8].tolist() == [1] * 40
    assert steady.tiers[-1].tolist() == measuring.deserved_tier(row(*range(100, 140)), BANDS).tolist()
    # by mid-ranks, the quartiles of 40 steady members lie between 10 and 11, 20 and 21, 30 and 31; rounded easier
    assert steady.met[9].tolist() == [member <= 30 for member in range(40)]
    hard = [member <= {1: 30, 2: 20, 3: 10}[tier] for member, tier in enumerate(steady.tiers[-1].tolist())]
    assert steady.met[-1].tolist() == hard


def test_changes_are_counted_once_settled() -> None:
    tiers = np.ones((SETTLING_DAYS + 10, 2), dtype=np.uint8)
    tiers[20:] = 2  # while settling
    tiers[SETTLING_DAYS:, 0] = 3
    tiers[SETTLING_DAYS + 5 :, 0] = 2
    assert measuring.changes_a_day(tiers) == pytest.approx(2 / 20)


def test_who_was_in_tier_1_before_the_slump_was_not_put_there_by_it() -> None:
    slump = Slump(np.array([True, True, True, False]), 1, 3)
    tiers = np.array([[1, 2, 3, 2], [1, 1, 2, 1], [1, 1, 2, 1], [1, 2, 1, 1]], dtype=np.uint8)
    assert measuring.put_into_tier_1(tiers, slump).tolist() == [False, True, False, False]


def test_the_day_of_return_is_counted_from_the_end_of_the_slump() -> None:
    afterwards = np.array([[2, 1, 1], [1, 1, 1], [1, 3, 1]], dtype=np.uint8)
    assert measuring.days_until(afterwards > 1).tolist() == [1, 3, math.inf]


def test_nobody_is_in_their_own_tier_before_they_are_placed() -> None:
    means, tiers = row(400, 300, 200, 100), np.ones((12, 4), dtype=np.uint8)
    tiers[9:] = 1, 2, 2, 3
    tiers[11, 3] = 3
    rule = TierRule(up=(30, 80), min_peers=4, min_members=4)
    assert measuring.deserved_tier(means, rule).tolist() == [1, 2, 2, 3]
    assert measuring.days_to_own_tier(means, tiers, rule).tolist() == [10, 10, 10, 10]
    tiers[9:11, 3] = 2
    assert measuring.days_to_own_tier(means, tiers, rule).tolist() == [10, 10, 10, 12]


def test_completions_are_counted_by_the_tier_played() -> None:
    tiers = np.ones((SETTLING_DAYS + 2, 2), dtype=np.uint8)
    tiers[SETTLING_DAYS:, 1] = 2
    met: Marks = np.ones(tiers.shape, dtype=np.bool)
    met[-2, 0] = False
    met[-1, 1] = False
    first, second, third = measuring.completion(
        TierHistory(tiers, np.ones_like(met), met, np.ones((len(tiers), 3), dtype=np.float32))
    ).values()
    assert (first.rate, first.members, first.days) == (round(2 / 3, 4), 2, 3)
    assert (second.rate, second.members, second.days) == (0, 1, 1)
    assert (third.rate, third.low, third.days) == (None, None, 0)


def test_where_the_slump_put_nobody_into_tier_1_there_is_nobody_to_tell_of() -> None:
    never_down = TierRule(down=(-1.0, -1.0), previous_kept_days=0)
    slump = Slump.in_the_middle(members=20, days=DAYS_NEEDED)
    members = drawn(20, DAYS_NEEDED)
    measured = measure("bands", never_down, members, slump, usual=play_nights(members.values, never_down))
    assert (measured.put_into_tier_1, measured.stuck_share, measured.median_days_to_return) == (0, None, None)
