"""Nights in which every category runs, and whether groups match what is played."""

from datetime import date

from ladder.domain.challenges.rotation import Rotation
from ladder.domain.challenges.rules import SelectionRule
from tests.builders.nights import NightRunner, small_program


def assert_groups_match_what_is_played(runner: NightRunner, rotation: Rotation) -> None:
    played = runner.assignments.load("bank", rotation.claim.rotation)
    for key in rotation.plan.selected if rotation.plan else ():
        for slot, member in enumerate(runner.roster):
            groups = runner.program.challenges.category(key).groups
            inside = [tier for tier in (1, 2, 3) if member.user in runner.platform.groups[groups[tier - 1]]]
            assert inside == ([played[key].played[slot]] if played[key].played[slot] else [])


def of(runner: NightRunner, night: date, program: str = "bank") -> Rotation:
    found = runner.rotations.latest(program, night)
    assert found is not None
    return found


def everything_runs() -> NightRunner:
    return NightRunner(program=small_program(selection=SelectionRule(per_night=2, always=("SPRINT", "CARE"))))
