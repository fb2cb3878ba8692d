import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.assignment import Standing
from ladder.domain.columns import History
from ladder.domain.program import TierRule
from ladder.domain.tiers import Rungs, days_to_fold, fold_day, fold_standing
from tests.domain.examples import NAN, YESTERDAY, history, metric, row, standing, work

BANDS = TierRule()
QUICK = TierRule(up_after_days=3, down_after_days=2, placed_after_days=3, min_members=2)
LITERAL = TierRule(smoothing_days=1, up=(50, 75), down=(50, 75))
A_DAY_OFF = None


def climb(ranks: Sequence[float | None], rule: TierRule = BANDS, *, tier: int = 1, placed: bool = True) -> list[int]:
    """The tier of one member after each day, through the vectorised code; None is a day off."""
    worked = rule.placed_after_days if placed else 0
    rungs = Rungs.of(standing(1, tier=bytes([tier]), worked=bytes([worked])))
    tiers = []
    for rank in ranks:
        known = row(50 if rank is A_DAY_OFF else rank)
        rungs = fold_day(rungs, known, worked=np.array([rank is not A_DAY_OFF]), rule=rule)
        tiers.append(int(rungs.tier[0]))
    return tiers


def scalar_climb(ranks: Sequence[float], worked_days: Sequence[bool], rule: TierRule) -> list[int]:
    tier, worked, above, below, tiers = 1, 0, 0, 0, []
    for rank, here in zip(ranks, worked_days, strict=True):
        if here and worked < rule.placed_after_days:
            if worked + 1 < rule.placed_after_days or not math.isnan(rank):
                worked += 1
            if worked == rule.placed_after_days:
                tier = 1 + sum(rank >= band for band in rule.up)
        elif here:
            above = above + 1 if tier < 3 and rank >= rule.up[tier - 1] else 0
            below = below + 1 if tier > 1 and rank < rule.down[tier - 2] else 0
            step = (above == rule.up_after_days) - (below == rule.down_after_days)
            tier, above, below = tier + step, above * (not step), below * (not step)
        tiers.append(tier)
    return tiers


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32 - 1))
def test_every_member_climbs_as_one_who_is_looked_at_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ranks = rng.choice(row(0, 41, 42, 45, 48, 60, 68, 70, 74, 100, NAN), (30, 6))
    worked = rng.random((30, 6)) < 0.8

    rungs, seen = Rungs.of(Standing.new(6)), []
    for rank, here in zip(ranks, worked, strict=True):
        rungs = fold_day(rungs, rank, worked=here, rule=QUICK)
        seen.append(rungs.tier.tolist())

    expected = [scalar_climb(ranks[:, n].tolist(), worked[:, n].tolist(), QUICK) for n in range(6)]

    assert np.array(seen).T.tolist() == expected
    assert set(np.array(seen).flat) <= {1, 2, 3}


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
def test_a_new_member_starts_in_tier_1_and_is_placed_where_he_stands_on_his_tenth_worked_day(
    rank: float, tier: int
) -> None:
    assert climb([rank] * 11, placed=False) == [1] * 9 + [tier] * 2


def test_the_placement_waits_until_a_rank_is_known() -> None:
    assert climb([100] * 9 + [NAN, A_DAY_OFF, 100], placed=False) == [1] * 11 + [3]


def test_a_member_who_wobbles_around_the_band_stays_where_he_is() -> None:
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
    nine_good_days = Rungs.of(standing(1, above=b"\x09", worked=b"\x0a"))
    quicker = TierRule(up_after_days=5)

    resting = fold_day(nine_good_days, row(100), worked=np.array([False]), rule=quicker)

    assert resting.tier == [1]
    assert fold_day(resting, row(100), worked=np.array([True]), rule=quicker).tier == [2]


def fold(before: Standing, known: History, until: date, rule: TierRule = QUICK) -> Standing:
    peers = np.zeros(known.members, dtype=np.int16)
    return fold_standing(before, known, metric=metric(), peers=peers, rule=rule, until=until)


