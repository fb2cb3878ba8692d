"""One case: asked once, believed only where the guards say so, and never forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.evaluation import HINT_TOKENS, MAX_CALLS, max_call_tokens
from tests.builders.judged_badges import (
    CHAMPION,
    MEMBER,
    MODEL,
    NOW,
    QUOTE,
    Model,
    World,
    five_tries,
    persevering,
    post,
    program,
    reply,
    verdict,
)
from tests.fakes.verdicts import MemoryVerdicts

LATER = NOW + timedelta(minutes=5)
DAY = NOW.date()


def ruled(world: World, **given: Any) -> str:
    (judged,) = world.judge(post(**given.pop("post", {})), **given)
    assert judged
    return judged.result.decision.outcome


def spent(world: World) -> int:
    found: int = world.verdicts.spent.get(("academy", DAY), 0)
    return found


def test_a_text_goes_to_a_person_with_all_they_need_whatever_policy_and_numbers_say() -> None:
    """A program that was published before the check refused `auto` on a text is held to it, too."""
    world = World(program=program(replace(CHAMPION, policy="auto")))
    assert ruled(world, post={"helpful": 3}) == "review"
    (review,) = world.reviews.reviews.values()
    assert (review.kind, review.program, review.member, review.created_at) == ("verdict", "academy", MEMBER, NOW)
    assert review.summary["evidence"] == QUOTE
    assert review.summary["because"] == "no independent evidence: the text and its numbers came in one event"
    assert not world.grants()


def test_recorded_tries_are_granted_by_the_policy_once_whatever_comes_again() -> None:
    world = persevering()
    for _ in range(3):
        (judged,) = world.judge(five_tries()[-1])
        assert judged
        assert judged.result.decision.outcome == "grant"
    assert len(world.model.asked) == 1
    assert len({grant.key for grant in world.grants()}) == 1
    grant = world.grants()[0]
    assert (grant.source, grant.type, grant.occurred_at) == (LADDER, BADGE_GRANTED, NOW)
    assert grant.id.startswith("badge:PERSEVERANCE:")
    assert grant.attributes["by"] == "policy"
    assert not world.reviews.reviews


def test_none_and_too_little_confidence_come_to_nothing_and_stand() -> None:
    for said in (verdict(badge="none", evidence=[]), verdict(confidence=0.5)):
        world = World(model=Model([said]))
        assert [ruled(world), ruled(world)] == ["nothing", "nothing"]
        assert len(world.model.asked) == 1
        assert not world.reviews.reviews


def test_the_decision_stands_with_the_verdict_even_after_probation_ends() -> None:
    world = persevering(since=(NOW - timedelta(days=29)).date())
    for now in (NOW, NOW + timedelta(days=2)):
        (judged,) = world.judge(five_tries()[-1], now=now)
        assert judged
        assert judged.result.decision.outcome == "review"
    assert not world.grants()


@pytest.mark.parametrize("bad", [None, {}, verdict(badge="EMPEROR"), verdict(evidence=["Nobody wrote this."])])
def test_an_answer_that_cannot_be_taken_is_asked_once_more_in_our_words(bad: Any) -> None:
    world = World(model=Model([bad, verdict()]))
    assert ruled(world) == "review"
    first, second = world.model.asked
    assert second.system == first.system
    assert second.user.startswith(first.user)
    assert "could not be taken" in second.user
    assert "EMPEROR" not in second.user


def test_a_model_that_never_gives_a_usable_answer_is_asked_four_times_then_a_person() -> None:
    world = World(model=Model([None]))
    with pytest.raises(Unavailable, match="no tool call"):
        world.judge(post())
    assert ruled(world, now=LATER) == "review"
    assert len(world.model.asked) == 4
    (review,) = world.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert ruled(world, now=LATER) == "review"
    assert len(world.model.asked) == 4


@pytest.mark.parametrize("error", [Unavailable("throttled"), Rejected("no such model")])
def test_a_model_that_is_down_leaves_the_case_waiting_and_then_to_a_person(error: Exception) -> None:
    world = World(model=Model([error]))
    with pytest.raises(type(error)):
        world.judge(post())
    assert not world.reviews.reviews
    assert ruled(world, now=LATER) == "review"
    assert len(world.model.asked) == 2


def test_a_model_that_throttles_uses_up_no_attempt_however_often() -> None:
    world = World(model=Model([Throttled("slow down")]))
    for tries in range(5):
        with pytest.raises(Throttled):
            world.judge(post(), now=NOW + tries * timedelta(minutes=12))
    assert not world.reviews.reviews
    assert spent(world) == 0
    world.model.script = [verdict()]
    assert ruled(world, now=NOW + timedelta(hours=2)) == "review"
    (review,) = world.reviews.reviews.values()
    assert review.kind == "verdict"


def test_throttled_after_an_answer_that_could_not_be_taken_the_answer_is_paid_and_the_attempt_given_back() -> None:
    world = World(model=Model([None, Throttled("slow down"), verdict()]))
    with pytest.raises(Throttled):
        world.judge(post())
    assert spent(world) == 300
    assert ruled(world, now=LATER) == "review"


def test_down_once_and_back_the_verdict_is_the_models() -> None:
    world = World(model=Model([Unavailable("late"), verdict()]))
    with pytest.raises(Unavailable):
        world.judge(post())
    with pytest.raises(Unavailable, match="being judged"):  # as by another message of the same case
        world.judge(post(), now=NOW + timedelta(seconds=1))
    assert len(world.model.asked) == 1
    assert ruled(world, now=NOW + timedelta(minutes=12)) == "review"
    (review,) = world.reviews.reviews.values()
    assert review.kind == "verdict"


def test_spending_is_what_calls_cost_and_never_more_than_was_set_aside() -> None:
    world = World(model=Model([None, verdict()]))
    ruled(world)
    assert spent(world) == 600
    silent = World(model=Model([reply(verdict(), tokens=0)]))
    silent.model.script = [replace(reply(verdict()), input_tokens=0, output_tokens=0)]
    ruled(silent)
    assert spent(silent) > 600  # a service that does not say what it cost may have cost all it could


def test_a_case_that_the_day_cannot_pay_waits_and_is_not_asked() -> None:
    put = World()
    put.judge(post())
    bound = MAX_CALLS * max_call_tokens(put.model.asked[0]) + HINT_TOKENS
    poor = World(program=program(CHAMPION, model=replace(MODEL, daily_tokens=bound + 299)))
    ruled(poor)
    with pytest.raises(Unavailable, match="tokens of the day"):
        poor.judge(post(2))
    assert len(poor.model.asked) == 1
    assert spent(poor) == 300
    assert ruled(poor, post={"number": 2}, now=NOW + timedelta(days=1)) == "review"


def test_no_more_cases_of_a_member_a_day_than_the_badge_allows_and_others_are_judged() -> None:
    world = World(program=program(replace(CHAMPION, per_member_daily=2)))
    outcomes = [world.judge(post(number))[0] for number in range(1, 5)]
    assert [each is None for each in outcomes] == [False, False, True, True]
    assert world.judge(post(1))[0]  # what stands is told again
    assert world.judge(post(9), member="ab" * 16)[0]
    assert world.judge(post(3), now=NOW + timedelta(days=1))[0]


def test_while_one_is_asking_another_waits_and_a_killed_one_is_followed_after_its_lease() -> None:
    class Killed(BaseException):
        pass

    world = World(model=Model([Killed(), verdict()]))
    with pytest.raises(Killed):
        world.judge(post())
    with pytest.raises(Unavailable, match="being judged"):
        world.judge(post(), now=NOW + timedelta(seconds=19))
    assert ruled(world, now=NOW + timedelta(seconds=21)) == "review"


def test_a_slow_answer_after_anothers_verdict_changes_nothing() -> None:
    class Slow(Model):
        def ask(self, question: Any) -> Any:
            fast = World(verdicts=store, model=Model([verdict(badge="none", evidence=[])]))
            assert ruled(fast, now=LATER) == "nothing"
            return super().ask(question)

    store = MemoryVerdicts()
    slow = World(verdicts=store, model=Slow([verdict()]))
    assert ruled(slow) == "nothing"
    assert not slow.reviews.reviews
    assert len(store.audit) == 1


def test_every_verdict_is_audited_once() -> None:
    world = World()
    for _ in range(3):
        world.judge(post())
    world.judge(post(2))
    assert len(world.verdicts.audit) == 2
