"""A program leaves its platform and comes back to it, on the deployed bundle."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import run_night
from infra.local.stage import Stage, stage
from ladder.domain.programs.program import Program
from tests.builders.programs import with_values
from tests.e2e.finished_nights import rotation
from tests.paths import PROGRAMS

FIRST = date(1999, 1, 15)
WITH_PLATFORM, WITHOUT = 13, 7  # transitions


def published(live: Stage, program: Program) -> Stage:
    return replace(live, program=live.stores.programs.publish(program))


def test_a_program_leaves_its_platform_and_comes_back() -> None:
    bank = load_program(PROGRAMS / "bank.yaml")
    with stage(bank, call_history(1, data=Path("nowhere"))) as live:
        run_night(live, FIRST)
        assert live.simulator.active()

        alone = published(live, with_values(bank, platform=None))
        left = run_night(alone, FIRST + timedelta(days=1))
        assert live.simulator.active() == []
        assert left.usage.transitions == WITHOUT

        calls = sum(live.simulator.calls.values())
        run_night(alone, FIRST + timedelta(days=2))
        assert sum(live.simulator.calls.values()) == calls

        back, night = published(live, bank), FIRST + timedelta(days=3)
        assert run_night(back, night).usage.transitions >= WITH_PLATFORM
        found = rotation(back, night)
        launched = sorted(launch.challenge or "" for launch in found.launches.values())
        assert sorted(challenge.id for challenge in live.simulator.active()) == launched
        assignment = back.stores.assignments.load(bank.key, found.claim.rotation)
        for key in found.planned.selected:
            for tier, group in enumerate(bank.challenges.category(key).groups, start=1):
                played = zip(back.roster, assignment[key].played, strict=True)
                assert {member.user for member, at in played if at == tier} == set(live.simulator.members(group))
