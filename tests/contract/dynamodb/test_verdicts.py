"""Verdicts and reviews: in memory and in DynamoDB the same promises."""

import json
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest

from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.table import decode
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.errors import Unavailable
from ladder.domain.judging.evaluation import (
    Decision,
    EvaluationRequest,
    Exhausted,
    Lease,
    OverBudget,
)
from ladder.domain.judging.ports import Verdicts
from ladder.domain.message import Message
from ladder.domain.reviews.ports import Reviews
from ladder.domain.reviews.review import Review
from tests.builders.stores import EMULATED, Tables
from tests.builders.verdicts import ASKED, NOW, QUOTE, RULING
from tests.fakes.faulty_client import Faulty, answer_lost, passed_on
from tests.fakes.reviews import MemoryReviewQueue
from tests.fakes.verdicts import MemoryVerdicts


def dynamo(tables: Tables, client: Any = None) -> DynamoVerdicts:
    return DynamoVerdicts(tables.table(client), audit=tables.audit)


@pytest.fixture(params=["memory", "dynamodb"])
def verdicts(request: pytest.FixtureRequest) -> Verdicts:
    return MemoryVerdicts() if request.param == "memory" else dynamo(request.getfixturevalue("tables"))


@pytest.fixture(params=["memory", "dynamodb"])
def reviews(request: pytest.FixtureRequest) -> Reviews:
    return (
        MemoryReviewQueue() if request.param == "memory" else DynamoReviews(request.getfixturevalue("tables").table())
    )


def claim(verdicts: Verdicts, asked: EvaluationRequest = ASKED, *, after: float = 0) -> Any:
    return verdicts.claim(asked, now=NOW + timedelta(seconds=after), lease_seconds=30)


def attempt(verdicts: Verdicts, asked: EvaluationRequest = ASKED, *, after: float = 0) -> Lease:
    found = claim(verdicts, asked, after=after)
    assert isinstance(found, Lease)
    return found


def test_an_attempt_that_is_given_back_is_there_again_with_its_tokens_and_counts_as_no_other_case(
    verdicts: Verdicts,
) -> None:
    for tries in range(5):
        given = attempt(verdicts, after=31 * tries)
        assert (given.number, given.last) == (1, False)
        verdicts.charge_tokens(given, tokens=0, used=False)
        verdicts.charge_tokens(given, tokens=0, used=False)
    # of two cases a day, and all tokens: one that was given back is none of the day's
    assert attempt(verdicts, replace(ASKED, criteria="k2", max_tokens=1_000)).number == 1
    assert isinstance(claim(verdicts, replace(ASKED, criteria="k3", max_tokens=0)), OverBudget)


def test_the_lease_of_an_attempt_that_is_given_back_runs_on(verdicts: Verdicts) -> None:
    verdicts.charge_tokens(attempt(verdicts), tokens=0, used=False)
    with pytest.raises(Unavailable, match="being judged"):
        claim(verdicts, after=29)


def test_two_attempts_under_a_lease_and_then_none(verdicts: Verdicts) -> None:
    roomy = replace(ASKED, daily_tokens=10_000)
    assert attempt(verdicts, roomy).number == 1
    with pytest.raises(Unavailable, match="being judged"):
        claim(verdicts, roomy, after=29)
    second = attempt(verdicts, roomy, after=31)
    assert (second.number, second.last) == (2, True)
    with pytest.raises(Unavailable):
        claim(verdicts, roomy, after=32)
    assert claim(verdicts, roomy, after=90) == Exhausted()


def test_the_first_verdict_stands_and_is_told_whole(verdicts: Verdicts) -> None:
    first = attempt(verdicts)
    assert verdicts.record(first, RULING) == RULING
    other = replace(RULING, verdict=None, decision=Decision("nothing", Message("judging.no_badge_proposed")))
    assert verdicts.record(first, other) == RULING
    assert verdicts.record(ASKED, other) == RULING
    assert claim(verdicts, after=5) == RULING
    assert verdicts.existing("bank", "m") == {ASKED.key: RULING}
    assert verdicts.existing("bank", "n") == {}


def test_a_ruling_without_a_verdict_is_told_whole(verdicts: Verdicts) -> None:
    nobody = replace(RULING, verdict=None)
    verdicts.record(ASKED, nobody)
    assert claim(verdicts) == nobody


def test_tokens_are_set_aside_and_given_back_once(verdicts: Verdicts) -> None:
    one, two = attempt(verdicts), attempt(verdicts, replace(ASKED, criteria="k2", member="n"))
    third = replace(ASKED, criteria="k3", member="o")
    with pytest.raises(Unavailable, match="tokens of the day"):
        claim(verdicts, third)
    for _ in range(3):
        verdicts.charge_tokens(one, tokens=100)
    with pytest.raises(Unavailable, match="tokens of the day"):
        claim(verdicts, replace(third, max_tokens=501))  # 100 + 400 are gone
    assert attempt(verdicts, replace(third, max_tokens=500))
    verdicts.charge_tokens(two, tokens=400)
    assert attempt(verdicts, replace(third, criteria="k4", program="shop"))
    assert attempt(verdicts, replace(third, criteria="k5", day=date(2026, 11, 21)))


ROOMY = replace(ASKED, daily_tokens=10_000, daily_cases=20)


def test_one_member_s_flood_takes_their_share_of_the_day_and_the_others_are_judged(verdicts: Verdicts) -> None:
    flood = [replace(ROOMY, criteria=f"k{number}") for number in range(20)]
    claims = [claim(verdicts, asked) for asked in flood]
    assert [isinstance(claimed, Lease) for claimed in claims] == [True, True, *[False] * 18]  # 2 of 400 in 1,000
    assert claims[2:] == [OverBudget()] * 18  # they are gone, and do not come again and again
    for member in ("n", "o", "p"):
        assert attempt(verdicts, replace(ROOMY, member=member))


