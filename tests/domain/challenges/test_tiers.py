"""The bands between tiers: so many days in a row lead up or down, one tier at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.rules import LITERAL, TierRule
from ladder.domain.challenges.tiers import TierState, apply_day
from tests.builders.planning import NAN, row, standing
from tests.reference.tier_rule import A_DAY_OFF, BANDS, climb


def test_ten_days_in_a_row_at_the_band_lead_up_one_tier() -> None:
    assert climb([48] * 10) == [1] * 9 + [2]
    assert climb([48] * 9 + [47.9] + [48] * 9) == [1] * 19
    assert climb([100] * 25) == [1] * 9 + [2] * 10 + [3] * 6


def test_five_days_in_a_row_below_the_band_lead_down_one_tier() -> None:
    assert climb([41.9] * 5, tier=2) == [2] * 4 + [1]
    assert climb([41.9] * 4 + [42] + [41.9] * 4, tier=2) == [2] * 9
    assert climb([0] * 12, tier=3) == [3] * 4 + [2] * 5 + [1] * 3


def test_between_the_bands_a_member_stays_on_either_side() -> None:
    assert climb([45] * 60, tier=1) == [1] * 60
    assert climb([45] * 60, tier=2) == [2] * 60


def test_days_not_worked_are_no_days() -> None:
    assert climb([48, A_DAY_OFF] * 10) == [1] * 18 + [2] * 2
    assert climb([A_DAY_OFF] * 300, tier=3) == [3] * 300


@pytest.mark.parametrize(("rank", "tier"), [(0, 1), (47, 1), (48, 2), (73, 2), (74, 3), (100, 3)])
def test_a_new_member_starts_in_tier_1_and_is_placed_where_they_stand_on_their_tenth_worked_day(
    rank: float, tier: int
) -> None:
    assert climb([rank] * 11, placed=False) == [1] * 9 + [tier] * 2


def test_the_placement_waits_until_a_rank_is_known() -> None:
    assert climb([100] * 9 + [NAN, A_DAY_OFF, 100], placed=False) == [1] * 11 + [3]


def test_a_member_who_wobbles_around_the_band_stays_where_they_are() -> None:
    assert set(climb([20, 90] * 100, tier=2)) == {2}
    assert set(climb([41, 49] * 100, LITERAL, tier=1)) == {1}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=120), st.sampled_from((BANDS, LITERAL)))
def test_moves_lie_as_many_days_apart_as_the_rule_says_and_go_one_tier_at_a_time(
    ranks: list[int], rule: TierRule
) -> None:
    tiers = np.array([1, *climb(ranks, rule)])
    days, steps = np.nonzero(np.diff(tiers))[0], np.diff(tiers)

    assert set(np.abs(steps)) <= {0, 1}
    assert all(np.diff([-1, *days]) >= [rule.up_after_days if steps[day] > 0 else rule.down_after_days for day in days])


def test_a_rule_made_quicker_moves_nobody_on_a_day_off() -> None:
    nine_good_days = TierState.of(standing(1, above=b"\x09", worked=b"\x0a"))
    quicker = TierRule(up_after_days=5)

    resting = apply_day(nine_good_days, row(100), worked_today=np.array([False]), days_a_week=row(5), rule=quicker)

    assert resting.tier == [1]
    assert apply_day(resting, row(100), worked_today=np.array([True]), days_a_week=row(5), rule=quicker).tier == [2]
