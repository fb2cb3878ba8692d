import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.member_caps import exceeds_caps, point_table, within_member_caps
from ladder.domain.challenges.rules import Category, RewardRule
from tests.builders.planning import category, reward_rule
from tests.reference.scalars import scalar_preflight

NO_RULES: tuple[RewardRule, ...] = ()
# Multiples that keep every share a whole number, so that the scalar version meets no rounding.
POINTS = st.lists(st.integers(1, 10).map(lambda n: 20 * n), min_size=3, max_size=3).map(
    lambda points: tuple(sorted(points))
)
PERCENT = st.integers(0, 10).map(lambda n: 10.0 * n)
LIMIT = st.none() | st.integers(0, 400)
CATEGORIES = st.lists(POINTS.map(lambda points: category(points=points)), min_size=0, max_size=4)
RULES = st.lists(
    st.builds(
        reward_rule, st.dictionaries(st.sampled_from(("TIER_1", "TIER_2", "TIER_3", "ANY")), PERCENT), limit=LIMIT
    ),
    max_size=2,
).map(tuple)
CAPS = st.builds(
    Caps, member_daily_points=LIMIT, member_daily_bonus_points=LIMIT, bonus_percent_of_base=st.none() | PERCENT
)


@settings(deadline=None, max_examples=150)
@given(CATEGORIES, RULES, CAPS, st.data())
def test_every_member_is_lowered_as_one_who_is_looked_at_alone(
    categories: list[Category], rules: tuple[RewardRule, ...], caps: Caps, data: st.DataObject
) -> None:
    members = 3
    rows = data.draw(
        st.lists(
            st.lists(st.integers(0, 3), min_size=members, max_size=members),
            min_size=len(categories),
            max_size=len(categories),
        )
    )
    tiers = np.array(rows, dtype=np.uint8).reshape(len(categories), members)

    played = within_member_caps(tiers, point_table(categories, rules), caps)

    for member in range(members):
        expected = scalar_preflight(tiers[:, member].tolist(), categories, rules, caps)
        assert played[:, member].tolist() == expected
    assert not exceeds_caps(played, point_table(categories, rules), caps).any()
    assert (played <= tiers).all()


def today(
    tiers: list[int],
    categories: list[Category],
    caps: Caps,
    *,
    rules: tuple[RewardRule, ...] = (),
) -> list[int]:
    grid = np.array(tiers, dtype=np.uint8).reshape(len(tiers), 1)
    played = within_member_caps(grid, point_table(categories, rules), caps)
    return [int(tier) for tier in played[:, 0]]


SMALL, LARGE = category("SMALL", points=(10, 20, 30)), category("LARGE", points=(50, 100, 150))


@pytest.mark.parametrize(
    ("cap", "played"),
    [
        (180, [3, 3]),
        (179, [3, 2]),
        (129, [3, 1]),
        (79, [2, 1]),
        (69, [1, 1]),
        (59, [0, 1]),
        (49, [0, 0]),
    ],
)
def test_the_worthiest_challenge_is_lowered_first_and_then_the_smallest_dropped(cap: int, played: list[int]) -> None:
    assert today([3, 3], [SMALL, LARGE], Caps(member_daily_points=cap)) == played


def test_who_fits_is_untouched_beside_one_who_does_not() -> None:
    tiers = np.array([[3, 2]], dtype=np.uint8)

    played = within_member_caps(tiers, point_table([LARGE], NO_RULES), Caps(member_daily_points=149))

    assert played.tolist() == [[2, 2]]


def test_a_rules_limit_and_the_members_limit_on_bonuses_lower_a_tier() -> None:
    half = reward_rule({"TIER_3": 50})
    limited = reward_rule({"TIER_3": 50}, limit=74)

    assert today([3], [LARGE], Caps(), rules=(half,)) == [3]
    assert today([3], [LARGE], Caps(), rules=(limited,)) == [2]
    assert today([3], [LARGE], Caps(member_daily_bonus_points=74), rules=(half,)) == [2]


def test_a_bonus_above_its_share_of_base_is_trimmed_and_lowers_nobody() -> None:
    double, caps = reward_rule({"TIER_3": 100}), Caps(bonus_percent_of_base=20, member_daily_points=180)

    assert today([3], [LARGE], caps, rules=(double,)) == [3]


@pytest.mark.parametrize("percent", [7, 14, 28, 29, 55, 56, 57, 58])
def test_a_bonus_of_exactly_the_limit_fits(percent: int) -> None:
    hundred = category(points=(100, 100, 100))

    assert today([3], [hundred], Caps(), rules=(reward_rule({"ANY": percent}, limit=percent),)) == [3]


def test_a_night_without_categories_is_no_error() -> None:
    nothing = np.zeros((0, 5), dtype=np.uint8)

    assert within_member_caps(nothing, point_table([], NO_RULES), Caps()).shape == (0, 5)
