"""The tier that was home: held for long, remembered after a fall, and found again the short way."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.rules import TierRule
from tests.builders.planning import NAN
from tests.reference.tier_rule import A_DAY_OFF, MEMORY, RULES, climb, lived, weathers


def test_who_falls_from_a_tier_held_for_forty_days_is_back_after_five_days_above_the_fall() -> None:
    assert climb([50] * 36 + [0] * 5 + [46] * 5, MEMORY, tier=2) == [2] * 40 + [1] * 5 + [2]
    assert climb([90] * 36 + [0] * 5 + [71] * 5, MEMORY, tier=3) == [3] * 40 + [2] * 5 + [3]


def test_a_fall_from_a_tier_held_for_less_than_forty_days_is_not_remembered() -> None:
    days = lived([50] * 35 + [0] * 5 + [46] * 200, MEMORY, tier=2)

    assert {int(rungs.tier[0]) for rungs in days[39:]} == {1}
    assert not any(rungs.previous_tier[0] or rungs.memory_days[0] for rungs in days)


@pytest.mark.parametrize(("start", "tier"), [(1, 1), (2, 2)])
def test_days_before_the_move_into_a_tier_do_not_make_it_home(start: int, tier: int) -> None:
    """A member who rose lately has held the new tier for the days since then."""
    days = lived([{1: 40, 2: 60}[start]] * 100 + [100] * 10 + [0] * 5, MEMORY, tier=start)

    assert (int(days[109].tier[0]), int(days[-1].tier[0]), int(days[-1].previous_tier[0])) == (tier + 1, tier, 0)


def test_the_days_that_lead_back_are_in_a_row_and_at_the_margin() -> None:
    fallen = [50] * 36 + [0] * 5

    assert climb([*fallen, *[46] * 4, 45.9, *[46] * 4], MEMORY, tier=2)[41:] == [1] * 9
    assert climb([*fallen, *[46] * 4, NAN, *[46] * 4], MEMORY, tier=2)[41:] == [1] * 5 + [2] * 4
    assert climb([*fallen, *[46, A_DAY_OFF] * 5], MEMORY, tier=2)[41:] == [1] * 8 + [2] * 2


def test_home_is_remembered_for_120_worked_days_and_then_forgotten() -> None:
    fallen = [50] * 36 + [0] * 5

    in_time = climb([*fallen, *[40] * 115, *[46] * 5], MEMORY, tier=2)
    too_late = lived([*fallen, *[40] * 116, *[46] * 200], MEMORY, tier=2)

    assert (in_time[-2], in_time[-1]) == (1, 2)
    assert {int(rungs.tier[0]) for rungs in too_late[40:]} == {1}
    assert [int(rungs.previous_tier[0]) for rungs in too_late[159:162]] == [2, 0, 0]


@pytest.mark.parametrize(
    ("way", "rule"), [([46] * 5, MEMORY), ([100] * 10, replace(MEMORY, return_after_days=20))], ids=["back", "up"]
)
def test_who_reaches_home_by_either_way_begins_anew(way: list[float], rule: TierRule) -> None:
    days = lived([*[50] * 36, *[0] * 5, *way, *[0] * 5, *[46] * 30], rule, tier=2)
    home = days[40 + len(way)]

    assert {
        name: int(getattr(home, name)[0])
        for name in ("tier", "previous_tier", "memory_days", "tier_days", "return_days")
    } == {
        "tier": 2,
        "previous_tier": 0,
        "memory_days": 0,
        "tier_days": 0,
        "return_days": 0,
    }
    assert {int(rungs.tier[0]) for rungs in days[-30:]} == {1}


def test_a_second_fall_further_down_keeps_the_higher_home() -> None:
    days = lived([90] * 36 + [0] * 10 + [46] * 5 + [71] * 5, MEMORY, tier=3)

    assert [int(rungs.tier[0]) for rungs in days[36:]] == [3] * 4 + [2] * 5 + [1] * 5 + [2] * 5 + [3]
    assert {int(rungs.previous_tier[0]) for rungs in days[40:-1]} == {3}
    assert [int(rungs.memory_days[0]) for rungs in days[40:-1]] == list(range(120, 105, -1))


def test_a_second_fall_from_a_tier_held_for_long_keeps_the_higher_home_too_and_its_days() -> None:
    days = lived([90] * 36 + [0] * 5 + [60] * 50 + [0] * 5, MEMORY, tier=3)
    fallen_twice = days[-1]

    assert [int(rungs.tier[0]) for rungs in days[-6:]] == [2] * 5 + [1]
    assert (int(fallen_twice.previous_tier[0]), int(fallen_twice.memory_days[0])) == (3, 120 - 55)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), RULES)
def test_days_not_worked_change_nothing_of_what_is_remembered(seed: int, rule: TierRule) -> None:
    rng = np.random.default_rng(seed)
    ranks = weathers(rng, 60, 1)[:, 0].tolist()
    with_days_off = [day for rank in ranks for day in (*[A_DAY_OFF] * int(rng.integers(0, 3)), rank)]

    assert lived(with_days_off, rule, placed=False)[-1] == lived(ranks, rule, placed=False)[-1]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), RULES)
def test_a_memory_of_no_days_is_no_memory(seed: int, rule: TierRule) -> None:
    ranks = weathers(np.random.default_rng(seed), 60, 1)[:, 0].tolist()
    off = replace(rule, previous_kept_days=0)

    assert climb(ranks, off, placed=False) == climb(ranks, replace(off, return_after_days=200), placed=False)
    assert not any(rungs.previous_tier[0] or rungs.memory_days[0] for rungs in lived(ranks, off, placed=False))


def test_a_memory_that_is_switched_off_leads_nobody_back_from_that_day_on() -> None:
    four_days_back: dict[str, Any] = {"previous_tier": 2, "memory_days": 100, "return_days": 4}
    off = replace(MEMORY, previous_kept_days=0)

    (day,) = lived([46], off, **four_days_back)

    assert (int(day.tier[0]), int(day.previous_tier[0]), int(day.memory_days[0])) == (1, 0, 0)
    assert climb([46], MEMORY, **four_days_back) == [2]
