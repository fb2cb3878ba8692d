"""Worked days of part-timers are evidence by what was handled on them, not by the calendar."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.performance import weekly_days
from ladder.domain.challenges.rules import TierRule
from ladder.domain.challenges.tiers import days_needed
from tests.builders.planning import NAN, YESTERDAY, figures, history, metric, row, work
from tests.reference.scalars import scalar_days_a_week
from tests.reference.tier_rule import climb, scalar_days_needed

AHT = metric()
FULL_WEEK, TWO_A_WEEK = "xxxxx--", "x--x---"


def works(week: str, days: int) -> list[bool]:
    return [week[day % 7] == "x" for day in range(days)]


@pytest.mark.parametrize(
    ("days_a_week", "needed"), [(7, 10), (5, 10), (4, 10), (3.5, 8), (3, 7), (2.5, 6), (2, 4), (1, 4)]
)
def test_ten_days_of_a_full_week_are_four_of_two_days_a_week(days_a_week: float, needed: int) -> None:
    assert days_needed(10, row(days_a_week)).tolist() == [needed]


@given(st.integers(1, 255), st.floats(1, 7, width=32))
def test_the_days_needed_are_those_of_one_who_is_looked_at_alone(days: int, a_week: float) -> None:
    (needed,) = days_needed(days, row(a_week)).tolist()

    assert needed == scalar_days_needed(days, float(row(a_week)[0]))
    assert min(days, 4) <= needed <= days


def test_a_holiday_makes_nobody_a_part_timer() -> None:
    usual = works(FULL_WEEK, days=35)
    away = [worked and not 7 <= day < 21 for day, worked in enumerate(usual)]

    assert weekly_days(np.array([usual, away]).T).tolist() == [5, 5]


def test_nobody_is_a_part_timer_in_their_first_week() -> None:
    assert weekly_days(np.array([[False] * 24 + [True, False, False, True, False, False]]).T).tolist() == [7]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.booleans(), min_size=30, max_size=30), min_size=1, max_size=5))
def test_the_days_a_week_are_those_of_one_who_is_looked_at_alone(worked: list[list[bool]]) -> None:
    values = np.where(np.array(worked).T, 100, NAN).astype(np.float32)
    known = figures(history({"AHT": values}), TierRule())

    expected = [scalar_days_a_week(column) for column in values.T.tolist()]

    assert known.days_a_week(AHT, YESTERDAY).tolist() == pytest.approx(expected)


def test_the_fourth_worked_day_in_two_weeks_makes_a_part_timers_value_known() -> None:
    values = work(30, 60)
    values[:, 0] = np.where(works(TWO_A_WEEK, days=60), 300, NAN)
    values[:-11, 0] = NAN  # four days of two weeks are left
    values[:, 1] = NAN
    values[-4:, 1] = 300  # four days of one

    value = figures(history({"AHT": values}), TierRule()).value(AHT, YESTERDAY)

    assert int((~np.isnan(values[:, 0])).sum()) == 4
    assert value[0] == 300
    assert np.isnan(value[1])


def test_four_good_days_lift_somebody_who_works_two_days_a_week() -> None:
    assert climb([100] * 5, TierRule(), days_a_week=2) == [1, 1, 1, 2, 2]
    assert climb([100] * 5, TierRule(), days_a_week=5) == [1] * 5


def test_a_day_without_a_rank_neither_counts_nor_breaks_a_row() -> None:
    assert climb([100] * 9 + [NAN] * 3 + [100], TierRule()) == [1] * 12 + [2]
