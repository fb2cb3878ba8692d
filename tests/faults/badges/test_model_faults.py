"""A model that goes wrong in every way, over HTTP: the case waits or goes to a person, and the budget holds."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from infra.local.fake_model import FAULTS, FakeLLM
from ladder.adapters.openai import OpenAIJudge
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Unavailable
from tests.builders.judged_badges import CHAMPION, MODEL, NOW, BadgeEvaluations, post, program

QUICK = replace(MODEL, timeout_seconds=1)
DAYS = 8


def world_with(model: FakeLLM, *, daily_tokens: int = 100_000) -> BadgeEvaluations:
    told = replace(QUICK, daily_tokens=daily_tokens)
    secret = Secret("ladder/test/academy/judge", json.dumps({"base_url": model.url}))
    return BadgeEvaluations(program=program(CHAMPION, model=told), model=OpenAIJudge(told, lambda: secret))


def bring(evaluations: BadgeEvaluations, number: int, *, times: int = 4, day: int = 0) -> None:
    """As the queue does, until it is done."""
    for tries in range(times):
        at = NOW + timedelta(days=day, seconds=30 * tries)
        with suppress(Unavailable):
            evaluations.judge(post(number, helpful=3), member=f"{number:032x}", now=at)
            return


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_of_any_kind_leaves_one_ruling_in_the_end(fault: str) -> None:
    with FakeLLM(faults=[fault]) as model:
        evaluations = world_with(model)
        bring(evaluations, 1)
        assert len(evaluations.verdicts.audit) == 1
        (ruling,) = evaluations.verdicts.audit.values()
        asked = len(model.asked)
        bring(evaluations, 1)
        assert len(model.asked) == asked <= 3
    assert ruling.verdict
    if fault != "other":
        assert (ruling.verdict.badge, ruling.decision.outcome) == ("CHAMPION", "review")
    assert len(evaluations.reviews.reviews) == (fault != "other")


@pytest.mark.parametrize("fault", [each for each in FAULTS if each not in {"other", "time_out", "throttle"}])
def test_a_fault_that_does_not_end_brings_the_case_to_a_person(fault: str) -> None:
    with FakeLLM(always=fault) as model:
        evaluations = world_with(model)
        bring(evaluations, 1)
        assert len(model.asked) <= 4
    (review,) = evaluations.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert not evaluations.grants()


def test_a_service_that_throttles_without_end_keeps_the_case_waiting_and_spends_nothing() -> None:
    with FakeLLM(always="throttle") as model:
        evaluations = world_with(model)
        bring(evaluations, 1, times=10)
        assert len(model.asked) == 10
        assert not evaluations.reviews.reviews
        assert sum(evaluations.verdicts.spent.values()) == 0
        model.always = None
        bring(evaluations, 1, day=1)
    (review,) = evaluations.reviews.reviews.values()
    assert review.kind == "verdict"


def test_under_every_fault_at_random_each_case_is_ruled_on_once_in_the_end_and_no_day_is_overspent() -> None:
    """What the budget of one day does not reach waits for the next; then each has its review, or a no."""
    chance, cases = Random(7), range(60)  # noqa: S311 - the same faults each time
    with FakeLLM() as model:
        model.late_seconds = 0.0
        evaluations = world_with(model, daily_tokens=40_000)
        for day in range(DAYS):
            for number in cases:
                model.faults.extend(chance.choices([*FAULTS], k=chance.randrange(3)))
                bring(evaluations, number, day=day)
            ruled = len(evaluations.verdicts.audit)
            assert day > 0 or 5 < ruled < len(cases)  # the budget ended before the cases did
        assert 1 < len(evaluations.verdicts.spent) <= DAYS
        assert max(evaluations.verdicts.spent.values()) <= 40_000
        asked = len(model.asked)
        for number in cases:
            bring(evaluations, number, day=DAYS)
        assert len(model.asked) == asked
    outcomes = Counter(ruling.decision.outcome for ruling in evaluations.verdicts.audit.values())
    assert outcomes.total() == len(cases)
    assert (outcomes["grant"], outcomes["review"]) == (0, len(evaluations.reviews.reviews))
    assert not evaluations.grants()
