"""The queue of reviews page by page and filtered, and one review with its case."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from admin import review_routes
from admin.review_queue import ReviewDetail
from ladder.domain.errors import NotFound
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.programs.pausing import compile_program
from ladder.domain.reviews.opening import confirmation_review, entry_review
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.review import Review
from ladder.messages.render import render
from tests.builders.academy import academy
from tests.builders.admin_requests import admin_request
from tests.builders.judged_badges import CHAMPION
from tests.builders.review_services import ANNA, NOW, OLE, ReviewServices, many
from tests.builders.reviews import DISPUTE, HOLD, MEMBER, REJECT, VERDICT
from tests.fakes.disputes import MemoryDisputes
from tests.fakes.members import MemoryLedger
from tests.fakes.verdicts import MemoryVerdicts


def test_the_oldest_comes_first_and_pages_meet_without_a_gap() -> None:
    services, seen, after = ReviewServices().opened(*many(7)), list[int](), None
    while True:
        page = services.shown(limit=3, after=after)
        seen += [each.age_hours for each in page.reviews]
        if page.next is None:
            break
        after = page.next
    assert seen == [6, 5, 4, 3, 2, 1, 0]


def test_a_page_goes_on_where_it_ended_though_the_last_of_it_was_decided_since() -> None:
    services = ReviewServices().opened(*many(4))
    first = services.shown(limit=2)
    services.decide(many(4)[2])
    assert [each.age_hours for each in services.shown(limit=2, after=first.next).reviews] == [1, 0]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ({}, ["hold", "dispute", "verdict", "audit"]),
        ({"kind": "hold"}, ["hold"]),
        ({"member": "9" * 32}, ["audit"]),
        ({"min_age_hours": 6}, ["hold", "dispute", "verdict"]),
        ({"min_age_hours": 7}, []),
        ({"assigned": "me"}, ["hold"]),
        ({"assigned": "somebody"}, ["hold", "dispute"]),
        ({"assigned": "nobody"}, ["verdict", "audit"]),
        ({"assigned": "nobody", "kind": "verdict"}, ["verdict"]),
    ],
)
def test_filters_narrow_the_list_and_not_what_is_told_of_the_whole(wanted: Mapping[str, Any], kinds: list[str]) -> None:
    other = entry_review("audit", "academy", "9" * 32, ("academy", "e"), now=NOW)
    services = ReviewServices().opened(HOLD, DISPUTE, VERDICT, other)
    services.assign(HOLD)
    services.assign(DISPUTE, by=OLE)
    result = services.shown(**wanted)
    assert sorted(each.kind for each in result.reviews) == sorted(kinds)
    assert (result.open, result.unassigned, result.oldest_hours) == (4, 2, 6)
    assert result.kinds == {"audit": 1, "dispute": 1, "hold": 1, "verdict": 1}
    assert [(each.reviewer, each.open) for each in result.workload] == [("anna", 1), ("ole", 1)]


def test_the_list_has_nothing_that_anybody_wrote() -> None:
    said = replace(VERDICT, summary={**VERDICT.summary, "text": "my own words", "evidence": "own words"})
    assert "own words" not in str(ReviewServices().opened(said).shown())


def test_an_empty_queue_is_told_as_one() -> None:
    result = ReviewServices().shown()
    assert (result.reviews, result.next, result.open, result.oldest_hours, result.workload) == ((), None, 0, None, ())


def shown(services: ReviewServices, review: Review, *, by: Staff = ANNA) -> ReviewDetail:
    with admin_request(
        review_routes.routes,
        by,
        now=NOW,
        compiled=lambda program: compile_program(academy(judged=[CHAMPION])),
        compiled_version=lambda program, version: compile_program(academy()),
        reviews=services.reviews,
        reviewers=services,
        logins=services.logins,
        declarations=services.declarations,
        rosters=services,
        ledger=lambda program: MemoryLedger(),
        disputes=MemoryDisputes(),
        verdicts=MemoryVerdicts(),
    ):
        return review_routes.show_review(review.address)


def test_a_review_shows_its_case_and_what_was_decided() -> None:
    services = ReviewServices().opened(VERDICT)
    assert (shown(services, VERDICT).status, shown(services, VERDICT).summary) == ("open", dict(VERDICT.summary))
    services.decide(VERDICT, REJECT, reason="not helpful")
    result = shown(services, VERDICT)
    assert result.decided is not None
    assert (result.status, result.decided.decision, result.decided.reason) == ("decided", "reject", "not helpful")


def test_a_review_says_why_it_was_opened_what_was_recorded_and_what_each_decision_leads_to() -> None:
    result = shown(ReviewServices().opened(VERDICT), VERDICT)
    assert (result.review.because, result.facts) == (VERDICT.because, VERDICT.facts)
    assert {action: render(effect, "de") for action, effect in result.effects.items()} == {
        "approve": "Das Mitglied bekommt das Abzeichen CHAMPION.",
        "change": "Das Mitglied bekommt statt CHAMPION das Abzeichen, das du nennst.",
        "reject": "Das Mitglied bekommt das Abzeichen CHAMPION nicht.",
    }


def test_a_review_of_another_program_is_not_shown() -> None:
    with pytest.raises(NotFound):
        shown(ReviewServices().opened(VERDICT), VERDICT, by=Staff("eve", "bank", "admin", declared=True))


def test_reviews_name_their_members_and_those_who_decide_but_nobody_who_was_erased() -> None:
    jo = Member(id=MEMBER, user="jo", name="Jo Doe", team="north")
    gone = Member(id="9" * 32, user="al").anonymous()
    services = ReviewServices(roster=[jo, gone]).opened(HOLD, replace(HOLD, id="6" * 32, member=gone.id))
    page = services.shown()
    assert {(each.name, each.team) for each in page.reviews} == {("Jo Doe", "north"), (None, None)}
    assert page.people == {"anna": "Anna", "ole": "Ole"}
    detail = shown(services, HOLD)
    assert (detail.review.name, detail.people) == ("Jo Doe", page.people)


def test_a_review_says_why_its_reader_may_not_decide_it_and_whom_it_waits_for() -> None:
    erasure = confirmation_review("erasure", "academy", MEMBER, MEMBER, by="ole", reason="asked for", now=NOW)
    services = ReviewServices(reviewers={"academy": ["ida", "ole"]}).opened(erasure)
    by_opener, by_reviewer = shown(services, erasure, by=OLE), shown(services, erasure)
    assert by_opener.why_not == Message("admin.opened_it_yourself")
    assert by_reviewer.why_not == Message("admin.role_required", {"role": "admin", "yours": "reviewer"})
    assert by_opener.waits_for == by_reviewer.waits_for == ("ida",)
    other = shown(services, erasure, by=replace(OLE, subject="ida"))
    assert (other.why_not, other.waits_for) == (None, ())


def test_a_judged_case_shows_the_badges_that_may_be_granted_and_what_they_ask_for() -> None:
    badges = shown(ReviewServices().opened(VERDICT), VERDICT).badges
    assert [(badge.key, badge.name, badge.criteria) for badge in badges] == [
        (CHAMPION.key, CHAMPION.name, CHAMPION.criteria)
    ]
