"""A model that goes wrong in every way, over HTTP: the case waits or goes to a person, and the budget holds."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from infra.local.stand_in import FAULTS, StandIn
from ladder.adapters.openai import OpenAIJudge
from ladder.domain.errors import Unavailable
from tests.functions.badges.court import CHAMPION, MODEL, NOW, World, post, program

QUICK = replace(MODEL, timeout_seconds=1)


def world_with(model: StandIn, *, daily_tokens: int = 100_000) -> World:
    told = replace(QUICK, daily_tokens=daily_tokens)
    secret = json.dumps({"base_url": model.url})
    return World(program=program(CHAMPION, model=told), model=OpenAIJudge(told, lambda: secret))


def bring(world: World, number: int, *, times: int = 4) -> None:
    """As the queue does, until it is done."""
    for tries in range(times):
        with suppress(Unavailable):
            world.judge(post(number, helpful=3), member=f"{number:032x}", now=NOW + tries * timedelta(seconds=30))
            return


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_of_any_kind_leaves_one_ruling_in_the_end(fault: str) -> None:
    with StandIn(faults=[fault]) as model:
        world = world_with(model)
        bring(world, 1)
        assert len(world.verdicts.audit) == 1
        (ruling,) = world.verdicts.audit.values()
        asked = len(model.asked)
        bring(world, 1)
        assert len(model.asked) == asked <= 3
    assert ruling.verdict
    if fault != "other":
        assert (ruling.verdict.badge, ruling.decision.outcome) == ("CHAMPION", "grant")
    assert len({grant.key for grant in world.grants()}) == (fault != "other")


@pytest.mark.parametrize("fault", [each for each in FAULTS if each not in {"other", "time_out"}])
def test_a_fault_that_does_not_end_brings_the_case_to_a_person(fault: str) -> None:
    with StandIn(always=fault) as model:
        world = world_with(model)
        bring(world, 1)
        assert len(model.asked) <= 4
    (review,) = world.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert not world.grants()


def test_under_every_fault_at_random_no_case_is_lost_and_the_day_is_never_overspent() -> None:
    chance, numbers = Random(7), range(60)  # noqa: S311 - the same faults each time
    with StandIn() as model:
        model.late_seconds = 0.0
        world = world_with(model, daily_tokens=40_000)
        for number in numbers:
            model.faults.extend(chance.choices([*FAULTS], k=chance.randrange(3)))
            bring(world, number)
            assert world.verdicts.spent["academy", NOW.date()] <= 40_000
        ruled = len(world.verdicts.audit)
        assert 5 < ruled < len(numbers)  # the budget ended before the cases did: the others wait
        for number in numbers:
            with suppress(Unavailable):
                world.judge(post(number, helpful=3), member=f"{number:032x}", now=NOW + timedelta(days=1))
    later = len(world.verdicts.audit)
    assert later > ruled
    granted = {grant.key for grant in world.grants()}
    assert len(granted) <= later
    assert {grant.attributes["badge"] for grant in world.grants()} == {"CHAMPION"}
