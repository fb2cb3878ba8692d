"""Who objects to adaptive difficulty plays the easiest tier, and moves nobody's target."""

import numpy as np
import pytest

from ladder.domain.challenges.history import Flags
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.plan import PlannedRotation, members_among, plan_rotation
from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.members.roster import Member
from tests.builders.planning import NIGHT, category, history, metric, program, work

MEMBERS, DAYS = 40, 90
RULES = program(metrics=(metric("AHT"),), categories=(category("SPRINT", "AHT"),), selection=SelectionRule(per_night=1))
VALUES = work(MEMBERS, DAYS, within=5)
BEST = int(np.nanmean(VALUES, axis=0).argmin())  # lower is better
OBJECTING = np.arange(MEMBERS) == BEST


def planned(objecting: Flags | None, *, faster: float = 1) -> PlannedRotation:
    groups, values = PeerGroups(("all",), np.zeros(MEMBERS, dtype=np.int16)), VALUES.copy()
    values[:, BEST] *= faster
    return plan_rotation(
        RULES.challenges,
        RULES.caps,
        NIGHT,
        seed="a program",
        population=Population(np.ones(MEMBERS, dtype=np.bool), groups),
        history=history({"AHT": values}),
        previous={},
        last_selected={},
        taken=(),
        relieved={},
        take_part={},
        objecting=objecting,
    )


def test_who_objects_plays_the_easiest_tier_whatever_their_figures_are() -> None:
    assert planned(None).assignment["SPRINT"].played[BEST] == 3
    objected = planned(OBJECTING).assignment["SPRINT"].played
    assert objected[BEST] == 1
    assert min(objected) > 0


def test_who_objects_is_placed_nowhere_and_their_figures_set_no_target_and_no_tier() -> None:
    plan, faster = planned(OBJECTING), planned(OBJECTING, faster=0.5)
    assert plan.assignment["SPRINT"].worked[BEST] == 0
    assert faster.rotation_plan.targets == plan.rotation_plan.targets
    assert faster.assignment["SPRINT"].tier == plan.assignment["SPRINT"].tier


def test_an_objection_that_was_withdrawn_leaves_the_plan_as_without_one() -> None:
    assert planned(np.zeros(MEMBERS, dtype=np.bool)) == planned(None)


@pytest.mark.parametrize("known", [["m1"], ["m1", "gone"], []])
def test_whoever_left_the_roster_objects_to_nothing_there(known: list[str]) -> None:
    roster = tuple(Member(id=f"m{number}", user=f"A{number}") for number in range(3))
    assert members_among(roster, known).tolist() == [False, "m1" in known, False]
