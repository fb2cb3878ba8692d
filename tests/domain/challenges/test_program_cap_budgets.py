import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.program_cap import LIKELY, allocate, payout, plannable_points, water_fill
from tests.reference.scalars import scalar_allocate

CEILINGS = st.lists(st.integers(0, 30), max_size=12)
MEMBERS = st.lists(st.tuples(st.integers(0, 300), st.floats(0, 1)), max_size=40)


def scalar_fill(purse: int, ceilings: list[int]) -> list[int]:
    """Raise everybody by one point at a time for as long as the purse lasts."""
    level = 0
    while level < max(ceilings, default=0) and sum(min(ceiling, level + 1) for ceiling in ceilings) <= purse:
        level += 1
    return [min(ceiling, level) for ceiling in ceilings]


def allotted(caps: Caps, worth: list[float], working: list[float]) -> list[int]:
    budgets = allocate(caps, worth=np.array(worth, dtype=float), working=np.array(working, dtype=float))
    assert budgets is not None
    points: list[int] = budgets.tolist()
    return points


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 200), CEILINGS)
def test_the_purse_fills_everybody_to_one_level_or_to_what_they_could_earn(purse: int, ceilings: list[int]) -> None:
    assert water_fill(purse, np.array(ceilings, dtype=np.int64)).tolist() == scalar_fill(purse, ceilings)


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 10_000), st.none() | st.integers(300, 500), st.floats(0, 90), MEMBERS)
def test_budgets_stay_within_the_cap_less_a_reserve_of_at_least_five_percent(
    cap: int, member_cap: int | None, reserve: float, members: list[tuple[int, float]]
) -> None:
    caps = Caps(program_daily_points=cap, member_daily_points=member_cap, reserve_percent=reserve)
    worth, working = [float(points) for points, _ in members], [share for _, share in members]

    budgets = allotted(caps, worth, working)

    plainly = scalar_allocate(caps, worth, working)
    assert plainly is not None
    assert budgets == pytest.approx(plainly, abs=1)  # a share of exactly a whole point may fall on either side
    assert [points == NO_BUDGET for points in budgets] == [share == 0 for share in working]
    shares = [points for points in budgets if points != NO_BUDGET]
    assert sum(shares) <= cap * (100 - max(reserve, 5)) / 100
    assert all(points >= 0 and (member_cap is None or points <= member_cap) for points in shares)


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 10_000), MEMBERS)
def test_what_budgets_leave_is_enough_for_what_is_expected_beyond_them(
    cap: int, members: list[tuple[int, float]]
) -> None:
    """Wherever the forecast fits at all."""
    caps = Caps(program_daily_points=cap)
    worth, working = np.array([points for points, _ in members], dtype=float), np.array([p for _, p in members])
    most = plannable_points(caps)
    if most is None or not len(members) or payout(worth, working) > most:
        return
    budgets = np.array(allotted(caps, worth.tolist(), working.tolist()))
    beyond = np.maximum(worth - np.maximum(budgets, 0), 0)
    likely = working >= LIKELY
    assert np.maximum(budgets, 0).sum() + payout(beyond * likely, working * likely) <= most + len(members)


def test_a_program_without_a_cap_has_no_budgets() -> None:
    assert allocate(Caps(), worth=np.array([100.0]), working=np.array([1.0])) is None


def test_where_all_fits_everybody_has_the_worth_of_their_challenges_and_an_equal_share_of_what_is_left() -> None:
    caps = Caps(program_daily_points=1_000, member_daily_points=400)

    assert allotted(caps, [300, 100, 100], [1, 1, 1]) == [400, 275, 275]
    assert allotted(replace_cap(caps, 10_000), [300, 100, 100], [1, 1, 0]) == [400, 400, NO_BUDGET]


def test_who_is_hardly_expected_takes_no_budget_from_those_who_are() -> None:
    """Half of the members are away today: those who come have their whole worth all the same."""
    caps = Caps(program_daily_points=20_000)

    budgets = allotted(caps, [200.0] * 150, [1.0] * 75 + [0.02] * 75)

    assert min(budgets[:75]) >= 200


def test_the_tighter_the_cap_the_more_is_left_to_be_drawn() -> None:
    worth, working = [200.0] * 100, [0.8] * 100

    shares = [sum(allotted(Caps(program_daily_points=cap), worth, working)) / cap for cap in (22_000, 16_000, 14_000)]

    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.9
    assert shares[-1] < 0.5


@pytest.mark.parametrize(("cap", "reserve", "most"), [(1_000, 5, 950), (1_000, 20, 800), (1_001, 0, 950)])
def test_the_purse_is_the_cap_less_the_reserve(cap: int, reserve: float, most: int) -> None:
    assert plannable_points(Caps(program_daily_points=cap, reserve_percent=reserve)) == most
    assert plannable_points(Caps()) is None


def replace_cap(caps: Caps, points: int) -> Caps:
    return Caps(program_daily_points=points, member_daily_points=caps.member_daily_points)
