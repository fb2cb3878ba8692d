"""A night planned from a history: who plays which tier at which target, under caps and budgets."""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import numpy as np
import pytest

from ladder.domain.challenges import performance
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.plan import first_history_day
from ladder.domain.challenges.targets import per_member
from ladder.domain.message import Message
from tests.builders.planned_rotations import DAYS, MEMBERS, PROGRAM, ROSTER, known, planned, same_tiers
from tests.builders.planning import NAN, NIGHT, YESTERDAY, category, history, roster, work
from tests.builders.programs import with_values


def test_a_first_night_places_everybody_from_the_history_and_asks_each_tier_a_little_more() -> None:
    plan = planned()

    assert sorted(plan.rotation_plan.selected) == ["AHT_SPRINT", "CARE"]
    for key in plan.rotation_plan.selected:
        assert set(plan.assignment[key].played) == {1, 2, 3}
        assert plan.assignment[key].played == plan.assignment[key].tier
    easy, middle, hard = plan.rotation_plan.targets["AHT_SPRINT"].shown
    assert easy > middle > hard
    assert (plan.rotation_plan.lowered, plan.rotation_plan.dropped, plan.rotation_plan.warnings) == (0, 0, ())


def test_the_same_night_is_planned_the_same_again() -> None:
    assert planned() == planned()


def test_a_second_revision_and_a_missed_night_lead_to_the_same_tiers() -> None:
    three_nights_ago = planned(tonight=NIGHT - timedelta(days=3)).assignment
    night_by_night = three_nights_ago
    for back in (2, 1):
        night_by_night = planned(tonight=NIGHT - timedelta(days=back), previous=night_by_night).assignment

    nightly, straight = planned(previous=night_by_night).assignment, planned(previous=three_nights_ago).assignment

    assert same_tiers(nightly, straight)
    assert not same_tiers(straight, three_nights_ago)


@pytest.mark.parametrize(("metric_key", "final_days_ago"), [("AHT", 1), ("QA", 6)])
def test_a_value_counts_from_the_night_on_which_it_is_final(metric_key: str, final_days_ago: int) -> None:
    usual, early, final = (known(last=NIGHT + timedelta(days=20)) for _ in range(3))
    last_final = usual.row(NIGHT - timedelta(days=final_days_ago))
    early.columns[metric_key].values[last_final + 1 :] = np.arange(MEMBERS)
    final.columns[metric_key].values[last_final] = np.arange(MEMBERS)

    assert planned(history=early) == planned(history=usual)
    assert planned(history=final) != planned(history=usual)


def test_the_first_night_needs_a_window_for_every_day_of_the_window_and_later_ones_only_for_what_is_new() -> None:
    previous = planned(tonight=NIGHT - timedelta(days=3)).assignment

    assert first_history_day(PROGRAM.challenges, NIGHT, {}) == NIGHT - timedelta(days=6 + 29 + 29)
    assert first_history_day(PROGRAM.challenges, NIGHT, previous) == NIGHT - timedelta(days=8 + 29)


@pytest.mark.parametrize("nights_ago", [None, 3])
def test_days_older_than_needed_change_nothing(nights_ago: int | None) -> None:
    previous = planned(tonight=NIGHT - timedelta(days=nights_ago)).assignment if nights_ago else {}
    cut = known()
    for column in cut.columns.values():
        column.values[: cut.row(first_history_day(PROGRAM.challenges, NIGHT, previous))] = NAN

    assert planned(history=cut, previous=previous) == planned(previous=previous)


def test_members_without_history_start_in_tier_1_and_those_who_left_play_no_more() -> None:
    values = work(MEMBERS, DAYS)
    values[:, 0] = NAN
    gone = (*ROSTER[:-1], replace(ROSTER[-1], active=False))

    plan = planned(history=known(values), roster=gone)

    played, tier = plan.assignment["AHT_SPRINT"].played, plan.assignment["AHT_SPRINT"].tier
    assert (played[0], played[-1]) == (1, 0)
    assert tier[-1] in {1, 2, 3}
    assert 0 not in played[:-1]


def test_members_who_joined_since_the_last_night_find_their_place() -> None:
    last_night = planned(tonight=YESTERDAY).assignment
    more = np.concatenate([work(MEMBERS, DAYS), np.full((DAYS, 2), NAN, dtype=np.float32)], axis=1)

    grown = planned(previous=last_night, roster=roster(MEMBERS + 2), history=known(more)).assignment["AHT_SPRINT"]

    assert grown.played[MEMBERS:] == b"\x01\x01"
    assert len(grown.group) == MEMBERS + 2


