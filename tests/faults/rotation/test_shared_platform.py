"""Two programs on one platform: neither ends nor takes over what the other has launched, whatever groups it names."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.errors import Rejected
from ladder.domain.message import Message
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate

BOTH = with_values(small_program(), selection=SelectionRule(per_night=2))  # so that each night runs the same


def beside(first: NightRunner) -> NightRunner:
    """Another program whose library names the same metrics and groups."""
    return NightRunner(
        program=replace(BOTH, key="intruder"),
        programs=first.programs,
        rotations=first.rotations,
        assignments=first.assignments,
        platform=first.platform,
    )


def launched(runner: NightRunner) -> set[str]:
    newest = runner.rotations.newest(runner.program.key)
    assert newest is not None
    return {str(each.challenge) for each in newest.launches.values()}


def active(runner: NightRunner) -> set[str]:
    return {each.id for each in runner.platform.active()}


def test_a_night_ends_and_takes_over_nothing_of_another_program() -> None:
    first = NightRunner(program=BOTH)
    first.night(FIRST_NIGHT)
    second = beside(first)
    theirs = launched(first)
    assert theirs
    for night in (FIRST_NIGHT, FIRST_NIGHT + timedelta(days=1)):
        second.night(night)
        assert theirs <= active(first)
        assert not theirs & launched(second)


def test_a_night_launches_nothing_on_groups_of_another_program_and_says_so_whoever_is_first() -> None:
    """No publication lets that through any more; a version from before it was refused may still say so."""
    first = NightRunner(program=BOTH)
    second = beside(first)
    for night in (FIRST_NIGHT, FIRST_NIGHT + timedelta(days=1)):
        second.night(night)
        first.night(night)
        assert launched(second) == set()
        assert launched(first) == active(first) != set()
        rotation = second.rotations.latest("intruder", night)
        assert rotation is not None
        assert {reason.code for reason in rotation.planned.deferred.values()} == {"rotation.group_of_other_program"}
        assert Message("rotation.no_category_runs", {"deferred": 3}) in rotation.planned.warnings


def test_a_night_that_fails_clears_up_nothing_of_another_program() -> None:
    first = NightRunner(program=BOTH)
    first.night(FIRST_NIGHT)
    second = beside(first)
    second.fate = Fate(at=40, strike=Rejected)
    second.night(FIRST_NIGHT)
    assert launched(first) <= active(first)


@pytest.mark.parametrize("nights", [1, 2])
def test_ones_own_challenges_still_end_with_their_night(nights: int) -> None:
    first = NightRunner(program=BOTH)
    beside(first)
    for number in range(nights):
        first.night(FIRST_NIGHT + timedelta(days=number))
    assert active(first) == launched(first)
