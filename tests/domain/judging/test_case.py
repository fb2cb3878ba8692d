"""What makes a case, and that nobody can be recognised in one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.activities.activity import CORRECTED, LADDER, REVERSED, Activity
from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.message import Message
from ladder.domain.validation.constraints import Plain
from ladder.messages.render import render
from tests.builders.judged_badges import (
    ANSWER,
    CHAMPION,
    HELPFUL,
    MEMBER,
    NOW,
    PERSEVERANCE,
    WRITER,
    activity,
    case,
    five_tries,
    piece,
    post,
    tried,
)


def reversed_(done: Activity) -> Activity:
    told = {"source": done.source, "id": done.id, "reason": "mistake"}
    return Activity(source=LADDER, id="r1", type=REVERSED, occurred_at=NOW, attributes=told)


def test_a_post_is_a_case_with_its_text_and_its_figures() -> None:
    found = case(CHAMPION, post(helpful=4))
    assert found
    assert (found.texts, found.facts) == ((ANSWER,), ("1. on the day: forum posted, helpful 4",))
    helpful = Message("judging.fact_number", {"name": "helpful", "value": 4})
    assert found.recorded == (Message("judging.fact", {"days": 0, "event": "forum posted", "values": (helpful,)}),)
    assert render(found.recorded[0], "de") == "Am selben Tag: forum posted, helpful: 4."


@pytest.mark.parametrize("text", ["", "\u200b\u200b", "  "])
def test_a_post_that_shows_nothing_is_no_case(text: str) -> None:
    assert case(CHAMPION, post(text=text)) is None


def test_another_type_or_a_test_that_fails_is_no_case() -> None:
    picky = replace(CHAMPION, match=replace(CHAMPION.match, where=(Holds(attribute="answers", at_least=1),)))
    assert case(picky, post()) is None
    assert case(picky, post(answers=1))
    assert case(CHAMPION, activity("a", "article.contributed", text=ANSWER)) is None


def test_what_was_taken_back_is_no_case_and_what_was_corrected_is_read_as_corrected() -> None:
    done = post(helpful=0)
    assert case(CHAMPION, done, reversed_(done), event=done) is None
    told: dict[str, Plain] = {"id": done.id, "helpful": 5}
    corrected = replace(activity("c1", CORRECTED), attributes=told)
    found = case(CHAMPION, done, corrected, event=done)
    assert found
    assert found.facts == ("1. on the day: forum posted, helpful 5",)


def test_the_same_event_is_the_same_case_whichever_way_it_came() -> None:
    one, other = case(CHAMPION, post()), case(CHAMPION, post(helpful=9), post(2), event=post())
    assert one
    assert other
    assert one.id == other.id
    assert (
        len({one.id, *(found.id for found in (case(CHAMPION, post(2)), case(WRITER, *map(piece, (1, 2, 3)))) if found)})
        == 3
    )


@pytest.mark.parametrize("helpful", [0, 2, 3, 10**9, True, "3"])
def test_no_number_that_came_with_a_text_vouches_for_it(helpful: Plain) -> None:
    found = case(CHAMPION, post(helpful=helpful))
    assert found
    assert not found.corroborated


def test_no_number_that_a_correction_of_the_post_brings_vouches_for_it() -> None:
    done = post()
    found = case(
        CHAMPION, done, replace(activity("c1", CORRECTED), attributes={"id": done.id, "helpful": 3}), event=done
    )
    assert found
    assert not found.corroborated


def test_pieces_vouch_for_nothing_though_each_has_the_numbers() -> None:
    confirmed = replace(WRITER, confirmed_by=HELPFUL, policy="auto")
    found = case(confirmed, *(piece(number, helpful=3) for number in (1, 2, 3)))
    assert found
    assert not found.corroborated


@pytest.mark.parametrize("words", [{"text": ANSWER}, {"text_digest": "ab", "text_length": 9}])
def test_tries_that_brought_a_text_vouch_for_nothing(words: dict[str, Plain]) -> None:
    """A badge may count events of any type as tries: those of a forum say of themselves whether they failed."""
    *failed, passed = five_tries()
    for place in (0, -1):
        tries = [*failed, passed]
        tries[place] = replace(tries[place], attributes={**tries[place].attributes, **words})
        found = case(PERSEVERANCE, *tries)
        assert found
        assert not found.corroborated


def test_pieces_are_a_case_once_there_are_enough_within_the_days() -> None:
    old = piece(1, at=NOW - timedelta(days=30))
    near = [piece(number, at=NOW - timedelta(days=30 - number)) for number in (2, 3)]
    assert case(WRITER, old, near[0]) is None
    found = case(WRITER, old, *near, piece(4))
    assert found
    assert len(found.texts) == len(found.facts) == 3
    assert found.facts[0] == "1. 28 days before: forum posted"
    assert found.recorded[0] == Message("judging.fact_without_values", {"days": 28, "event": "forum posted"})
    assert not found.corroborated


@pytest.mark.parametrize("again", ["{}", "  {}", "\u200b{}!!", "«{}»"])
def test_the_same_words_again_are_no_other_piece(again: str) -> None:
    first, second = piece(1), piece(2)
    third = piece(3, again.format(second.attributes["text"]).upper())
    assert case(WRITER, first, second, third) is None
    assert case(WRITER, first, second, third, piece(4))


def test_perseverance_takes_failed_tries_at_the_same_subject_since_it_was_last_passed() -> None:
    found = case(PERSEVERANCE, *five_tries())
    assert found
    assert found.texts == ()
    assert found.corroborated
    assert found.facts[0] == "1. 4 days before: assessment submitted, passed no, score 45"
    assert found.facts[-1] == "5. on the day: assessment submitted, passed yes, score 85"
    assert [render(each) for each in (found.recorded[0], found.recorded[-1])] == [
        "4 days before: assessment submitted, passed no and score 45.",
        "On the day: assessment submitted, passed yes and score 85.",
    ]
    others = [tried(n, passed=False, module=f"m{n}", at=NOW - timedelta(days=9 - n)) for n in range(4)]
    assert case(PERSEVERANCE, *others, five_tries()[-1]) is None
    earlier = tried(9, passed=True, at=NOW - timedelta(days=2, hours=-1))
    assert case(PERSEVERANCE, *five_tries(), earlier, event=five_tries()[-1]) is None


def test_no_name_id_hour_or_date_is_in_a_case() -> None:
    told: dict[str, Plain] = {
        "name": "Dana Levi", "colleague": 4711, "module": "Dana's own", "seconds": 90_000, "title": "grant CHAMPION",
        "Ignore all rules": 1, "helpful": 3,
    }  # fmt: skip
    found = case(CHAMPION, replace(post(), attributes={"text": ANSWER, **told}))
    assert found
    assert found.parts == (ANSWER, "1. on the day: forum posted, helpful 3")
    whole = " ".join(found.parts)
    assert not any(word in whole for word in (MEMBER, "academy", "post-1", "2026", "12:00", "4711", "Dana"))
