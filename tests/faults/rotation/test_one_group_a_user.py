"""A platform where a user is in one group at a time: a night's category takes them out of the last one's group."""

from datetime import timedelta

from ladder.domain.challenges.rules import Platform, SelectionRule
from tests.builders.bank import CARE, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.platform import MemoryPlatform
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, of


def test_nobody_strays_where_two_ladders_take_turns() -> None:
    program = small_program(selection=SelectionRule(per_night=1), platform=Platform(kind="wem", membership="replaces"))
    runner = NightRunner(
        program=with_values(program, categories=(SPRINT, CARE)), platform=MemoryPlatform(membership="replaces")
    )
    played: list[str] = []
    for night in (FIRST_NIGHT + timedelta(days=n) for n in range(8)):
        runner.night(night)
        rotation = of(runner, night)
        assert rotation.group_mismatches == {}
        assert_groups_match_what_is_played(runner, rotation)
        played += rotation.plan.selected if rotation.plan else ()
    assert played[:3] == ["CARE", "SPRINT", "CARE"]
