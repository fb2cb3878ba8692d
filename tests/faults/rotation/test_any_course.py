"""Whatever is published, rotated again, paused, and whoever comes and goes: every night runs, and pays nobody twice."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.challenges.rules import SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT, STEADY
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values

LIBRARIES = ((SPRINT, CARE), (CARE,), (SPRINT,), (SPRINT, STEADY, CARE))


def any_version(drawn: random.Random) -> Program:
    usual, library = small_program(), drawn.choice(LIBRARIES)
    types = usual.challenges.contact_types
    return with_values(
        usual,
        metrics=(
            replace(
                HANDLE_TIME,
                final_after_days=drawn.choice((0, 0, 3, 8)),
                normalise_by=drawn.choice(("contact_type", None)),
            ),
            replace(QUALITY, final_after_days=drawn.choice((0, 2, 5))),
        ),
        categories=library,
        selection=SelectionRule(per_night=len({category.metric for category in library})),
        tier_rule=replace(usual.challenges.tier_rule, window_days=drawn.choice((20, 30, 45))),
        contact_types=drawn.choice((types, types, types[:1])),
    )


@pytest.mark.parametrize("seed", range(16))
def test_every_night_runs_and_every_completion_has_one_body(seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311
    runner, day = NightRunner(members=drawn.choice((6, 9))), FIRST_NIGHT  # its source has every series
    runner.program = runner.programs.publish(any_version(drawn))
    runner.readings_at_once = drawn.choice((0, 0, 1, 3))
    for _ in range(8):
        runner.night(day)
        assert runner.rotations.pointer("bank") == f"{day}#0001"
        if drawn.random() < 0.4:
            runner.program = runner.programs.publish(any_version(drawn))
            if drawn.random() < 0.6:
                runner.again_by_hand(day)
                assert runner.rotations.pointer("bank") == f"{day}#0002"
        if drawn.random() < 0.3:
            slot, roster = drawn.randrange(len(runner.roster)), list(runner.programs.roster("bank"))
            roster[slot] = replace(roster[slot], active=not roster[slot].active)
            runner.programs.enrol("bank", tuple(roster))
        day += timedelta(days=drawn.choice((1, 1, 1, 2, drawn.randint(18, 60))))
    assert len(set(map(repr, runner.queue.sent))) == len({each.id for each in runner.queue.sent})
