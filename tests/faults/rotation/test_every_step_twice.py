"""Every step may be delivered twice: the second time changes nothing."""

from datetime import timedelta

import pytest

from ladder.domain.challenges.rotation import Claim
from tests.builders.nights import FIRST_NIGHT, NightRunner

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
STEPS = ("collect", "settle", "plan", "retire", "assign", "wait", "verify", "activate")


def second_night() -> tuple[NightRunner, Claim]:
    """The second night is claimed, none of its steps has run."""
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    return runner, runner.claimed(SECOND_NIGHT)


@pytest.mark.parametrize("twice", STEPS)
def test_a_step_delivered_twice_leaves_the_same_state(twice: str) -> None:
    runner, claim = second_night()
    for name, step in runner.steps(claim).items():
        step()
        if name == twice:
            once = runner.state()
            step()
            assert runner.state() == once


def test_a_whole_night_delivered_twice_leaves_the_same_state() -> None:
    runner, claim = second_night()
    runner.execute(claim)
    once, sent = runner.state(), len(runner.queue.sent)
    runner.execute(claim)
    assert runner.state() == once
    assert len(runner.queue.sent) == sent


def test_a_tick_that_comes_again_starts_nothing() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    assert runner.night(FIRST_NIGHT) is None
    assert len(runner.executions.started) == 1