def test_a_category_that_does_not_run_keeps_its_tiers_and_nobody_plays_it() -> None:
    plan = planned(taken={"QA"}, previous=planned(tonight=YESTERDAY).assignment)

    assert plan.rotation_plan.selected == ("AHT_SPRINT",)
    assert set(plan.assignment["CARE"].tier) == {1, 2, 3}
    assert set(plan.assignment["CARE"].played) == {0}
    reason = Message("rotation.metric_taken", {"metric": "QA"})
    assert plan.rotation_plan.deferred == {"CARE": reason}
    assert plan.rotation_plan.warnings == (Message("rotation.deferred", {"category": "CARE", "reason": reason}),)
    assert plan.rotation_plan.last_selected == {"AHT_SPRINT": NIGHT}


def test_caps_lower_what_is_played_but_never_the_tier_of_record() -> None:
    capped = replace(PROGRAM, caps=Caps(member_daily_points=200))

    plan, free = planned(capped), planned()

    worth = np.array([0, 50, 100, 150])
    points, before = (
        np.sum([worth[list(each.assignment[key].played)] for key in each.rotation_plan.selected], axis=0)
        for each in (plan, free)
    )
    assert points.max() == 200
    assert points[before <= 200].tolist() == before[before <= 200].tolist()
    assert plan.rotation_plan.dropped == 0
    assert plan.rotation_plan.lowered == (before > 200).sum()
    assert plan.rotation_plan.lowered_by_tier[0] == 0 < sum(plan.rotation_plan.lowered_by_tier)
    assert same_tiers(plan.assignment, free.assignment)


def test_a_budget_goes_to_active_members_who_worked_lately() -> None:
    seen = known()
    for column in seen.columns.values():
        column.values[:, 1] = NAN
    gone = (*ROSTER[:-1], replace(ROSTER[-1], active=False))
    capped = replace(PROGRAM, caps=Caps(program_daily_points=40_000, member_daily_points=400))

    budgets = planned(capped, history=seen, roster=gone).budgets

    assert budgets is not None
    assert [slot for slot, points in enumerate(budgets) if points == NO_BUDGET] == [1, MEMBERS - 1]
    assert set(budgets) == {400, NO_BUDGET}
    assert planned().budgets is None


@pytest.mark.parametrize("one_a_day", [{0}, {0, 1, 2}])
def test_who_takes_one_contact_a_day_is_never_placed_however_good_it_is(one_a_day: set[int]) -> None:
    """In every category; and the others are placed, and asked, as if they were not there."""
    slots = sorted(one_a_day)
    seen = known()
    for key, best in (("AHT", 1), ("QA", 1_000)):
        seen.columns[key].values[:, slots] = best
        seen.columns[key].counts[:] = 60
        seen.columns[key].counts[:, slots] = 1
    without = known()
    for column in without.columns.values():
        column.values[:, slots] = NAN
        column.counts[:] = 60

    plan, other = planned(history=seen), planned(history=without)

    for key in plan.rotation_plan.selected:
        assert {plan.assignment[key].tier[slot] for slot in slots} == {1}
        assert plan.assignment[key].tier == other.assignment[key].tier
        assert plan.rotation_plan.targets[key] == other.rotation_plan.targets[key]


def test_a_member_stays_where_they_stand_on_days_of_one_contact() -> None:
    usual, lazy = known(), known()
    for seen in (usual, lazy):
        for column in seen.columns.values():
            column.counts[:] = 60
    slot = planned(history=usual).assignment["AHT_SPRINT"].tier.index(3)
    for column in lazy.columns.values():
        column.values[-9:, slot], column.counts[-9:, slot] = 9_999, 1
    before = planned(history=usual, tonight=NIGHT - timedelta(days=9)).assignment

    standing = planned(history=lazy, previous=before).assignment["AHT_SPRINT"]

    moved = ("tier", "above", "below", "worked", "tier_days")
    assert [getattr(standing, name)[slot] for name in moved] == [
        getattr(before["AHT_SPRINT"], name)[slot] for name in moved
    ]


