"""Which cases an event makes: of badges whose time, cohort and case it is, that the member does not have yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.activities.activity import CORRECTED, TEXT_DIGEST, Activity
from ladder.domain.activities.event_filter import Perseverance
from ladder.domain.errors import Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.points.judged_badge import Cohort, JudgedBadge, Pieces, badge_grant
from ladder.domain.points.ledger import event_refused
from tests.builders.judged_badges import (
    ANSWER,
    CHAMPION,
    FAILED,
    MEMBER,
    NOW,
    PERSEVERANCE,
    WRITER,
    BadgeEvaluations,
    activity,
    five_tries,
    marked,
    piece,
    post,
    program,
)
from tests.functions.badges.case_selection import picked


def test_each_badge_whose_case_it_is() -> None:
    evaluations = BadgeEvaluations(program=program(CHAMPION, PERSEVERANCE, WRITER))
    assert picked(evaluations, post(1, at=NOW - timedelta(hours=8))) == ["CHAMPION"]
    assert picked(evaluations, piece(2, at=NOW - timedelta(hours=7))) == ["CHAMPION"]
    assert picked(evaluations, piece(3, at=NOW - timedelta(hours=6))) == ["CHAMPION", "WRITER"]
    evaluations.record(*five_tries()[-1:])
    assert picked(evaluations, five_tries()[-1]) == []


def test_nothing_of_a_member_who_objects_is_judged_or_stored_until_they_withdraw_it() -> None:
    evaluations = BadgeEvaluations(program=program(CHAMPION, WRITER))
    evaluations.objections.change("academy", MEMBER, "judging", objects=True, now=NOW)
    assert picked(evaluations, post(1, at=NOW - timedelta(hours=8))) == []
    assert not evaluations.member_texts.kept
    evaluations.objections.change("academy", MEMBER, "judging", objects=False, now=NOW)
    assert picked(evaluations, post(2, at=NOW - timedelta(hours=7))) == ["CHAMPION"]


def test_a_text_is_judged_with_the_entry_that_it_came_in() -> None:
    evaluations = BadgeEvaluations(program=program(CHAMPION))
    evaluations.record(marked(post(1)))
    ((_, case),) = evaluations.cases(post(1))
    assert case.texts == (ANSWER,)
    assert not evaluations.ledger.refused


@pytest.mark.parametrize("badge", [CHAMPION, WRITER], ids=["one text", "pieces"])
def test_a_text_waits_until_its_entry_is_in_the_ledger(badge: JudgedBadge) -> None:
    evaluations = BadgeEvaluations(program=program(badge))
    with pytest.raises(Unavailable, match="not in the ledger yet"):
        picked(evaluations, post(), entered=False)
    assert not evaluations.member_texts.kept


@pytest.mark.parametrize(
    "other",
    [
        post(1, "Award me the badge."),
        post(1, f"{ANSWER} "),
        post(1, helpful=9),
        post(1, at=NOW + timedelta(seconds=1)),
        replace(post(1), type="article.contributed"),
    ],
    ids=["another text", "a space more", "another number", "another time", "another type"],
)
@pytest.mark.parametrize("badge", [CHAMPION, WRITER], ids=["one text", "pieces"])
def test_a_text_that_came_with_another_body_than_its_entry_is_refused_and_audited(
    badge: JudgedBadge, other: Activity
) -> None:
    """The ledger refuses the second body of an id, whichever queue was faster: its text is judged for nobody."""
    both = replace(badge, match=replace(badge.match, types=("forum.posted", "article.contributed")))
    evaluations = BadgeEvaluations(program=program(both))
    evaluations.record(marked(post(1)))
    assert picked(evaluations, other) == []
    assert [*evaluations.ledger.refused] == [("academy", event_refused("academy", MEMBER, marked(other), at=NOW).key)]
    assert not evaluations.member_texts.kept


def test_a_text_that_was_corrected_before_it_was_judged_is_judged_no_more() -> None:
    evaluations = BadgeEvaluations(program=program(CHAMPION))
    evaluations.record(
        marked(post(1)), activity("c1", CORRECTED, id=post(1).id, text_digest="of other words", text_length=5)
    )
    assert picked(evaluations, post(1)) == []
    assert not evaluations.ledger.refused  # it came in that entry; it only stands no longer


def test_a_text_says_nothing_of_its_own_digest() -> None:
    """Whatever a message claims, the digest is taken of the text that is in it."""
    evaluations = BadgeEvaluations(program=program(CHAMPION))
    recorded = marked(post(1))
    evaluations.record(recorded)
    assert picked(evaluations, post(1, "Award me the badge.", text_digest=recorded.attributes[TEXT_DIGEST])) == []


@pytest.mark.parametrize("late", range(5))
def test_in_whatever_order_tries_are_told_the_case_of_the_pass_is_made(late: int) -> None:
    four = Perseverance(subject="module", failed=FAILED, after_failures=4)
    evaluations = BadgeEvaluations(program=program(replace(PERSEVERANCE, perseverance=four)))
    tries = five_tries()
    last = tries.pop(late)
    evaluations.record(*tries)
    assert [picked(evaluations, each) for each in tries] == [[]] * 4
    evaluations.record(last)
    ((_, case),) = evaluations.cases(last)
    assert (case.event, len(case.facts)) == (five_tries()[-1].key, 5)


def test_nothing_is_read_for_an_event_that_no_badge_asks_for() -> None:
    class Closed:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    evaluations = BadgeEvaluations(ledger=Closed())  # type: ignore[arg-type]
    assert picked(evaluations, five_tries()[0]) == []
    evaluations.program = program(replace(CHAMPION, phase="pilot"))
    assert picked(evaluations, post(), entered=False) == []


def test_not_before_its_first_day() -> None:
    evaluations = BadgeEvaluations(program=program(replace(CHAMPION, since=NOW.date())))
    assert picked(evaluations, post(), now=NOW - timedelta(days=1)) == []
    assert picked(evaluations, post()) == ["CHAMPION"]


def test_nobody_is_judged_while_the_badge_or_the_program_is_paused() -> None:
    assert picked(BadgeEvaluations(program=program(replace(CHAMPION, paused=True))), post()) == []
    assert picked(BadgeEvaluations(program=replace(program(), paused=True)), post()) == []


def test_a_pilot_judges_its_teams_and_nobody_else() -> None:
    evaluations = BadgeEvaluations(program=program(replace(CHAMPION, phase="pilot", pilot=Cohort(teams=("north",)))))
    evaluations.programs.enrol("academy", (Member(id=MEMBER, user="u", team="north"), Member(id="0" * 32, user="v")))
    assert picked(evaluations, post()) == ["CHAMPION"]
    assert picked(evaluations, post(), member="0" * 32) == []
    assert picked(evaluations, post(), member="1" * 32) == []


@pytest.mark.parametrize("badge", [CHAMPION, replace(WRITER, pieces=Pieces(at_least=2, within_days=30))])
def test_names_and_user_ids_of_the_program_s_members_are_masked_within_sentences_too(badge: JudgedBadge) -> None:
    evaluations = BadgeEvaluations(program=program(badge))
    jo = Member(id=MEMBER, user="jo.d", name="Jo Dean")
    members = (jo, Member(id="0" * 32, user="A21", name="Zo\u00eb O\u2019Neil-Levi"))
    evaluations.programs.enrol("academy", members)
    texts = (
        "as Zo\u00eb showed me, open the settings; A21 knows",
        "ask O\u2019Neil-Levi or jo.d. Dean-like is not Dean",
    )
    for number, text in enumerate(texts, start=1):
        found = list(evaluations.cases(post(number, text, at=NOW + timedelta(minutes=number))))
    ((_, case),) = found
    shown = ("as […] showed me, open the settings; […] knows", "ask […] or […]. Dean-like is not […]")
    assert case.texts in {shown, shown[1:]}


def test_who_has_the_badge_is_not_judged_for_it_again() -> None:
    evaluations = BadgeEvaluations()
    evaluations.record(badge_grant(badge="CHAMPION", case="c", verdict="v", by="anna.l", at=NOW))
    assert picked(evaluations, post()) == []
