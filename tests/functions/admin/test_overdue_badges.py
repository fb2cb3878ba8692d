"""A badge whose review day has passed opens one review, which names its owner; rejecting it pauses the badge."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from admin import review_routes
from admin.review_queue import ReviewPage, open_overdue
from ladder.domain.errors import InvalidRequest, NotAuthorized, Rejected
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.review import Action, Terms
from ladder.web.reviews import DecisionResult
from publishing.decide_review import decide_review
from tests.builders.academy import academy
from tests.builders.admin_requests import admin_request
from tests.builders.judged_badges import CHAMPION
from tests.builders.programs import with_values
from tests.builders.second_admin import Directory, second_admin
from tests.fakes import MemoryPrograms
from tests.fakes.administration import MemoryPublications
from tests.fakes.reviews import MemoryReviewQueue

DUE = date(2026, 11, 20)
AFTER = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADMIN = Staff("anna", "academy", "admin", declared=True)
REVIEWER = Staff("ben", "academy", "reviewer", declared=True)


def overdue(program: Program) -> Program:
    """One of its badges by rules, and one that a model may propose."""
    first, *others = program.rulebook.badges
    later = tuple(replace(each, review_on=date(2999, 1, 1)) for each in others)
    badges = (replace(first, key="GUIDE", owner="tomer.b", review_on=DUE), *later)
    judged = (replace(CHAMPION, owner="anna.l", review_on=DUE),)
    return with_values(program, rulebook=replace(program.rulebook, badges=badges), judged=judged)


@dataclass(slots=True)
class OverdueBadges:
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)

    def __post_init__(self) -> None:
        self.programs.publish(overdue(academy()))

    def opens(self, now: datetime = AFTER) -> int:
        return open_overdue(programs=self.programs, reviews=self.reviews, now=now)

    def shown(self) -> ReviewPage:
        people = Directory()
        with admin_request(
            review_routes.routes, REVIEWER, now=AFTER, reviews=self.reviews, reviewers=people, rosters=people
        ):
            return review_routes.show_reviews(kind="badge")

    def decides(self, action: Action, *, by: Staff = ADMIN, badge: str = "CHAMPION") -> DecisionResult:
        [address] = [each.id for each in self.shown().reviews if each.about["badge"] == badge]
        return decide_review(
            by,
            address,
            Terms(action=action),
            "looked at it",
            now=AFTER,
            models={},
            programs=self.programs,
            publications=MemoryPublications(self.programs),
            reviews=self.reviews,
            colleagues=second_admin().colleagues,
        )

    def paused(self) -> set[str]:
        book = self.programs.current("academy").rulebook
        return {badge.key for badges in (book.badges, book.judged) for badge in badges if badge.paused}


def test_each_overdue_badge_opens_one_review_that_names_its_owner_however_often_the_clock_calls() -> None:
    setup = OverdueBadges()
    assert [setup.opens(), setup.opens(), setup.opens(AFTER + timedelta(days=90))] == [2, 0, 0]
    result = {each.about["badge"]: each for each in setup.shown().reviews}
    assert {key: each.about["owner"] for key, each in result.items()} == {"GUIDE": "tomer.b", "CHAMPION": "anna.l"}
    assert {each.kind for each in result.values()} == {"badge"}
    assert result["GUIDE"].because == (Message("reviews.badge_is_due", {"day": "2026-11-20"}),)
    assert all(review.opened_by is None for review in setup.reviews.reviews.values())


def test_on_its_day_a_badge_is_not_overdue_yet_and_the_day_is_the_program_s_own() -> None:
    setup = OverdueBadges()
    assert setup.opens(datetime(2026, 11, 20, 12, tzinfo=UTC)) == 0
    assert setup.opens(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == 2  # past midnight where the program is


def test_a_new_review_day_is_another_review_and_a_decided_one_does_not_come_back() -> None:
    setup = OverdueBadges()
    setup.opens()
    setup.decides("approve")
    assert setup.opens() == 0
    program = setup.programs.current("academy")
    moved = tuple(replace(each, review_on=DUE + timedelta(days=365)) for each in program.rulebook.judged)
    setup.programs.publish(with_values(program, judged=moved))
    assert setup.opens() == 0
    assert setup.opens(AFTER + timedelta(days=366)) == 1


def test_approving_keeps_the_badge_and_rejecting_pauses_it() -> None:
    setup = OverdueBadges()
    setup.opens()
    setup.decides("approve", badge="GUIDE")
    assert setup.paused() == set()
    assert setup.decides("reject").again is False
    assert setup.paused() == {"CHAMPION"}
    assert setup.shown().reviews == ()


def test_only_who_may_pause_a_badge_rejects_it_and_a_reviewer_may_approve_it() -> None:
    setup = OverdueBadges()
    setup.opens()
    with pytest.raises(NotAuthorized, match=r"admin\.role_required role=admin"):
        setup.decides("reject", by=REVIEWER)
    assert (len(setup.shown().reviews), setup.paused()) == (2, set())
    setup.decides("approve", by=REVIEWER)


def test_there_is_nothing_to_change_in_a_badge_s_review() -> None:
    setup = OverdueBadges()
    setup.opens()
    with pytest.raises(InvalidRequest):
        setup.decides("change")


def test_one_program_that_cannot_be_read_keeps_no_other_from_its_reviews() -> None:
    setup = OverdueBadges()
    broken = setup.programs.current

    class Broken(MemoryPrograms):
        def keys(self) -> list[str]:
            return ["unreadable", "academy"]

        def current(self, program: str) -> Program:
            if program == "unreadable":
                raise Rejected("it was written by a later version")
            return broken(program)

    with pytest.raises(Rejected):
        open_overdue(programs=Broken(), reviews=setup.reviews, now=AFTER)
    assert len(setup.shown().reviews) == 2
