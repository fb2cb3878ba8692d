"""What the members of a tier will probably reach, and the targets that follow from it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.expected_completion import (
    ExpectedCompletion,
    choose_targets,
    expected_completion,
)
from ladder.domain.challenges.history import Bytes, Values
from ladder.domain.challenges.rules import TIERS, Metric, TierRule
from ladder.domain.challenges.targets import round_easier
from ladder.domain.validation.constraints import Direction
from tests.builders.planning import NAN, metric
from tests.reference.completion_targets import PlainMember, plain_choice, plain_expectation

GOALS = TierRule().completion
DIRECTIONS = st.sampled_from(("lower", "higher"))
KINDS = st.sampled_from(("steady", "noise", "zeros", "ties", "bounds"))


def of_members(days: Values, tiers: Bytes, of: Metric) -> ExpectedCompletion:
    """Among all multiples of the step that a day reached."""
    bounds = sorted(round_easier([np.nanmin(days), np.nanmax(days)], of.step, of.direction).tolist())
    easiest, hardest = reversed(bounds) if of.direction == "lower" else bounds
    return expected_completion(days, tiers, np.ones(len(tiers)), of, goals=GOALS, easiest=easiest, hardest=hardest)


def drawn(kind: str, seed: int, members: int) -> tuple[Values, Bytes]:
    """Twelve days of members in any tiers, a fifth of them not worked; everybody worked on the first."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(50, 12, members)
    days = {
        "steady": usual + rng.normal(0, 4, (12, members)),
        "noise": rng.normal(50, 12, (12, members)),
        "zeros": np.where(rng.random((12, members)) < 0.8, 0, rng.integers(1, 30, (12, members))),
        "ties": rng.integers(48, 51, (12, members)),
        "bounds": np.clip(2 * usual + rng.normal(0, 30, (12, members)), 0, 100),
    }[kind]
    days = np.where((rng.random((12, members)) < 0.2) & (np.arange(12) > 0)[:, None], NAN, days)
    return days.astype(np.float32), rng.integers(1, 4, members).astype(np.uint8)


def test_where_members_differ_for_good_a_tier_is_expected_to_reach_what_its_own_members_reached() -> None:
    days = np.array([[10, 20, 60, 70, 90, 95]] * 12, dtype=np.float32)
    expected = of_members(days, np.array([1, 1, 2, 2, 3, 3], dtype=np.uint8), metric(direction="higher"))

    assert expected.values.tolist() == [*range(10, 96)]
    at = [0, 10, 50, 60, 80, 85]
    assert expected.by_tier[:, at].tolist() == [[1, 0.5, 0, 0, 0, 0], [1, 1, 1, 0.5, 0, 0], [1, 1, 1, 1, 1, 0.5]]
    assert expected.days.tolist() == [24, 24, 24]


def test_where_members_do_not_differ_every_tier_is_expected_to_reach_what_everybody_reached() -> None:
    """Tiers by nothing but chance: the best of these days promise nothing."""
    days = np.array([[1, 2, 3], [2, 3, 1], [3, 1, 2]] * 4, dtype=np.float32)
    expected = of_members(days, np.array([1, 2, 3], dtype=np.uint8), metric(direction="higher"))

    assert expected.by_tier == pytest.approx(np.tile(expected.of_everybody, (3, 1)))


@pytest.mark.parametrize(("between", "within"), [(138, 80), (40, 80), (10, 80)])
def test_the_next_day_is_met_as_often_as_expected_however_much_of_a_placement_was_chance(
    between: float, within: float
) -> None:
    """Members are put into tiers by the very days that their targets are made from."""
    rng = np.random.default_rng(5)
    means = rng.normal(600, between, 6_000)
    days = (means + rng.normal(0, within, (12, 6_000))).astype(np.float32)
    tiers = np.digitize(-np.median(days, axis=0), np.quantile(-np.median(days, axis=0), [0.55, 0.77])) + 1
    targets, likely = choose_targets(of_members(days, tiers.astype(np.uint8), metric()), math.nan)
    tomorrow = means + rng.normal(0, within, 6_000)

    for tier, target, expected in zip(TIERS, targets, likely, strict=True):
        met = float((tomorrow[tiers == tier] <= target).mean())
        assert met == pytest.approx(expected, abs=0.035), tier
        assert expected == pytest.approx(GOALS[tier - 1] / 100, abs=0.005)


