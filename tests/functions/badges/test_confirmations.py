"""Confirmations of a text by other members: the second signal, whichever order they come in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from ladder.domain.activities.activity import BADGE_GRANTED, CORRECTED, LADDER, REVERSED, Activity
from ladder.domain.errors import MemberErased
from ladder.domain.judging.confirmations import Confirmation
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import Confirmations, Pieces, badge_grant
from tests.builders.judged_badges import (
    ANSWER,
    CHAMPION,
    HELPFUL,
    MEMBER,
    NOW,
    QUOTE,
    WRITER,
    BadgeEvaluations,
    Model,
    activity,
    marked,
    piece,
    post,
    program,
    verdict,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
COLLEAGUES = ("a" * 32, "b" * 32, "c" * 32)
AUTO = replace(CHAMPION, policy="auto", confirmations=Confirmations(at_least=2))


def enrolled(**changed: object) -> BadgeEvaluations:
    """A badge that asks for two colleagues; the author and three colleagues are enrolled."""
    evaluations = BadgeEvaluations(program=program(replace(AUTO, **changed)))  # type: ignore[arg-type]
    members = (MEMBER, *COLLEAGUES)
    evaluations.programs.enrol("academy", tuple(Member(id=member, user=member[:2]) for member in members))
    helped_others(evaluations)
    return evaluations


def helped_others(evaluations: BadgeEvaluations) -> None:
    """Each colleague has confirmed two other people before."""
    for other in ("e" * 32, "f" * 32):
        theirs = ("academy", f"of-{other}")
        evaluations.confirmations.wrote("academy", other, theirs, theirs, until=NOW)
        for colleague in COLLEAGUES:
            given, event = Confirmation(colleague, NOW - DAY), ("academy", f"{colleague}-{other}")
            evaluations.confirmations.confirm("academy", given, event, theirs, holds=True, sequence=1, until=NOW)


def confirms(of: Activity, number: int, *, at: datetime | None = None, **attributes: object) -> Activity:
    told = {"post": of.id, **attributes}
    return activity(f"like-{number}-{of.id}", "post.confirmed", at=at or of.occurred_at + number * MINUTE, **told)


def confirm(
    evaluations: BadgeEvaluations, of: Activity, number: int, *, by: str = "", at: datetime | None = None
) -> list[str]:
    """Record a confirmation by a colleague and bring it; return the outcomes of the cases that it makes."""
    given, member = confirms(of, number, at=at), by or COLLEAGUES[number - 1]
    evaluations.record(given, member=member)
    return brought(evaluations, given, member=member)


def brought(evaluations: BadgeEvaluations, event: Activity, *, member: str = MEMBER) -> list[str]:
    judged = evaluations.judge(event, member=member, now=NOW + DAY)
    return [one.result.decision.outcome for one in judged if one]


def take_back(evaluations: BadgeEvaluations, given: Activity, member: str) -> list[str]:
    reversed_ = Activity(
        source=LADDER,
        id=f"r-{given.id}",
        type=REVERSED,
        occurred_at=NOW,
        attributes={"source": "academy", "id": given.id},
    )
    evaluations.record(reversed_, member=member)
    return brought(evaluations, reversed_, member=member)


def test_a_text_waits_for_its_colleagues_and_is_granted_by_policy_when_the_second_confirms() -> None:
    evaluations = enrolled()
    assert brought(evaluations, post()) == []
    assert confirm(evaluations, post(), 1) == []
    assert not evaluations.model.asked  # nothing is spent on what nobody confirmed
    assert confirm(evaluations, post(), 2) == ["grant"]
    (grant,) = evaluations.grants()
    assert grant.attributes["badge"] == "CHAMPION"
    assert "confirmed by 2 other members" in evaluations.model.asked[0].user
    assert ANSWER in evaluations.model.asked[0].user


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_text_and_confirmations_come_they_make_one_case(order: Sequence[int]) -> None:
    evaluations = enrolled()
    outcomes = []
    for step in order:
        outcomes += brought(evaluations, post()) if step == 0 else confirm(evaluations, post(), step)
    assert outcomes == ["grant"]
    assert len(evaluations.model.asked) == 1


@pytest.mark.parametrize("policy", ["suggest", "approve"])
def test_a_person_decides_under_the_other_policies_and_reads_how_many_confirmed(policy: str) -> None:
    evaluations = enrolled(policy=policy)
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    assert confirm(evaluations, post(), 2) == ["review"]
    (review,) = evaluations.reviews.reviews.values()
    values = review.facts[0].parameters["values"]
    assert Message("judging.fact_confirmed", {"members": 2, "independent": 2}) in values


def test_a_number_that_the_sender_of_the_text_wrote_is_no_confirmation() -> None:
    evaluations = enrolled(confirmed_by=HELPFUL)
    forged = post(helpful=99, confirmed=True, confirmations=9, members=9, independent=9)
    assert brought(evaluations, forged) == []
    assert not evaluations.model.asked


def test_nobody_confirms_themselves_nor_twice() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    assert confirm(evaluations, post(), 1, by=MEMBER) == []
    assert confirm(evaluations, post(), 2, by=MEMBER) == []
    for number in (3, 4, 5):
        assert confirm(evaluations, post(), number, by=COLLEAGUES[0]) == []
    assert not evaluations.model.asked


def test_a_second_member_of_the_same_person_is_the_same_person() -> None:
    """Both were known by one id or login once, whoever it leads to today."""
    evaluations = enrolled()
    evaluations.confirmations.ids = {MEMBER: {"hash-1", "hash-2"}, COLLEAGUES[1]: {"hash-2"}}
    brought(evaluations, post())
    assert confirm(evaluations, post(), 1) == []
    assert confirm(evaluations, post(), 2) == []
    assert confirm(evaluations, post(), 3) == ["grant"]


def test_accounts_that_nobody_knows_bring_a_person_to_look_and_grant_nothing() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    confirm(evaluations, post(), 1, by="d" * 32)
    assert confirm(evaluations, post(), 2, by="e" * 32) == ["review"]
    (review,) = evaluations.reviews.reviews.values()
    assert review.because == (Message("judging.too_few_independent", {"least": 2}),)
    assert Message("judging.dependent_unknown", {"members": 2}) in review.facts[0].parameters["values"]
    assert not evaluations.grants()


def test_two_who_confirm_each_other_bring_a_person_to_look_and_grant_nothing() -> None:
    evaluations = enrolled()
    theirs = post(7, at=NOW - DAY)
    evaluations.judge(theirs, member=COLLEAGUES[0], now=NOW)
    confirm(evaluations, theirs, 1, by=MEMBER)
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    assert confirm(evaluations, post(), 2) == ["review"]
    assert not evaluations.grants()


def test_confirmations_all_within_seconds_grant_nothing() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    for number in (1, 2, 3):
        at = NOW + MINUTE + number * timedelta(seconds=1)
        outcome = confirm(evaluations, post(), number, at=at)
    assert outcome == ["review"]
    assert not evaluations.grants()


def test_a_confirmation_of_another_source_or_of_nothing_known_is_kept_for_nobody() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    for number, member in enumerate(COLLEAGUES, start=1):
        other = replace(confirms(post(), number), source="wiki")
        evaluations.record(other, member=member)
        assert brought(evaluations, other, member=member) == []
        assert confirm(evaluations, post(99), number) == []


def test_a_post_that_says_it_is_somebody_else_s_gains_none_of_their_confirmations() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    thief, copy = COLLEAGUES[2], post(2, post=post().id)
    assert evaluations.judge(copy, member=thief, now=NOW + DAY) == []
    confirm(evaluations, post(), 1)
    assert confirm(evaluations, post(), 2) == ["grant"]
    assert evaluations.judge(copy, member=thief, now=NOW + DAY) == []


def test_a_post_may_be_confirmed_by_the_id_that_the_source_has_for_it() -> None:
    evaluations, written = enrolled(), post(1, post="thread-4711")
    assert brought(evaluations, written) == []
    for number in (1, 2):
        outcome = confirm(evaluations, replace(written, id="thread-4711"), number)
    assert outcome == ["grant"]


@pytest.mark.parametrize("way", ["reversed", "corrected"])
@pytest.mark.parametrize("told_first", [True, False])
def test_a_confirmation_that_was_taken_back_counts_no_more(way: str, *, told_first: bool) -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    given = confirms(post(), 1)
    evaluations.record(given, member=COLLEAGUES[0])
    if told_first:
        brought(evaluations, given, member=COLLEAGUES[0])
    if way == "reversed":
        take_back(evaluations, given, COLLEAGUES[0])
    else:
        correction = activity("c1", CORRECTED, id=given.id, confirmed=False)
        evaluations.record(correction, member=COLLEAGUES[0])
        brought(evaluations, correction, member=COLLEAGUES[0])
    if not told_first:  # the queue keeps no order
        brought(evaluations, given, member=COLLEAGUES[0])
    assert confirm(evaluations, post(), 2) == []
    assert confirm(evaluations, post(), 3) == ["grant"]


def test_a_confirmation_taken_back_after_the_grant_lets_a_person_look_at_it_once() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    confirm(evaluations, post(), 2)
    (grant,) = evaluations.grants()
    evaluations.record(grant)
    take_back(evaluations, confirms(post(), 1), COLLEAGUES[0])
    brought(evaluations, confirms(post(), 1), member=COLLEAGUES[0])  # once more, and late
    (review,) = evaluations.reviews.reviews.values()
    assert (review.kind, review.member, review.event) == ("audit", MEMBER, grant.key)
    assert review.because == (Message("judging.confirmation_taken_back"),)


def test_a_ring_that_closes_after_the_grant_lets_a_person_look_at_it() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    confirm(evaluations, post(), 2)
    (grant,) = evaluations.grants()
    evaluations.record(grant)
    theirs = post(7, at=NOW + MINUTE)
    evaluations.judge(theirs, member=COLLEAGUES[0], now=NOW + DAY)
    confirm(evaluations, theirs, 1, by=MEMBER)
    (review,) = evaluations.reviews.reviews.values()
    assert (review.kind, review.member, review.event) == ("audit", MEMBER, grant.key)
    assert review.because == (Message("judging.confirmations_of_a_ring"),)


def test_a_badge_that_a_person_gave_stands_when_a_confirmation_is_taken_back() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    evaluations.record(badge_grant(badge="CHAMPION", case="c", verdict="v", by="review", at=NOW))
    take_back(evaluations, confirms(post(), 1), COLLEAGUES[0])
    assert not evaluations.reviews.reviews


def test_a_late_confirmation_counts_within_its_days_and_not_after_them() -> None:
    days = Confirmations(at_least=2, within_days=3)
    for late, outcome in ((3 * DAY, ["grant"]), (4 * DAY, [])):
        evaluations = enrolled(confirmations=days)
        written = post(at=NOW - 2 * DAY)
        brought(evaluations, written)
        confirm(evaluations, written, 1)
        given = confirms(written, 2, at=written.occurred_at + late)
        evaluations.record(given, member=COLLEAGUES[1])
        judged = evaluations.judge(given, member=COLLEAGUES[1], now=given.occurred_at + MINUTE)
        assert [one.result.decision.outcome for one in judged if one] == outcome


def test_several_pieces_count_each_once_it_is_confirmed() -> None:
    evaluations = BadgeEvaluations(
        program=program(
            replace(WRITER, pieces=Pieces(at_least=2, within_days=30), confirmations=Confirmations(at_least=2))
        ),
        model=Model([verdict(badge="WRITER", evidence=[QUOTE])]),
    )
    evaluations.programs.enrol("academy", tuple(Member(id=member, user=member[:2]) for member in (MEMBER, *COLLEAGUES)))
    posts = [piece(number, at=NOW - (4 - number) * DAY) for number in (1, 2, 3)]
    for written in posts:
        assert brought(evaluations, written) == []
    for written in (posts[0], posts[2]):
        outcomes = [*confirm(evaluations, written, 1), *confirm(evaluations, written, 2)]
    assert outcomes == ["review"]
    (review,) = evaluations.reviews.reviews.values()
    assert review.summary["text"].split("\n\n") == [posts[0].attributes["text"], posts[2].attributes["text"]]


def test_a_reversed_text_is_no_case_whoever_confirms_it() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    take_back(evaluations, post(), MEMBER)
    confirm(evaluations, post(), 1)
    assert confirm(evaluations, post(), 2) == []


def test_of_an_erased_author_no_case_is_made_and_the_colleague_is_none_the_worse() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    evaluations.ledger.erased.add(("academy", MEMBER))
    with pytest.raises(MemberErased):  # counted as such, and the message is done
        confirm(evaluations, post(), 2)
    assert not evaluations.model.asked


def test_nothing_is_read_or_stored_of_confirmations_that_no_badge_asks_for() -> None:
    evaluations = BadgeEvaluations()
    given = confirms(post(), 1)
    evaluations.record(marked(post()))
    evaluations.record(given, member=COLLEAGUES[0])

    class Closed:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    evaluations.ledger, evaluations.confirmations = Closed(), Closed()  # type: ignore[assignment]
    assert list(evaluations.cases(given, member=COLLEAGUES[0], entered=False)) == []


def test_a_confirmation_pays_by_the_rules_of_whoever_gives_it_and_grants_them_nothing() -> None:
    evaluations = enrolled()
    brought(evaluations, post())
    confirm(evaluations, post(), 1)
    entries = evaluations.ledger.entries("academy", COLLEAGUES[0])
    assert [entry.activity.type for entry in entries] == ["post.confirmed"]
    assert BADGE_GRANTED not in {entry.activity.type for entry in entries}
