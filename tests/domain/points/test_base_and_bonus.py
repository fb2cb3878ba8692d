from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import RewardCondition, RewardRule
from ladder.domain.message import Message
from ladder.domain.points.apply import bonus_parts, completion_award

PERCENTAGES = st.lists(st.sampled_from([0.1, 0.5, 5.0, 12.5, 20.5, 33.3, 50.0, 120.0]), max_size=4)


def half_up(base: int, percentages: list[float], limit: float | None) -> int:
    percent = sum((Fraction(str(each)) for each in percentages), Fraction(0))
    return int(
        base * min(percent, Fraction(str(limit))) / 100 + Fraction(1, 2)
        if limit is not None
        else base * percent / 100 + Fraction(1, 2)
    )


@given(st.integers(0, 100_000), PERCENTAGES, st.none() | st.sampled_from([0.0, 30.0, 62.5]))
def test_bonuses_add_and_are_rounded_half_up_once(base: int, percentages: list[float], limit: float | None) -> None:
    parts = bonus_parts(base, [(each, "", None) for each in percentages], Caps(bonus_percent_of_base=limit))
    assert sum(part.points for part in parts) == half_up(base, percentages, limit)


def test_two_bonuses_of_half_a_point_are_one_point_and_not_two() -> None:
    parts = bonus_parts(50, [(1.0, "a", 9), (1.0, "b", 9)], Caps())
    assert [(part.points, part.cap) for part in parts] == [(1, "a")]


def condition(metric: str, operator: str, value: str) -> RewardRule:
    told = RewardCondition(metric=metric, operator=operator, value=value, bonus_percentage=50.0)
    return RewardRule(name="rule", description="", evaluation_scope="DAILY", conditions=(told,))


@pytest.mark.parametrize(
    ("told", "extra"),
    [
        (("CHALLENGE_COMPLETED", "EQUALS", "TIER_3"), 40),
        (("CHALLENGE_COMPLETED", "EQUALS", "TIER_2"), 0),
        (("CHALLENGE_COMPLETED", "EQUALS", "ANY"), 40),
        (("AHT", "LESS_THAN", "150"), 40),
        (("AHT", "LESS_THAN", "149"), 0),
        (("AHT", "LESS_THAN_OR_EQUALS", "149"), 40),
        (("AHT", "EQUALS", "149.0"), 40),
        (("AHT", "GREATER_THAN", "148.5"), 40),
        (("AHT", "GREATER_THAN_OR_EQUALS", "150"), 0),
        (("AHT", "BESIDE", "150"), 0),
        (("AHT", "LESS_THAN", "soon"), 0),
        (("AHT", "LESS_THAN", "inf"), 0),
        (("QA", "LESS_THAN", "150"), 0),
    ],
)
def test_a_reward_rule_pays_where_its_condition_holds(told: tuple[str, str, str], extra: int) -> None:
    says: dict[str, Any] = {"category": "SPRINT", "points": 80, "tier": 3, "metric": "AHT", "value": 149}
    award = completion_award(says, [condition(*told)], Caps())
    assert (award.rule, award.base, award.extra) == ("SPRINT", 80, extra)


def test_conditions_of_a_rule_add_and_share_its_cap_and_a_harder_mix_adds_outside_of_it() -> None:
    rule = RewardRule(
        name="both",
        description="",
        evaluation_scope="DAILY",
        conditions=condition("CHALLENGE_COMPLETED", "EQUALS", "ANY").conditions * 2,
        max_daily_bonus_points=9,
    )
    award = completion_award({"points": 10, "tier": 1, "bonus_percentage": 10.0, "held": "short"}, [rule], Caps())
    assert [(part.points, part.max_points) for part in award.bonus] == [(1, None), (10, 9)]
    assert award.held == Message("points.reason", {"reason": "short"})
