"""One case: asked once, believed only where the guards say so, and never forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER
from ladder.domain.errors import Rejected, Throttled, Unavailable
from ladder.domain.judging.evaluation import HINT_TOKENS, MAX_CALLS, max_call_tokens
from ladder.domain.message import Message
from tests.builders.judged_badges import (
    CHAMPION,
    MEMBER,
    MODEL,
    NOW,
    QUOTE,
    BadgeEvaluations,
    Model,
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


def ruled(evaluations: BadgeEvaluations, **given: Any) -> str:
    (judged,) = evaluations.judge(post(**given.pop("post", {})), **given)
    assert judged
    return judged.result.decision.outcome


def spent(evaluations: BadgeEvaluations) -> int:
    found: int = evaluations.verdicts.spent.get(("academy", DAY), 0)
    return found


def test_a_text_goes_to_a_person_with_all_they_need_whatever_policy_and_numbers_say() -> None:
    """A program that was published before the check refused `auto` on a text is held to it, too."""
    evaluations = BadgeEvaluations(program=program(replace(CHAMPION, policy="auto")))
    assert ruled(evaluations, post={"helpful": 3}) == "review"
    (review,) = evaluations.reviews.reviews.values()
    assert (review.kind, review.program, review.member, review.created_at) == ("verdict", "academy", MEMBER, NOW)
    assert review.summary["evidence"] == QUOTE
    assert review.because == (Message("judging.no_independent_evidence"),)
    assert not evaluations.grants()


def test_recorded_tries_are_granted_by_the_policy_once_whatever_comes_again() -> None:
    evaluations = persevering()
    for _ in range(3):
        (judged,) = evaluations.judge(five_tries()[-1])
        assert judged
        assert judged.result.decision.outcome == "grant"
    assert len(evaluations.model.asked) == 1
    assert len({grant.key for grant in evaluations.grants()}) == 1
    grant = evaluations.grants()[0]
    assert (grant.source, grant.type, grant.occurred_at) == (LADDER, BADGE_GRANTED, NOW)
    assert grant.id.startswith("badge:PERSEVERANCE:")
    assert grant.attributes["by"] == "policy"
    assert not evaluations.reviews.reviews


def test_none_and_too_little_confidence_come_to_nothing_and_stand() -> None:
    for said in (verdict(badge="none", evidence=[]), verdict(confidence=0.5)):
        evaluations = BadgeEvaluations(model=Model([said]))
        assert [ruled(evaluations), ruled(evaluations)] == ["nothing", "nothing"]
        assert len(evaluations.model.asked) == 1
        assert not evaluations.reviews.reviews


def test_the_decision_stands_with_the_verdict_even_after_probation_ends() -> None:
    evaluations = persevering(since=(NOW - timedelta(days=29)).date())
    for now in (NOW, NOW + timedelta(days=2)):
        (judged,) = evaluations.judge(five_tries()[-1], now=now)
        assert judged
        assert judged.result.decision.outcome == "review"
    assert not evaluations.grants()


@pytest.mark.parametrize("bad", [None, {}, verdict(badge="EMPEROR"), verdict(evidence=["Nobody wrote this."])])
def test_an_answer_that_cannot_be_taken_is_asked_once_more_in_our_words(bad: Any) -> None:
    evaluations = BadgeEvaluations(model=Model([bad, verdict()]))
    assert ruled(evaluations) == "review"
    first, second = evaluations.model.asked
    assert second.system == first.system
    assert second.user.startswith(first.user)
    assert "could not be taken" in second.user
    assert "EMPEROR" not in second.user


def test_a_model_that_never_gives_a_usable_answer_is_asked_four_times_then_a_person() -> None:
    evaluations = BadgeEvaluations(model=Model([None]))
    with pytest.raises(Unavailable, match="no tool call"):
        evaluations.judge(post())
    assert ruled(evaluations, now=LATER) == "review"
    assert len(evaluations.model.asked) == 4
    (review,) = evaluations.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert ruled(evaluations, now=LATER) == "review"
    assert len(evaluations.model.asked) == 4


@pytest.mark.parametrize("error", [Unavailable("throttled"), Rejected("no such model")])
def test_a_model_that_is_down_leaves_the_case_waiting_and_then_to_a_person(error: Exception) -> None:
    evaluations = BadgeEvaluations(model=Model([error]))
    with pytest.raises(type(error)):
        evaluations.judge(post())
    assert not evaluations.reviews.reviews
    assert ruled(evaluations, now=LATER) == "review"
    assert len(evaluations.model.asked) == 2


def test_a_model_that_throttles_uses_up_no_attempt_however_often() -> None:
    evaluations = BadgeEvaluations(model=Model([Throttled("slow down")]))
    for tries in range(5):
        with pytest.raises(Throttled):
            evaluations.judge(post(), now=NOW + tries * timedelta(minutes=12))
    assert not evaluations.reviews.reviews
    assert spent(evaluations) == 0
    evaluations.model.script = [verdict()]
    assert ruled(evaluations, now=NOW + timedelta(hours=2)) == "review"
    (review,) = evaluations.reviews.reviews.values()
    assert review.kind == "verdict"


def test_throttled_after_an_answer_that_could_not_be_taken_the_answer_is_paid_and_the_attempt_given_back() -> None:
    evaluations = BadgeEvaluations(model=Model([None, Throttled("slow down"), verdict()]))
    with pytest.raises(Throttled):
        evaluations.judge(post())
    assert spent(evaluations) == 300
    assert ruled(evaluations, now=LATER) == "review"


def test_down_once_and_back_the_verdict_is_the_models() -> None:
    evaluations = BadgeEvaluations(model=Model([Unavailable("late"), verdict()]))
    with pytest.raises(Unavailable):
        evaluations.judge(post())
    with pytest.raises(Unavailable, match="being judged"):  # as by another message of the same case
        evaluations.judge(post(), now=NOW + timedelta(seconds=1))
    assert len(evaluations.model.asked) == 1
    assert ruled(evaluations, now=NOW + timedelta(minutes=12)) == "review"
    (review,) = evaluations.reviews.reviews.values()
    assert review.kind == "verdict"


def test_spending_is_what_calls_cost_and_never_more_than_was_set_aside() -> None:
    evaluations = BadgeEvaluations(model=Model([None, verdict()]))
    ruled(evaluations)
    assert spent(evaluations) == 600
    silent = BadgeEvaluations(model=Model([reply(verdict(), tokens=0)]))
    silent.model.script = [replace(reply(verdict()), input_tokens=0, output_tokens=0)]
    ruled(silent)
    assert spent(silent) > 600  # a service that does not say what it cost may have cost all it could


def test_a_case_that_the_day_cannot_pay_waits_and_is_not_asked() -> None:
    put = BadgeEvaluations()
    put.judge(post())
    bound = MAX_CALLS * max_call_tokens(put.model.asked[0]) + HINT_TOKENS
    poor = BadgeEvaluations(program=program(CHAMPION, model=replace(MODEL, daily_tokens=bound + 299)))
    ruled(poor)
    with pytest.raises(Unavailable, match="tokens of the day"):
        poor.judge(post(2), member="ab" * 16)
    assert len(poor.model.asked) == 1
    assert spent(poor) == 300
    assert ruled(poor, post={"number": 2}, member="ab" * 16, now=NOW + timedelta(days=1)) == "review"


def test_a_flood_of_texts_by_one_member_costs_the_others_no_verdict() -> None:
    """Under a budget that one member could use up a hundred times, everybody else's text is judged the same day."""
    badge, model = replace(CHAMPION, per_member_daily=20), replace(MODEL, daily_tokens=100_000, member_share=0.2)
    evaluations = BadgeEvaluations(program=program(badge, model=model))
    evaluations.model.script = [reply(verdict(), tokens=5_000)]
    flood = [evaluations.judge(post(number))[0] for number in range(1, 41)]
    assert 1 <= sum(judged is not None for judged in flood) <= 4  # 5,000 of 20,000 each
    for number in range(8):
        assert evaluations.judge(post(), member=f"{number:032x}")[0]


