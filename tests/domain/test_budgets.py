import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.assignment import NO_BUDGET
from ladder.domain.budgets import allocate, fill
from ladder.domain.program import Caps

CEILINGS = st.lists(st.integers(0, 30), max_size=12)


def scalar_fill(purse: int, ceilings: list[int]) -> list[int]:
    """Raise everybody by one point at a time for as long as the purse lasts."""
    level = 0
    while level < max(ceilings, default=0) and sum(min(ceiling, level + 1) for ceiling in ceilings) <= purse:
        level += 1
    return [min(ceiling, level) for ceiling in ceilings]


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 200), CEILINGS)
def test_the_purse_fills_everybody_to_one_level_or_to_what_he_could_earn(purse: int, ceilings: list[int]) -> None:
    assert fill(purse, np.array(ceilings, dtype=np.int64)).tolist() == scalar_fill(purse, ceilings)


@settings(deadline=None, max_examples=100)
@given(
    st.integers(1, 10_000),
    st.none() | st.integers(1, 500),
    st.floats(0, 90),
    st.lists(st.booleans(), max_size=40),
)
def test_budgets_stay_within_the_cap_less_a_reserve_of_at_least_five_percent(
    cap: int, member_cap: int | None, reserve: float, playing: list[bool]
) -> None:
    caps = Caps(program_daily_points=cap, member_daily_points=member_cap, reserve_percent=reserve)

    budgets = allocate(caps, playing=np.array(playing, dtype=np.bool))

    assert budgets is not None
    assert [points == NO_BUDGET for points in budgets.tolist()] == [not plays for plays in playing]
    shares = budgets[budgets != NO_BUDGET]
    assert shares.sum() <= cap * (100 - max(reserve, 5)) / 100
    assert len(set(shares.tolist())) <= 1  # all could earn the same, so all get the same


def test_a_program_without_a_cap_has_no_budgets() -> None:
    assert allocate(Caps(), playing=np.array([True])) is None


@pytest.mark.parametrize(("member_cap", "budget"), [(None, 316), (400, 316), (200, 200)])
def test_a_budget_is_an_equal_share_and_no_more_than_a_member_may_earn(member_cap: int | None, budget: int) -> None:
    caps = Caps(program_daily_points=1000, member_daily_points=member_cap)

    budgets = allocate(caps, playing=np.array([True, False, True, True]))

    assert budgets is not None
    assert budgets.tolist() == [budget, NO_BUDGET, budget, budget]
