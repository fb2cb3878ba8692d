"""A member with difficulty relief plays one tier easier; their tier of record stays."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.plan import relieved_members
from tests.builders.planned_rotations import MEMBERS, PROGRAM, ROSTER, planned, same_tiers
from tests.builders.planning import NIGHT

EVERYBODY = np.ones(MEMBERS, dtype=np.bool)


def test_who_has_relief_plays_one_tier_easier_and_stands_where_they_stood() -> None:
    usual, eased = planned(), planned(relieved={"AHT_SPRINT": EVERYBODY})

    assert same_tiers(usual.assignment, eased.assignment)
    assert eased.assignment["CARE"] == usual.assignment["CARE"]
    tiers = usual.assignment["AHT_SPRINT"].tier
    assert list(eased.assignment["AHT_SPRINT"].played) == [max(1, tier - 1) for tier in tiers]
    assert (eased.rotation_plan.lowered, eased.rotation_plan.dropped) == (0, 0)


def test_nobody_else_is_eased_and_nobody_who_has_left_plays_again() -> None:
    gone = (*ROSTER[:-1], replace(ROSTER[-1], active=False))
    usual = planned(roster=gone)
    before = list(usual.assignment["AHT_SPRINT"].played)
    best = before.index(3)
    flags = np.isin(np.arange(MEMBERS), [best, MEMBERS - 1])
    eased = planned(roster=gone, relieved={"AHT_SPRINT": flags, "GONE": EVERYBODY})

    after = list(eased.assignment["AHT_SPRINT"].played)
    assert [slot for slot in range(MEMBERS) if before[slot] != after[slot]] == [best]
    assert (after[best], after[-1]) == (2, 0)


def test_what_the_caps_demand_is_lowered_from_the_eased_tier() -> None:
    capped = replace(PROGRAM, caps=Caps(member_daily_points=150))
    usual, eased = planned(capped), planned(capped, relieved={"AHT_SPRINT": EVERYBODY, "CARE": EVERYBODY})

    worth = np.array([0, 50, 100, 150])
    points = np.sum([worth[list(eased.assignment[key].played)] for key in eased.rotation_plan.selected], axis=0)
    assert points.max() <= 150
    assert eased.rotation_plan.lowered < usual.rotation_plan.lowered
    assert same_tiers(usual.assignment, eased.assignment)


def test_a_difficulty_relief_finds_its_member_in_the_roster_on_its_dates_alone() -> None:
    told = [
        DifficultyRelief(member=ROSTER[2].id, category="CARE", since=datetime(2026, 3, 9, 12, tzinfo=UTC)),
        DifficultyRelief(member=ROSTER[4].id, category="CARE", since=datetime(2026, 3, 1, 12, tzinfo=UTC)),
        DifficultyRelief(member="somebody else", category="CARE", since=datetime(2026, 3, 9, 12, tzinfo=UTC)),
    ]
    flags = relieved_members(PROGRAM.schedule, NIGHT, ROSTER, told)
    assert {key: np.flatnonzero(who).tolist() for key, who in flags.items()} == {"CARE": [2]}
    assert relieved_members(PROGRAM.schedule, NIGHT, ROSTER, []) == {}
