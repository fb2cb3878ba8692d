"""Assignments, budgets and outcomes: each rotation's are its own, the first budgets of a date stand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.completion import TooFewContacts
from ladder.domain.errors import Superseded
from tests.builders.full_program import DAY, PROGRAM, claim, standing
from tests.builders.stores import Stores, Tables

ASSIGNMENT = {"AHT_SPRINT": standing(5, seed=1), "QA_CLIMB": standing(5, seed=2)}


def test_an_assignment_comes_back_as_it_was_saved(stores: Stores) -> None:
    stores.assignments.save(claim(), ASSIGNMENT)
    assert stores.assignments.load(PROGRAM, claim().rotation) == ASSIGNMENT


def test_who_stays_out_of_a_category_is_stored_only_where_somebody_does(tables: Tables) -> None:
    """So that a night of a program without opt-in categories writes no more than before there were any."""
    nobody = {key: replace(known, outside=bytes(5)) for key, known in ASSIGNMENT.items()}
    some = {**nobody, "QA_CLIMB": ASSIGNMENT["QA_CLIMB"]}
    assignments = DynamoAssignments(tables.table())
    for assignment, columns in ((nobody, {"AHT_SPRINT": False, "QA_CLIMB": False}), (some, {"QA_CLIMB": True})):
        assignments.save(claim(), assignment)
        item = tables.table().get(PROGRAM, keys.assignment(claim().rotation, 0)) or {}
        stored = {key: "outside" in packed["names"].split() for key, packed in item["standings"].items()}
        assert stored.items() >= columns.items()
        assert assignments.load(PROGRAM, claim().rotation) == assignment


def test_where_nothing_was_planned_there_is_nothing(stores: Stores) -> None:
    assert stores.assignments.load(PROGRAM, claim().rotation) == {}


def test_an_assignment_is_seen_under_its_own_rotation_only(stores: Stores) -> None:
    stores.assignments.save(claim(), ASSIGNMENT)
    for other in (claim(revision=2), claim(day=DAY + timedelta(days=1)), claim(program="berlin")):
        assert stores.assignments.load(other.program, other.rotation) == {}


def test_saving_again_replaces(stores: Stores) -> None:
    stores.assignments.save(claim(), ASSIGNMENT)
    changed = {"AHT_SPRINT": standing(5, seed=3)}
    stores.assignments.save(claim(), changed)
    stores.assignments.save(claim(), changed)
    assert stores.assignments.load(PROGRAM, claim().rotation) == changed


def test_an_earlier_attempt_cannot_write_over_a_later_one(stores: Stores) -> None:
    stores.assignments.save(claim(attempt=2), ASSIGNMENT)
    with pytest.raises(Superseded):
        stores.assignments.save(claim(attempt=1), {"AHT_SPRINT": standing(5, seed=3)})
    assert stores.assignments.load(PROGRAM, claim().rotation) == ASSIGNMENT


def test_an_earlier_attempt_is_kept_out_even_where_the_later_one_changed_nothing(stores: Stores) -> None:
    stores.assignments.save(claim(attempt=1), ASSIGNMENT)
    stores.assignments.save(claim(attempt=2), ASSIGNMENT)
    with pytest.raises(Superseded):
        stores.assignments.save(claim(attempt=1), {"AHT_SPRINT": standing(5, seed=3)})


def test_ten_thousand_members_keep_their_slots_over_three_blocks(stores: Stores) -> None:
    whole = {"AHT_SPRINT": standing(10_000)}
    stores.assignments.save(claim(), whole)
    assert stores.assignments.load(PROGRAM, claim().rotation) == whole


def test_the_first_budgets_of_a_date_stand(stores: Stores) -> None:
    assert stores.assignments.fix_budgets(PROGRAM, DAY, [10, 0, 70_000]) == [10, 0, 70_000]
    assert stores.assignments.fix_budgets(PROGRAM, DAY, [99, 99, 99]) == [10, 0, 70_000]
    assert stores.assignments.fix_budgets(PROGRAM, DAY + timedelta(days=1), [1, 2, 3]) == [1, 2, 3]


def test_who_joined_after_the_budgets_were_fixed_has_none_even_in_a_new_block(stores: Stores) -> None:
    stores.assignments.fix_budgets(PROGRAM, DAY, [7] * 4_000)
    later = stores.assignments.fix_budgets(PROGRAM, DAY, [9] * 10_000)
    assert later == [7] * 4_000 + [NO_BUDGET] * 6_000
    assert stores.assignments.fix_budgets(PROGRAM, DAY, [8] * 10_000) == later


def test_budgets_of_three_blocks_are_fixed_together(stores: Stores) -> None:
    budgets = list(range(10_000))
    assert stores.assignments.fix_budgets(PROGRAM, DAY, budgets) == budgets
    assert stores.assignments.fix_budgets(PROGRAM, DAY, [0] * 10_000) == budgets


def test_a_program_of_nobody_fixes_nothing(stores: Stores) -> None:
    assert stores.assignments.fix_budgets(PROGRAM, DAY, []) == []
    assert stores.assignments.fix_budgets(PROGRAM, DAY, [10]) == [10]


def test_outcomes_come_back_and_a_category_is_replaced_alone(stores: Stores) -> None:
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": b"\x00\x06\x02", "QA climb #1": b"\x01\x01\x01"})
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": b"\x06\x06\x06"})
    assert stores.assignments.outcomes(PROGRAM, DAY) == {
        "AHT_SPRINT": b"\x06\x06\x06",
        "QA climb #1": b"\x01\x01\x01",
    }


def test_what_came_of_one_member_s_challenges_is_told_by_their_names(stores: Stores) -> None:
    whole = bytes(slot % 8 for slot in range(10_000))
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": whole, "QA": b"\x06"})
    tomorrow = DAY + timedelta(days=1)
    assert stores.placements.outcomes_on(PROGRAM, [DAY, tomorrow], 5_001) == {DAY: {"AHT_SPRINT": "absent"}}
    first = {"AHT_SPRINT": "not playing", "QA": "completed"}
    assert stores.placements.outcomes_on(PROGRAM, [DAY], 0) == {DAY: first}
    assert not stores.placements.outcomes_on(PROGRAM, [DAY], 10_000).get(DAY)
    assert stores.placements.outcomes_on(PROGRAM, [tomorrow], 0) == {}


def test_who_handled_too_few_contacts_finds_what_they_handled_and_what_was_needed(stores: Stores) -> None:
    few = {"AHT_SPRINT": {1: TooFewContacts(1, 9), 5_001: TooFewContacts(0, 70_000)}}
    whole = bytes(10_000)
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": whole, "QA": whole}, few)
    assert stores.placements.too_few_contacts(PROGRAM, DAY, 1) == {"AHT_SPRINT": TooFewContacts(1, 9)}
    assert stores.placements.too_few_contacts(PROGRAM, DAY, 5_001)["AHT_SPRINT"].contacts == 0
    assert [stores.placements.too_few_contacts(PROGRAM, DAY, slot) for slot in (0, 2, 5_000, 10_000)] == [{}] * 4
    assert stores.placements.too_few_contacts(PROGRAM, DAY + timedelta(days=1), 1) == {}
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": whole})
    assert stores.placements.too_few_contacts(PROGRAM, DAY, 1) == {}
    assert stores.assignments.outcomes(PROGRAM, DAY) == {"AHT_SPRINT": whole, "QA": whole}


def test_outcomes_belong_to_their_date(stores: Stores) -> None:
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": b"\x06"})
    assert stores.assignments.outcomes(PROGRAM, DAY + timedelta(days=1)) == {}
    assert stores.assignments.outcomes("berlin", DAY) == {}


def test_outcomes_of_three_blocks_keep_their_slots_and_grow(stores: Stores) -> None:
    whole = bytes(slot % 7 for slot in range(10_000))
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": whole[:4_000]})
    stores.assignments.save_outcomes(PROGRAM, DAY, {"AHT_SPRINT": whole})
    assert stores.assignments.outcomes(PROGRAM, DAY) == {"AHT_SPRINT": whole}


def test_runs_come_back_by_date_with_the_last_one_before_them(stores: Stores) -> None:
    days = [DAY + timedelta(days=n) for n in (-9, -5, 0, 2, 3)]
    for number, day in enumerate(days):
        stores.assignments.save_miss_streaks(
            PROGRAM, day, {"AHT_SPRINT": bytes([number, 3]), "QA climb #1": b"\x01\x00"}
        )
    found = stores.assignments.miss_streaks(PROGRAM, DAY, DAY + timedelta(days=2))
    assert {day: runs["AHT_SPRINT"] for day, runs in found.items()} == {
        days[1]: b"\x01\x03",
        days[2]: b"\x02\x03",
        days[3]: b"\x03\x03",
    }
    assert found[DAY]["QA climb #1"] == b"\x01\x00"
    assert stores.assignments.miss_streaks("berlin", DAY, DAY) == {}
    assert list(stores.assignments.miss_streaks(PROGRAM, days[0], days[0])) == [days[0]]


def test_runs_of_three_blocks_keep_their_slots_are_replaced_and_grow(stores: Stores) -> None:
    whole = bytes(slot % 7 % 4 for slot in range(10_000))
    for runs in ({"AHT_SPRINT": whole[:5_000], "GONE": b"\x02"}, {"AHT_SPRINT": whole}):
        stores.assignments.save_miss_streaks(PROGRAM, DAY, runs)
    later = {"AHT_SPRINT": bytes(10_000)}
    stores.assignments.save_miss_streaks(PROGRAM, DAY + timedelta(days=40), later)
    found = stores.assignments.miss_streaks(PROGRAM, DAY + timedelta(days=40), DAY + timedelta(days=41))
    assert found == {DAY: {"AHT_SPRINT": whole}, DAY + timedelta(days=40): later}
