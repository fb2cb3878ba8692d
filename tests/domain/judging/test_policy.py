"""What becomes of a verdict, and who is judged at all."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ladder.domain.judging.case import is_judged
from ladder.domain.judging.evaluation import (
    ASK_AGAIN,
    EvaluationRequest,
    Verdict,
    decide,
    max_call_tokens,
    probation_ends,
)
from ladder.domain.judging.question import Question
from ladder.domain.members.roster import Member
from ladder.domain.points.judged_badge import Cohort
from tests.builders.judged_badges import CHAMPION, MODEL, PERSEVERANCE, QUOTE, case, five_tries, post

CORROBORATED, ALONE = case(PERSEVERANCE, *five_tries()), case(CHAMPION, post(helpful=3))
FOUND = Verdict(badge="CHAMPION", confidence=1.0, evidence=(QUOTE,), rationale="r")
AFTER = probation_ends(CHAMPION)


def outcome(*, verdict: Verdict = FOUND, corroborated: bool = True, today: date = AFTER, **badge: Any) -> str:
    here = CORROBORATED if corroborated else ALONE
    assert here
    return decide(verdict, replace(CHAMPION, **badge), here, today=today).outcome


@pytest.mark.parametrize("policy", ["suggest", "approve", "auto"])
def test_no_badge_and_no_confidence_come_to_nothing_under_every_policy(policy: str) -> None:
    none = Verdict(badge=None, confidence=1.0, evidence=(), rationale="")
    assert outcome(verdict=none, policy=policy) == "nothing"
    assert outcome(verdict=replace(FOUND, confidence=0.79), policy=policy) == "nothing"


def test_only_auto_grants_and_only_what_was_recorded_without_a_text_after_probation() -> None:
    assert [outcome(policy=policy) for policy in ("suggest", "approve", "auto")] == ["review", "review", "grant"]
    assert outcome(policy="auto", corroborated=False) == "review"
    assert outcome(policy="auto", today=AFTER - timedelta(days=1)) == "review"
    assert outcome(policy="auto", verdict=replace(FOUND, confidence=0.8)) == "grant"


def test_probation_lasts_as_many_days_as_it_is_written() -> None:
    assert probation_ends(replace(CHAMPION, probation_days=60)) == date(2026, 10, 31)


def test_a_share_that_grows_takes_nobody_out_and_each_badge_draws_its_own() -> None:
    members = [f"{number:032x}" for number in range(2_000)]

    def refuse() -> Member | None:
        pytest.fail("the roster was read though no team and no channel matters")

    def judged(share: float, **changed: Any) -> set[str]:
        badge = replace(CHAMPION, **{"phase": "pilot", "pilot": Cohort(share=share), **changed})
        return {member for member in members if is_judged(badge, member, refuse)}

    tenth, half = judged(0.1), judged(0.5)
    assert 150 < len(tenth) < 250
    assert 900 < len(half) < 1_100
    assert tenth < half < judged(1.0) == set(members)
    assert judged(0.0) == set()
    assert judged(0.1, key="OTHER") != tenth
    assert judged(0.1, phase="expansion", expansion=Cohort(share=0.5)) == half
    assert judged(0.0, phase="scale") == set(members)


def test_teams_and_channels_are_judged_whole() -> None:
    badge = replace(CHAMPION, phase="pilot", pilot=Cohort(teams=("north",), channels=("chat",)))
    someone = Member(id="m", user="u")
    assert is_judged(badge, "m", lambda: replace(someone, team="north"))
    assert is_judged(badge, "m", lambda: replace(someone, channel="chat"))
    assert not is_judged(badge, "m", lambda: someone)
    assert not is_judged(badge, "m", lambda: None)
    assert not is_judged(replace(badge, pilot=Cohort()), "m", lambda: replace(someone, team="north"))
    assert is_judged(CHAMPION, "m", lambda: None)


def test_other_criteria_are_another_verdict() -> None:
    def request(version: str = "community-v1", **badge: Any) -> EvaluationRequest:
        assert ALONE
        asked = Question(version=version, system="", user="", schema={})
        return EvaluationRequest.of(replace(CHAMPION, **badge), ALONE, asked, day=AFTER, model=MODEL)

    requests = [request(), request("community-v2"), request(criteria="Another.")]
    assert len({other.criteria for other in requests}) == len({other.key for other in requests}) == 3
    assert request(owner="tomer.b") == request()


def test_tokens_are_bounded_by_bytes_and_a_second_question_is_within_the_bound() -> None:
    asked = Question(version="v", system="שלום" * 100, user="u" * 1_000, schema={})
    assert max_call_tokens(asked) >= len(("שלום" * 100).encode()) + 1_000 + asked.max_answer_tokens
    again = replace(asked, user=f"{asked.user}{ASK_AGAIN}{'m' * 150}")
    assert ALONE
    bound = EvaluationRequest.of(CHAMPION, ALONE, asked, day=AFTER, model=MODEL).max_tokens
    assert max_call_tokens(asked) + max_call_tokens(again) <= bound
