"""Badges of several pieces: which posts make one case, and which of their texts are kept for it."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from ladder.domain.activities.activity import CORRECTED, Key
from ladder.domain.calendar.schedule import day_bounds
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.judging.case import Case
from ladder.domain.judging.question import MASK
from ladder.domain.points.judged_badge import JudgedBadge, Pieces, badge_grant
from tests.builders.judged_badges import (
    CHAMPION,
    HELPFUL,
    MEMBER,
    NOW,
    WRITER,
    BadgeEvaluations,
    activity,
    marked,
    post,
    program,
)
from tests.fakes.member_texts import MemoryMemberTexts
from tests.functions.badges.case_selection import essays, picked, reversed_, writers


def test_three_posts_over_days_are_one_case_with_their_texts_in_order_and_two_are_none() -> None:
    evaluations = writers()
    *early, last = essays(9, 4, 0)
    assert evaluations.write(*early) == []
    ((_, case),) = evaluations.cases(last)
    assert case.texts == tuple(str(each.attributes["text"]) for each in (*early, last))
    assert case.event == last.key
    assert len(case.facts) == 3


def test_a_post_that_is_told_again_is_the_same_case() -> None:
    evaluations = writers()
    posts = essays(9, 4, 0)
    (first,) = evaluations.write(*posts)
    ((_, again),) = evaluations.cases(posts[-1])
    ((_, by_entry),) = evaluations.cases(marked(posts[-1]))
    assert (again.id, by_entry) == (first, again)
    assert len(again.texts) == 3


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("entries_first", [True, False])
def test_in_whatever_order_posts_and_entries_are_told_the_case_is_made(
    order: tuple[int, ...], *, entries_first: bool
) -> None:
    """A post that comes before its entry is brought again by the queue."""
    evaluations = writers()
    posts = essays(9, 4, 0)
    told = [posts[place] for place in order]
    found = list[Case]()
    for step in ("entries", "posts") if entries_first else ("posts", "entries", "posts"):
        for each in told:
            if step == "entries":
                evaluations.record(marked(each))
            with suppress(Unavailable):
                done = each if step == "posts" else marked(each)
                found += [case for _, case in evaluations.cases(done, entered=False)]
    assert {case.event for case in found} == {posts[-1].key}
    assert {len(case.texts) for case in found} == {3}


def test_what_others_recorded_later_completes_a_case() -> None:
    evaluations = writers(match=replace(WRITER.match, where=HELPFUL))
    posts = essays(9, 4, 1)
    assert evaluations.write(*posts) == []
    for number, done in enumerate(posts, start=1):
        marks = activity(f"marks-{number}", CORRECTED, id=done.id, helpful=3)
        evaluations.record(marks)
        found = list(evaluations.cases(marks))
        assert len(found) == (number == 3)
    ((_, case),) = found
    assert (case.event, len(case.texts)) == (posts[-1].key, 3)
    assert list(evaluations.cases(activity("m", CORRECTED, id="of nothing known"))) == []


@pytest.mark.parametrize("beyond", [30, 31, 90])
def test_a_piece_beyond_the_days_is_none_and_its_text_is_not_there(beyond: int) -> None:
    evaluations = writers()
    posts = essays(beyond, 4, 0)
    assert evaluations.write(*posts) == []
    assert writers().write(*essays(29, 4, 0))


def test_a_text_is_kept_for_the_days_of_the_longest_badge_and_no_longer() -> None:
    longer = replace(WRITER, key="LONGER", pieces=Pieces(at_least=2, within_days=60))
    evaluations = BadgeEvaluations(program=program(WRITER, longer))
    evaluations.write(*essays(0))
    ((_, until),) = evaluations.member_texts.kept.values()
    first, _ = day_bounds(evaluations.program.schedule, NOW.date() + timedelta(days=60))
    assert until == first
    late = BadgeEvaluations(program=program(WRITER))
    list(late.cases(post(at=NOW - timedelta(days=31)), now=NOW))
    assert not late.member_texts.kept


def test_what_was_taken_back_or_rewritten_is_no_piece() -> None:
    evaluations = writers()
    posts = essays(9, 4, 0)
    evaluations.write(*posts[:2])
    evaluations.record(reversed_(posts[0]))
    assert evaluations.write(posts[2]) == []
    list(evaluations.cases(posts[0]))
    rewritten = writers()
    rewritten.write(*posts[:2])
    rewritten.record(activity("c1", CORRECTED, id=posts[1].id, text_digest="digest of other words", text_length=20))
    assert rewritten.write(posts[2]) == []


def test_nothing_of_what_was_taken_back_is_kept() -> None:
    evaluations = writers()
    (done,) = essays(0)
    evaluations.record(marked(done), reversed_(done))
    assert picked(evaluations, done) == []
    assert not evaluations.member_texts.kept


def test_of_an_erased_member_nothing_is_kept() -> None:
    evaluations = writers()
    evaluations.ledger.erased.add(("academy", MEMBER))
    with pytest.raises(MemberErased):
        picked(evaluations, essays(0)[0])
    raced = writers()
    raced.member_texts.erased.add(("academy", MEMBER))  # between the two looks
    with pytest.raises(MemberErased):
        picked(raced, essays(0)[0])
    assert not evaluations.member_texts.kept
    assert not raced.member_texts.kept


@pytest.mark.parametrize(
    "badge",
    [
        CHAMPION,
        replace(WRITER, paused=True),
        replace(WRITER, phase="pilot"),
        replace(WRITER, since=NOW.date() + timedelta(days=1)),
        replace(WRITER, match=replace(WRITER.match, types=("article.contributed",))),
    ],
    ids=["one piece", "paused", "nobody's pilot", "not begun", "another type"],
)
def test_no_text_is_kept_that_no_badge_asks_several_pieces_of(badge: JudgedBadge) -> None:
    evaluations = BadgeEvaluations(program=program(badge))
    evaluations.write(*essays(0))
    assert not evaluations.member_texts.kept


def test_no_text_is_kept_of_who_has_the_badge() -> None:
    evaluations = writers()
    evaluations.record(badge_grant(badge="WRITER", case="c", verdict="v", by="anna.l", at=NOW))
    evaluations.write(*essays(0))
    assert not evaluations.member_texts.kept


def test_what_is_kept_is_what_a_model_may_see() -> None:
    evaluations = writers()
    evaluations.write(post(1, "First mail jo@example.com,\u200b\n then wait."), post(2, "\u200b \n"))
    assert [text for text, _ in evaluations.member_texts.kept.values()] == [f"First mail {MASK}, then wait."]


def test_a_case_reads_no_more_texts_than_it_may_show_or_complete() -> None:
    class Counting(MemoryMemberTexts):
        asked = 0

        def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> dict[Key, str]:
            self.asked = max(self.asked, len(events))
            return super().texts(program, member, events, now=now)

    evaluations = BadgeEvaluations(program=program(CHAMPION, WRITER), member_texts=Counting())
    evaluations.write(*essays(*range(28, 0, -1)))
    ((_, one), (_, several)) = evaluations.cases(post(29))
    assert (len(one.texts), len(several.texts)) == (1, 8)
    assert several.texts[0] == "Essay 22 explains it step by step."
    assert evaluations.member_texts.asked <= 11