def test_many_texts_in_one_delivery_take_no_more_than_the_members_share_in_whatever_order_they_come() -> None:
    """The share is asked for case by case, so that twenty texts of one message are twenty claims."""
    badges = [replace(CHAMPION, key=key, name=key.lower(), per_member_daily=20) for key in ("CHAMPION", "WRITER")]
    model = replace(MODEL, daily_tokens=100_000, member_share=0.1)
    evaluations = BadgeEvaluations(program=program(*badges, model=model))
    evaluations.model.script = [reply(verdict(badge="none", evidence=[]), tokens=3_000)]
    texts = [post(number) for number in (*range(20, 0, -1), *range(1, 21))]  # each twice
    for text in texts:
        evaluations.judge(text)
    assert 0 < spent(evaluations) <= 10_000
    other = evaluations.judge(post(), member="ab" * 16)
    assert other[0] is not None


def test_no_more_cases_of_a_member_a_day_than_the_badge_allows_and_others_are_judged() -> None:
    evaluations = BadgeEvaluations(program=program(replace(CHAMPION, per_member_daily=2)))
    outcomes = [evaluations.judge(post(number))[0] for number in range(1, 5)]
    assert [each is None for each in outcomes] == [False, False, True, True]
    assert evaluations.judge(post(1))[0]  # what stands is told again
    assert evaluations.judge(post(9), member="ab" * 16)[0]
    assert evaluations.judge(post(3), now=NOW + timedelta(days=1))[0]


def test_while_one_is_asking_another_waits_and_a_killed_one_is_followed_after_its_lease() -> None:
    class Killed(BaseException):
        pass

    evaluations = BadgeEvaluations(model=Model([Killed(), verdict()]))
    with pytest.raises(Killed):
        evaluations.judge(post())
    with pytest.raises(Unavailable, match="being judged"):
        evaluations.judge(post(), now=NOW + timedelta(seconds=19))
    assert ruled(evaluations, now=NOW + timedelta(seconds=21)) == "review"


def test_a_slow_answer_after_anothers_verdict_changes_nothing() -> None:
    class Slow(Model):
        def ask(self, question: Any) -> Any:
            fast = BadgeEvaluations(verdicts=store, model=Model([verdict(badge="none", evidence=[])]))
            assert ruled(fast, now=LATER) == "nothing"
            return super().ask(question)

    store = MemoryVerdicts()
    slow = BadgeEvaluations(verdicts=store, model=Slow([verdict()]))
    assert ruled(slow) == "nothing"
    assert not slow.reviews.reviews
    assert len(store.audit) == 1


def test_every_verdict_is_audited_once() -> None:
    evaluations = BadgeEvaluations()
    for _ in range(3):
        evaluations.judge(post())
    evaluations.judge(post(2))
    assert len(evaluations.verdicts.audit) == 2