def test_a_member_s_share_is_for_all_badges_and_grows_by_what_cases_cost_less_than_was_set_aside(
    verdicts: Verdicts,
) -> None:
    first, other = attempt(verdicts, ROOMY), replace(ROOMY, badge="OTHER", criteria="k2", max_tokens=700)
    assert claim(verdicts, other) == OverBudget()
    verdicts.record(first, replace(RULING, tokens=300))
    verdicts.charge_tokens(first, tokens=300)
    assert attempt(verdicts, other)  # 300 + 700


def test_a_member_s_first_case_of_the_day_is_judged_however_small_the_share(verdicts: Verdicts) -> None:
    small = replace(ROOMY, member_tokens=1)
    assert attempt(verdicts, small)
    assert claim(verdicts, replace(small, criteria="k2")) == OverBudget()
    assert attempt(verdicts, replace(small, criteria="k2", day=date(2026, 11, 21)))


def test_everybody_s_first_case_of_the_day_comes_before_anybody_s_second(verdicts: Verdicts) -> None:
    short = replace(ROOMY, daily_tokens=2_000, member_tokens=2_000)
    assert attempt(verdicts, short)
    assert attempt(verdicts, replace(short, criteria="k2"))  # 800 of 1,000: half of the day is open to it
    with pytest.raises(Unavailable, match="tokens of the day"):
        claim(verdicts, replace(short, criteria="k3"))
    for member in ("n", "o", "p"):
        assert attempt(verdicts, replace(short, member=member))
    assert attempt(verdicts, replace(short, criteria="k3", day=date(2026, 11, 21)))  # it has waited for its turn


def test_a_case_that_is_tried_again_is_the_member_s_first_still(verdicts: Verdicts) -> None:
    small = replace(ROOMY, daily_tokens=800, member_tokens=1)
    attempt(verdicts, small)
    assert attempt(verdicts, small, after=31).number == 2


def test_after_settling_nobody_asks_until_the_lease_is_over(verdicts: Verdicts) -> None:
    verdicts.charge_tokens(attempt(verdicts), tokens=10)
    with pytest.raises(Unavailable, match="being judged"):
        claim(verdicts, after=29)
    assert attempt(verdicts, after=31).number == 2


def test_a_member_s_cases_of_a_day_are_counted_by_badge_and_not_twice_for_one(verdicts: Verdicts) -> None:
    roomy = replace(ASKED, daily_tokens=100_000, member_tokens=100_000)
    for criteria in ("k1", "k2"):
        verdicts.charge_tokens(attempt(verdicts, replace(roomy, criteria=criteria)), tokens=1)
    assert claim(verdicts, replace(roomy, criteria="k3")) == OverBudget()
    assert attempt(verdicts, replace(roomy, criteria="k1"), after=31).number == 2
    assert attempt(verdicts, replace(roomy, criteria="k4", badge="OTHER"))
    assert attempt(verdicts, replace(roomy, criteria="k5", member="n"))
    assert attempt(verdicts, replace(roomy, criteria="k3", day=date(2026, 11, 21)))


def test_a_review_is_opened_once(reviews: Reviews) -> None:
    review = Review(
        id="k1", kind="verdict", program="bank", member="m", subject="k1", summary={"badge": "B"}, created_at=NOW
    )
    assert reviews.open(review)
    assert not reviews.open(replace(review, kind="unjudged"))
    assert reviews.open(replace(review, program="shop"))


def test_the_audit_has_the_decision_and_nobody_s_words(tables: Tables) -> None:
    verdicts = dynamo(tables)
    verdicts.record(attempt(verdicts), RULING)
    (item,) = [decode(each) for each in tables.client.scan(TableName=tables.audit)["Items"]]
    assert (item["pk"], item["what"], json.loads(item["why"])) == (
        "bank", "audit.case_judged", RULING.decision.because.to_dict(),
    )  # fmt: skip
    assert ASKED.key not in str(item)  # it is made of the event's id, which can be guessed
    assert ASKED.case not in str(item)
    assert item["about"]["member"] == "m"
    assert len(item["digest"]) == 32
    assert QUOTE not in str(item)
    assert "because" not in str(item["about"])


@pytest.mark.parametrize("lost", range(2))
def test_a_claim_or_a_verdict_whose_answer_was_lost_is_found_again(tables: Tables, lost: int) -> None:
    if lost == 0:
        with pytest.raises(Unavailable):
            claim(dynamo(tables, Faulty(tables.client, passed_on, passed_on, answer_lost)))
        assert attempt(dynamo(tables), after=31).number == 2
        return
    first = attempt(dynamo(tables))
    with pytest.raises(Unavailable):
        dynamo(tables, Faulty(tables.client, passed_on, passed_on, answer_lost)).record(first, RULING)
    assert claim(dynamo(tables), after=1) == RULING


@EMULATED
def test_in_a_race_one_asks_and_the_day_is_never_overspent(tables: Tables) -> None:
    asked = [replace(ASKED, criteria=f"k{number % 4}", member=f"m{number % 4}") for number in range(8)]
    won = list[Lease]()

    def race(each: EvaluationRequest) -> None:
        try:
            won.append(attempt(dynamo(tables), each))
        except Unavailable:
            return

    threads = [Thread(target=race, args=(each,)) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == len({each.request.key for each in won}) <= 2
    spent = decode(tables.client.get_item(
        TableName=tables.programs, Key={"pk": {"S": "bank#shared"}, "sk": {"S": "SPENT#2026-11-20"}}
    )["Item"])  # fmt: skip
    assert spent["used_tokens"] == 400 * len(won)
