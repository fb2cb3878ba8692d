"""Rings of colleagues who confirm each other's tasks, and what a program may say of confirmations."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from ladder.domain.activities.activity import COMPLETED
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.ledger import FOR_COLLEAGUE
from ladder.domain.points.task_confirmations import LONGEST_RING, closes_ring
from ladder.domain.programs.check import check
from tests.builders.academy import RULE, rules
from tests.builders.academy_events import passed
from tests.builders.programs import with_values
from tests.builders.rewards import RewardRunner

CONFIRMED = replace(RULE, confirm="colleague")


def ring(by: str, member: str, made: Mapping[str, Mapping[str, int]]) -> bool:
    """`made`: by member, who confirmed how many of their tasks."""
    return closes_ring(by, member, lambda whose: made.get(whose, {}))


@pytest.mark.parametrize(
    ("made", "suspected"),
    [
        ({}, False),
        ({"a": {"b": 3}, "b": {"a": 2}}, True),  # this one is b's third by a
        ({"a": {"b": 2}, "b": {"a": 2}}, False),  # too few to say
        ({"a": {"b": 3}, "b": {"a": 1}}, False),
        ({"a": {"b": 3, "c": 3}, "b": {"a": 2}}, True),  # half of it
        ({"a": {"b": 3, "c": 4}, "b": {"a": 2}}, False),  # less
        ({"a": {"b": 30}, "b": {"a": 20, "c": 22}}, False),
        ({"a": {"b": 30}, "b": {"a": 20, "c": 21}}, True),
        ({"a": {}, "b": {"a": 50}}, False),  # a mentor confirms all of a newcomer's tasks, and is confirmed by others
        ({"a": {"c": 50}, "b": {"a": 50}}, False),
    ],
)
def test_two_who_confirm_each_other_are_suspected_from_a_number_and_a_share_on(
    made: Mapping[str, Mapping[str, int]], *, suspected: bool
) -> None:
    assert ring("a", "b", made) is suspected


def test_a_ring_of_three_is_one_too() -> None:
    around = {"b": {"a": 2}, "c": {"b": 4}, "a": {"c": 5}}
    assert ring("a", "b", around)
    assert not ring("a", "b", {**around, "c": {"b": 4, "d": 5}})
    assert not ring("a", "b", {**around, "a": {"c": 2}})


@pytest.mark.parametrize("size", range(2, LONGEST_RING + 2))
def test_a_ring_of_up_to_six_is_found_and_a_larger_one_is_left_to_samples(size: int) -> None:
    """Each has all of theirs confirmed by the next, and the first confirms the last, for the third time."""
    members = [f"m{number}" for number in range(size)]
    around = {member: {on: 3} for member, on in pairwise(members)} | {members[-1]: {"m0": 2}}
    assert ring("m0", members[-1], around) is (size <= LONGEST_RING)
    assert not ring("m0", members[-1], {**around, members[0]: {members[1]: 3, "outside": 4}})


def test_looking_for_a_ring_reads_each_list_once() -> None:
    read = list[str]()
    crowd = {f"m{number}": {f"m{(number + step) % 40}": 5 for step in (1, 2)} for number in range(40)}

    def confirmers(whose: str) -> Mapping[str, int]:
        read.append(whose)
        return crowd[whose]

    assert not closes_ring("m1", "m0", confirmers)
    assert len(read) == len(set(read)) < 2 * LONGEST_RING


def test_a_colleague_s_word_pays_nothing_else_that_is_held() -> None:
    said = {
        "hold": rules(replace(CONFIRMED, hold="a reviewer looks at it")),
        "confirm": rules(CONFIRMED, replace(RULE, key="OTHER", hold="a reviewer looks at it")),
    }
    for key, program in said.items():
        (problem,) = [found for found in check(program) if found.severity == "error"]
        assert problem.where == f"rules.PASSED.{key}"
    assert not [found for found in check(rules(CONFIRMED)) if found.severity == "error"]
    completions = rules(replace(CONFIRMED, match=EventFilter(types=(COMPLETED,))))
    assert "nobody saw it" in str(check(completions))


def test_what_a_colleague_confirms_is_held_and_says_so() -> None:
    rewards = RewardRunner(with_values(rules(CONFIRMED), paths=()))
    (entry,) = rewards.give(passed("a")).entries
    assert (entry.points, entry.held, entry.is_held) == (0, 50, True)
    assert entry.lines[0].because == FOR_COLLEAGUE