def by_performance(days: Values, direction: Direction) -> Bytes:
    """Return tiers of a third of the members each, as nights place them. By chance, a tier may be better than the next:
    then nothing can be asked of both that is harder for the better ones, and they share a target.
    """
    usual = np.nanmedian(days, axis=0) * (1 if direction == "higher" else -1)
    return (1 + np.argsort(np.argsort(usual)) * len(TIERS) // days.shape[1]).astype(np.uint8)


@settings(deadline=None, max_examples=120)
@given(KINDS, st.integers(0, 10_000), st.integers(3, 30), DIRECTIONS, st.sampled_from((0.5, 1.0, 5.0)))
def test_targets_get_harder_from_tier_to_tier_wherever_the_days_have_three_values(
    kind: str, seed: int, members: int, direction: Direction, step: float
) -> None:
    days, tiers = drawn(kind, seed, members)
    of = metric(direction=direction, step=step)
    expected = of_members(days, tiers, of)
    targets, _ = choose_targets(expected, math.nan)

    harder = sorted(targets, reverse=direction == "lower")
    assert list(targets) == harder
    assert all(target / step == pytest.approx(round(target / step)) for target in targets)
    if kind in {"steady", "noise"} and step == 0.5:
        placed, _ = choose_targets(of_members(days, by_performance(days, direction), of), math.nan)
        assert len(set(placed)) == len(TIERS)


@settings(deadline=None, max_examples=100)
@given(KINDS, st.integers(0, 10_000), st.integers(3, 12), DIRECTIONS)
def test_targets_are_those_that_are_worked_out_day_by_day(
    kind: str, seed: int, members: int, direction: Direction
) -> None:
    days, tiers = drawn(kind, seed, members)
    tiers[:3] = TIERS
    of, weight = metric(direction=direction), np.random.default_rng(seed).integers(1, 4, members).astype(np.float64)
    low, high = np.nanquantile(days, [0.1, 0.9]).round().tolist()
    bounds = {"easiest": high, "hardest": low} if direction == "lower" else {"easiest": low, "hardest": high}
    plain = plain_expectation(
        [
            PlainMember(mine[~np.isnan(mine)].tolist(), int(tier), float(counts))
            for mine, tier, counts in zip(days.T, tiers, weight, strict=True)
        ],
        of,
        GOALS,
        **bounds,
    )
    expected = expected_completion(days, tiers, weight, of, goals=GOALS, **bounds)

    assert expected.values.tolist() == plain.values
    assert expected.exact.tolist() == pytest.approx(plain.exact)
    for mine, theirs in zip(expected.by_tier, plain.by_tier, strict=True):
        assert mine.tolist() == pytest.approx(theirs)
    assert choose_targets(expected, 0.0) == plain_choice(plain, 0.0)


def test_a_target_lies_within_what_the_whole_population_reaches_on_average_however_little_a_tier_does() -> None:
    """Members of a tier cannot agree to do nothing and lower their target without end."""
    days = np.array([[1] * 5 + [50, 60, 70, 80, 90]] * 12, dtype=np.float32)
    tiers, of = np.array([3] * 5 + [1] * 5, dtype=np.uint8), metric(direction="higher")
    expected = expected_completion(days, tiers, np.ones(10), of, goals=GOALS, easiest=50, hardest=90)
    targets, _ = choose_targets(expected, math.nan)

    assert min(targets) >= 50


def test_where_values_are_so_coarse_that_three_targets_would_be_out_of_reach_tiers_share_one() -> None:
    """Of five stars, four are given nearly always and five on six days of ten: three targets in order would ask tier 1
    for three stars, which everybody gets every day.
    """
    rng = np.random.default_rng(1)
    days = rng.choice([3, 4, 5], (12, 60), p=[0.02, 0.38, 0.6]).astype(np.float32)
    expected = of_members(days, rng.integers(1, 4, 60).astype(np.uint8), metric(direction="higher"))

    assert choose_targets(expected, 5.0)[0] == (5, 5, 5)


def test_at_the_best_possible_value_a_target_stays_however_often_it_is_reached() -> None:
    """Four days in five are perfect in tier 3, half of them in tier 2."""
    rng = np.random.default_rng(2)
    tiers = np.repeat(np.array([1, 2, 3], dtype=np.uint8), 20)
    perfect = rng.random((12, 60)) < np.array([0.2, 0.5, 0.8])[tiers - 1]
    days = np.where(perfect, 0, rng.integers(1, 20, (12, 60))).astype(np.float32)
    targets, likely = choose_targets(of_members(days, tiers, metric()), 0.0)

    assert targets[0] > targets[1] > targets[2] == 0
    assert likely[2] > 0.7


def test_a_tier_in_which_nobody_has_worked_stands_between_its_neighbours() -> None:
    days = np.array([[*range(10, 40), *range(70, 100)]] * 12, dtype=np.float32)
    expected = of_members(days, np.repeat(np.array([1, 3], dtype=np.uint8), 30), metric(direction="higher"))
    targets, _ = choose_targets(expected, math.nan)

    assert targets[0] < 40 <= targets[1] <= 70 < targets[2]


def test_who_has_not_worked_changes_nothing_where_a_value_rests_on_one_day() -> None:
    days = np.array([[10, 20, 60, 70, 90, 95]], dtype=np.float32)
    tiers = np.array([1, 1, 2, 2, 3, 3], dtype=np.uint8)
    away = np.full((1, 1), NAN, dtype=np.float32)
    without = of_members(days, tiers, metric(direction="higher"))
    beside = of_members(np.hstack([days, away]), np.append(tiers, np.uint8(2)), metric(direction="higher"))

    assert choose_targets(beside, 100.0) == choose_targets(without, 100.0)
    assert beside.exact.tolist() == without.exact.tolist()