def days_before(days: int) -> date:
    return YESTERDAY - timedelta(days=days)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sets(st.integers(1, 25)))
def test_missed_nights_count_every_day_once(seed: int, nights: set[int]) -> None:
    known = history({"AHT": work(8, 90, seed=seed)})
    start = fold(Standing.new(8), known, days_before(26))

    in_between = start
    for back in sorted(nights, reverse=True):
        in_between = fold(in_between, known, days_before(back))

    assert fold(in_between, known, YESTERDAY) == fold(start, known, YESTERDAY)


@pytest.mark.parametrize("until", [YESTERDAY, days_before(1), days_before(20)])
def test_a_day_that_is_folded_in_already_is_not_folded_again(until: date) -> None:
    known = history({"AHT": work(8, 90)})
    folded = fold(Standing.new(8), known, YESTERDAY)

    assert fold(folded, known, until) == folded
    assert folded.as_of == YESTERDAY


def test_the_first_night_folds_the_days_of_the_window_each_seen_with_a_window_of_its_own() -> None:
    values = work(8, 90)
    first = fold(Standing.new(8), history({"AHT": values}), YESTERDAY)
    values[:31] = NAN

    assert days_to_fold(None, YESTERDAY, QUICK) == [days_before(days) for days in range(29, -1, -1)]
    assert first == fold(Standing.new(8), history({"AHT": values}), YESTERDAY)
    assert set(first.tier) == {1, 2, 3}


def test_after_a_gap_longer_than_the_window_only_the_windows_days_are_folded() -> None:
    known = history({"AHT": work(8, 150)})
    long_ago = fold(Standing.new(8), known, days_before(60))

    assert fold(long_ago, known, YESTERDAY) == fold(replace(long_ago, as_of=days_before(30)), known, YESTERDAY)


def test_an_agent_alone_rests_in_tier_1_and_an_empty_house_is_no_error() -> None:
    assert fold(Standing.new(1), history({"AHT": work(1, 90)}), YESTERDAY).tier == b"\x01"
    assert fold(Standing.new(0), history({"AHT": work(0, 90)}), YESTERDAY).tier == b""


def test_a_house_of_equals_stands_on_the_middle_tier_for_good() -> None:
    known = history({"AHT": np.full((200, 30), 183.4, dtype=np.float32)})
    middle = b"\x02" * 30

    first = fold(Standing.new(30), known, days_before(100), BANDS)

    assert first.tier == middle
    assert fold(first, known, YESTERDAY, BANDS).tier == middle


@pytest.mark.parametrize("scale", [1000, 1 / 60])
def test_another_unit_changes_no_standing(scale: float) -> None:
    seconds = work(40, 90, between=10, within=10)
    rescaled = (seconds.astype(np.float64) * scale).astype(np.float32)

    folded = [fold(Standing.new(40), history({"AHT": values}), YESTERDAY) for values in (seconds, rescaled)]

    assert folded[0] == folded[1]


def test_the_order_of_members_changes_nobodys_tier() -> None:
    values, order = work(40, 90), np.random.default_rng(1).permutation(40)

    straight, shuffled = (
        fold(Standing.new(40), history({"AHT": columns}), YESTERDAY).tier for columns in (values, values[:, order])
    )

    assert shuffled == bytes(straight[slot] for slot in order)


def test_the_literal_rule_judges_each_day_by_itself() -> None:
    usual = np.tile(np.arange(100, 140, dtype=np.float32), (90, 1))
    usual[-5:, 0] = 999  # the best member's five worst days
    peak = fold(Standing.new(40), history({"AHT": usual}), days_before(5), LITERAL)

    assert peak.tier[0] == 3
    assert fold(peak, history({"AHT": usual}), YESTERDAY, LITERAL).tier[0] == 2
    assert fold(peak, history({"AHT": usual}), YESTERDAY, BANDS).tier[0] == 3
