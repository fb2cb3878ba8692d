"""Two ladders may use the same groups, if they never run together: both must know where everybody is."""

from dataclasses import replace
from datetime import timedelta

from ladder.domain.challenges.rules import SelectionRule
from tests.builders.bank import SPRINT, STEADY
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, of


def test_nobody_strays_where_two_ladders_share_their_groups() -> None:
    first, second, third = (
        replace(rung, group_id=group) for rung, group in zip(STEADY.tiers, SPRINT.groups, strict=True)
    )
    twin = replace(STEADY, tiers=(first, second, third))
    runner = NightRunner(
        program=with_values(small_program(selection=SelectionRule(per_night=1)), categories=(SPRINT, twin))
    )
    played: set[str] = set()
    for night in (FIRST_NIGHT + timedelta(days=n) for n in range(8)):
        runner.night(night)
        rotation = of(runner, night)
        assert rotation.group_mismatches == {}
        assert_groups_match_what_is_played(runner, rotation)
        played |= set(rotation.plan.selected if rotation.plan else ())
    assert played == {"SPRINT", "STEADY"}
