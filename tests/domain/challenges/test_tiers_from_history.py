"""A history folded into tiers: every day once, whatever its unit, its order and the nights missed."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.history import History
from ladder.domain.challenges.rules import LITERAL, TierRule
from ladder.domain.challenges.tiers import apply_days, days_to_apply
from tests.builders.planning import NAN, YESTERDAY, figures, history, metric, work
from tests.reference.tier_rule import BANDS, MEMORY, NO_MEMORY

QUICK = replace(NO_MEMORY, smoothing_days=10, up_after_days=3, down_after_days=2, placed_after_days=3, min_members=2)


def fold(before: Standing, known: History, until: date, rule: TierRule = QUICK) -> Standing:
    return apply_days(before, figures(known, rule), metric(), until=until)


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

    assert days_to_apply(None, YESTERDAY, QUICK) == [days_before(days) for days in range(29, -1, -1)]
    assert first == fold(Standing.new(8), history({"AHT": values}), YESTERDAY)
    assert set(first.tier) == {1, 2, 3}


def test_after_a_gap_longer_than_the_window_only_the_windows_days_are_folded() -> None:
    known = history({"AHT": work(8, 150)})
    long_ago = fold(Standing.new(8), known, days_before(60))

    assert fold(long_ago, known, YESTERDAY) == fold(replace(long_ago, as_of=days_before(30)), known, YESTERDAY)


def test_an_agent_alone_rests_in_tier_1_and_an_empty_house_is_no_error() -> None:
    assert fold(Standing.new(1), history({"AHT": work(1, 90)}), YESTERDAY).tier == b"\x01"
    assert fold(Standing.new(0), history({"AHT": work(0, 90)}), YESTERDAY).tier == b""


@pytest.mark.parametrize(("rule", "tier"), [(BANDS, b"\x02"), (LITERAL, b"\x02"), (MEMORY, b"\x01")])
def test_a_house_of_equals_stands_where_the_middle_stands_for_good(rule: TierRule, tier: bytes) -> None:
    known = history({"AHT": np.full((200, 30), 183.4, dtype=np.float32)})

    first = fold(Standing.new(30), known, days_before(100), rule)

    assert first.tier == tier * 30
    assert fold(first, known, YESTERDAY, rule).tier == tier * 30


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