def test_a_night_says_which_metrics_come_without_counts_of_contacts() -> None:
    seen = known()
    for column in seen.columns.values():
        column.counts[:] = 0

    assert planned(history=seen).rotation_plan.warnings == (
        Message("rotation.no_contact_counts", {"metric": "AHT"}),
        Message("rotation.no_contact_counts", {"metric": "QA"}),
    )


@pytest.mark.parametrize(("payer", "groups"), [("ladder", 2), ("platform", 1)])
def test_where_the_platform_pays_everybody_is_compared_with_everybody(payer: str, groups: int) -> None:
    mixed = (*roster(2, channel="voice"), *roster(2, channel="chat"))

    assert len(population(with_values(PROGRAM, payer=payer).challenges, mixed, NIGHT).groups.names) == groups


def test_the_tenth_worked_day_places_a_new_member_where_they_stand() -> None:
    values = work(MEMBERS, DAYS)
    values[:, 0] = NAN
    values[-10:, 0] = 50  # far below everybody else's handle time
    before, after = (
        planned(tonight=night, history=known(values)).assignment["AHT_SPRINT"].tier[0] for night in (YESTERDAY, NIGHT)
    )

    assert (before, after) == (1, 3)


def test_where_the_caps_let_nobody_play_the_night_says_so() -> None:
    tight, poor = (replace(PROGRAM, caps=Caps(program_daily_points=points)) for points in (40, 1_000))

    nobody, some = planned(tight), planned(poor)

    assert set(nobody.assignment["CARE"].played) == {0}
    first, second = nobody.rotation_plan.warnings
    assert first == Message("rotation.nobody_plays")
    assert (second.code, second.parameters["points"]) == ("rotation.program_cap_too_small", 40)
    (warning,) = some.rotation_plan.warnings
    assert (warning.code, warning.parameters["points"]) == ("rotation.program_cap_too_small", 1_000)
    assert planned(tight, roster=roster(MEMBERS, active=False)).rotation_plan.warnings == (
        Message("rotation.no_active_members"),
    )


def test_who_has_left_moves_neither_targets_nor_tiers_of_the_others() -> None:
    fast = np.concatenate([work(MEMBERS, DAYS), np.full((DAYS, 30), 1)], axis=1)
    gone = (*ROSTER, *(replace(member, active=False) for member in roster(MEMBERS + 30)[MEMBERS:]))

    without, beside = planned(), planned(history=known(fast), roster=gone)

    assert beside.rotation_plan.targets["AHT_SPRINT"] == without.rotation_plan.targets["AHT_SPRINT"]
    assert beside.assignment["AHT_SPRINT"].tier[:MEMBERS] == without.assignment["AHT_SPRINT"].tier
    assert beside.assignment["AHT_SPRINT"].tier[MEMBERS:] == b"\x01" * 30


def test_each_member_is_planned_against_the_target_of_their_own_peers() -> None:
    mixed = tuple(
        replace(member, channel=("voice", "chat", "mail")[slot % 3]) for slot, member in enumerate(roster(90))
    )
    aht = work(90, DAYS) + np.arange(90) % 3 * 200
    plan = planned(roster=mixed, history=known(aht))
    targets, standing = plan.rotation_plan.targets["AHT_SPRINT"], plan.assignment["AHT_SPRINT"]

    names = sorted(targets.by_peers)
    table = per_member(targets, standing.peers)

    assert [names[place].split(",")[0] for place in standing.peers] == [member.channel for member in mixed]
    assert len(set(targets.by_peers.values())) == 3
    for slot, member in enumerate(mixed):
        assert tuple(table[slot, 1:]) == targets.by_peers[f"{member.channel}, over 90 days"]


def test_a_metrics_values_are_worked_out_once_a_night_for_every_category_and_all_targets() -> None:
    twice = with_values(PROGRAM, categories=(category(), category("AHT_STEADY", "AHT"), category("CARE", "QA")))
    last_night = planned(twice, tonight=YESTERDAY).assignment

    with mock.patch.object(performance, "smoothed_and_worked", wraps=performance.smoothed_and_worked) as worked_out:
        planned(twice, previous=last_night)

    assert worked_out.call_count == len(PROGRAM.challenges.metrics)


def test_an_empty_program_is_planned_without_an_error() -> None:
    nobody = np.full((DAYS, 0), NAN, dtype=np.float32)

    plan = planned(roster=(), history=history({"AHT": nobody, "QA": nobody}))

    assert plan.assignment["CARE"].played == b""
    assert not plan.rotation_plan.targets["CARE"].from_history
