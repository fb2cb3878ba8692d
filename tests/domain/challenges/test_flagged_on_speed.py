"""Whom the guard flags neither rises on speed meanwhile nor changes what others are asked."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.history import Column, History
from ladder.domain.challenges.peers import PeerGroups, Population
from ladder.domain.challenges.plan import PlannedRotation, plan_rotation
from ladder.domain.challenges.rules import Guard, SelectionRule
from tests.builders.planning import NAN, NIGHT, category, history, metric, program, work

MEMBERS, DAYS, CHEATS = 40, 90, 3
SPEED, SHORT = metric("AHT", speed=True), metric("SHORT", unit="%")
RULES = program(
    metrics=(SPEED, SHORT, metric("QA", unit="%", direction="higher")),
    categories=(category("SPRINT", "AHT"), category("CARE", "QA")),
    selection=SelectionRule(per_night=2),
    guard=Guard(short_contacts="SHORT"),
)


def world(*, cheats: int = CHEATS, guarded: bool = True) -> History:
    """The first `cheats` members hang up on a third of their calls, and are faster than everybody by it."""
    values, shares = work(MEMBERS, DAYS, within=5), np.full((DAYS, MEMBERS), 2.0)
    quality = work(MEMBERS, DAYS, seed=2)
    values[:, :cheats] = np.where(np.isnan(values[:, :cheats]), NAN, 20.0)
    shares[:, : cheats if guarded else 0] = 33.0
    shares[np.isnan(values)] = NAN
    known = history({"AHT": values, "SHORT": shares, "QA": quality})
    counts = np.full((DAYS, MEMBERS), 60.0, dtype=np.float32)
    return replace(known, columns={key: Column(column.values, counts) for key, column in known.columns.items()})


def planned(known: History, previous: Assignment | None = None, *, nights_ago: int = 0) -> PlannedRotation:
    groups = PeerGroups(("all",), np.zeros(known.members, dtype=np.int16))
    upto = replace(
        known,
        days=known.days - nights_ago,
        columns={
            key: Column(column.values[: known.days - nights_ago], column.counts[: known.days - nights_ago])
            for key, column in known.columns.items()
        },
    )
    return plan_rotation(
        RULES.challenges,
        RULES.caps,
        NIGHT - timedelta(days=nights_ago),
        seed="a program",
        population=Population(np.ones(known.members, dtype=np.bool), groups),
        history=upto,
        previous=previous or {},
        last_selected={},
        taken=(),
        relieved={},
        take_part={},
    )


def test_who_hangs_up_is_not_placed_on_speed_while_a_review_is_due_and_is_on_quality() -> None:
    plan = planned(world())

    assert set(plan.assignment["SPRINT"].tier[:CHEATS]) == {1}
    assert set(plan.assignment["SPRINT"].worked[:CHEATS]) == {0}
    assert plan.assignment["CARE"].worked[:CHEATS] == b"\x0a" * CHEATS


def test_without_the_guard_they_would_have_the_hardest_tier() -> None:
    assert set(planned(world(guarded=False)).assignment["SPRINT"].tier[:CHEATS]) == {3}


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_their_tier_rests_whichever_it_is_and_moves_again_once_nothing_stands_out(tier: int) -> None:
    known = world()
    before = planned(known, nights_ago=30).assignment
    placed = replace(before["SPRINT"], tier=bytes([tier] * MEMBERS), worked=b"\x0a" * MEMBERS)
    previous = {**before, "SPRINT": placed}

    rested, moved = planned(known, previous), planned(world(guarded=False), previous)

    assert set(rested.assignment["SPRINT"].tier[:CHEATS]) == {tier}
    assert set(rested.assignment["SPRINT"].above[:CHEATS]) <= {0}
    assert set(moved.assignment["SPRINT"].tier[:CHEATS]) == {3}


def test_their_values_set_nobodys_target_and_lower_nobodys_rank() -> None:
    known, without = world(), world()
    without.columns["AHT"].values[:, :CHEATS] = NAN

    with_them, alone = planned(known), planned(without)

    assert with_them.rotation_plan.targets["SPRINT"] == alone.rotation_plan.targets["SPRINT"]
    assert with_them.assignment["SPRINT"].tier[CHEATS:] == alone.assignment["SPRINT"].tier[CHEATS:]
    assert planned(world(guarded=False)).rotation_plan.targets["SPRINT"] != alone.rotation_plan.targets["SPRINT"]
