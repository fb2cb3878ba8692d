"""An answer is checked as if whoever wrote the case had written it, too."""

from dataclasses import replace
from typing import Any

import pytest

from ladder.domain.judging.case import Case
from ladder.domain.judging.evaluation import (
    ASK_AGAIN,
    HINT_TOKENS,
    InvalidAnswer,
    Verdict,
    check_answer,
    max_call_tokens,
    schema,
)
from ladder.domain.judging.question import MASK, Question
from tests.builders.judged_badges import ANSWER, CHAMPION, QUOTE, case, post, verdict


def here(text: str = ANSWER) -> Case:
    found = case(CHAMPION, post(text=text))
    assert found
    return found


def test_a_verdict_on_the_case_is_taken() -> None:
    assert check_answer(verdict(), here()) == Verdict(
        badge="CHAMPION", confidence=0.9, evidence=(QUOTE,), rationale="Steps to follow."
    )


def test_none_needs_no_evidence_and_keeps_none() -> None:
    found = check_answer(verdict(badge="none", evidence=["made up"]), here())
    assert isinstance(found, Verdict)
    assert (found.badge, found.evidence) == (None, ())


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"badge": "EMPLOYEE"}, "badge not offered"),
        ({"badge": "champion"}, "badge not offered"),
        ({"badge": None}, "malformed"),
        ({"badge": ["CHAMPION"]}, "malformed"),
        ({"rationale": 5}, "malformed"),
        ({"evidence": QUOTE}, "malformed"),
        ({"evidence": [QUOTE] * 6}, "malformed"),
        ({"evidence": [QUOTE, 5]}, "malformed"),
        ({"confidence": 1.1}, "confidence not from 0 to 1"),
        ({"confidence": -0.1}, "confidence not from 0 to 1"),
        ({"confidence": float("nan")}, "confidence not from 0 to 1"),
        ({"confidence": 10**400}, "confidence not from 0 to 1"),
        ({"confidence": True}, "confidence not from 0 to 1"),
        ({"confidence": "1"}, "confidence not from 0 to 1"),
        ({"evidence": []}, "no evidence"),
        ({"evidence": [QUOTE, "Nobody wrote this sentence."]}, "evidence not there"),
        ({"evidence": ["First"]}, "evidence not there"),
        ({"evidence": [""]}, "evidence not there"),
        ({"evidence": [QUOTE.upper()]}, "evidence not there"),
        ({"evidence": ["First clear the cache."]}, "evidence not there"),
    ],
)
def test_whatever_is_wrong_with_an_answer_it_is_not_taken(changed: dict[str, Any], reason: str) -> None:
    found = check_answer(verdict(**changed), here())
    assert isinstance(found, InvalidAnswer)
    assert found.reason == reason


def test_no_tool_call_and_an_empty_one_are_not_taken() -> None:
    assert check_answer(None, here()) == InvalidAnswer(
        "no tool call", "Call the tool verdict once, and write nothing else."
    )
    empty = check_answer({}, here())
    assert isinstance(empty, InvalidAnswer)
    assert empty.reason == "malformed"


def test_a_quote_is_compared_in_the_form_in_which_the_text_was_shown() -> None:
    case_ = here("First\u200b open  the\nsettings, then clear the cache.")
    assert isinstance(check_answer(verdict(evidence=["First open the\tsettings, \u202ethen clear"]), case_), Verdict)


def test_a_masked_address_and_two_parts_joined_are_no_evidence() -> None:
    found = check_answer(verdict(evidence=["ask […] for it"]), here("please ask jo@example.com for it"))
    assert isinstance(found, InvalidAnswer)
    joined = f"{ANSWER} 1. on the day: forum posted"
    assert isinstance(check_answer(verdict(evidence=[joined]), here()), InvalidAnswer)


def test_a_quote_counts_by_its_length_in_a_script_without_spaces_too() -> None:
    text = "まず設定を開いてから、キャッシュを消してください。"
    assert isinstance(check_answer(verdict(evidence=[text[:14]]), here(text)), Verdict)


@pytest.mark.parametrize(
    ("quote", "taken"), [("設定を開", True), ("設定を", False), ("열어 주세요", True), ("for it", False)]
)
def test_four_characters_of_a_script_with_a_word_a_character_say_as_much_as_twelve_letters(
    quote: str,
    taken: bool,  # noqa: FBT001
) -> None:
    text = "設定を開いて、キャッシュを消す。 설정을 열어 주세요 and ask for it"
    assert isinstance(check_answer(verdict(evidence=[quote]), here(text)), Verdict) is taken


def test_words_that_several_of_a_members_texts_share_are_no_evidence() -> None:
    greeting, words = "Good morning to everybody in the team!", "restart the phone, then sign in"
    case_ = replace(here(), texts=(f"{greeting} {ANSWER}", f"{greeting} First {words}."))
    assert isinstance(check_answer(verdict(evidence=[words]), case_), Verdict)
    found = check_answer(verdict(evidence=[words, greeting]), case_)
    assert isinstance(found, InvalidAnswer)
    assert found.reason == "evidence not there"


def test_a_model_is_told_that_it_cannot_quote_what_was_masked_within_what_asking_again_may_cost() -> None:
    found = check_answer(verdict(evidence=["nowhere to be found"]), here())
    assert isinstance(found, InvalidAnswer)
    assert MASK in found.hint
    asked = Question(version="v", system="", user="", schema={})
    again = replace(asked, user=f"{ASK_AGAIN}{found.hint}")
    assert max_call_tokens(again) - max_call_tokens(asked) <= HINT_TOKENS


def test_the_rationale_is_cut_and_clean() -> None:
    found = check_answer(verdict(rationale="\x1b[31m" + "x" * 5_000), here())
    assert isinstance(found, Verdict)
    assert found.rationale == ("[31m" + "x" * 5_000)[:600]


def test_the_schema_offers_one_badge_or_none() -> None:
    told = schema("CHAMPION")
    assert told["properties"]["badge"]["enum"] == ["CHAMPION", "none"]
    assert told["additionalProperties"] is False
    assert set(told["required"]) == set(told["properties"])
