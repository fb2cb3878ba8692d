"""Every step may be delivered twice: the second time changes nothing."""

from datetime import timedelta

import pytest

from ladder.domain.challenges.rotation import Claim
from tests.builders.nights import FIRST_NIGHT, World

SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)
STEPS = ("collect", "settle", "plan", "retire", "assign", "wait", "verify", "activate")


def second_night() -> tuple[World, Claim]:
    """The second night is claimed, none of its steps has run."""
    world = World()
    world.night(FIRST_NIGHT)
    return world, world.claimed(SECOND_NIGHT)


@pytest.mark.parametrize("twice", STEPS)
def test_a_step_delivered_twice_leaves_the_same_state(twice: str) -> None:
    world, claim = second_night()
    for name, step in world.steps(claim).items():
        step()
        if name == twice:
            once = world.state()
            step()
            assert world.state() == once


def test_a_whole_night_delivered_twice_leaves_the_same_state() -> None:
    world, claim = second_night()
    world.execute(claim)
    once, sent = world.state(), len(world.queue.sent)
    world.execute(claim)
    assert world.state() == once
    assert len(world.queue.sent) == sent


def test_a_tick_that_comes_again_starts_nothing() -> None:
    world = World()
    world.night(FIRST_NIGHT)
    assert world.night(FIRST_NIGHT) is None
    assert len(world.executions.started) == 1
