"""Opening a review by hand, on fakes: one of a kind for an entry, of somebody else, for somebody who may decide it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pytest

from admin import review_routes
from admin.api_models import OpeningBody
from admin.review_queue import OpenedReview, RequestedKind
from ladder.domain.activities.activity import LADDER, LOGIN, REVERSED, Activity
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.members.roster import Member
from ladder.domain.message import verbatim
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.permissions import Declaration, Role, Staff
from ladder.domain.reviews.review import ReviewDecision, Terms
from tests.builders.academy_events import MONDAY, at
from tests.builders.admin_requests import admin_request
from tests.builders.capped_academy import event
from tests.builders.rewards import RewardRunner
from tests.builders.second_admin import Directory
from tests.fakes import MemoryDeclarations, MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryPeople
from tests.fakes.reviews import MemoryReviewQueue

NOW = at(MONDAY, 18)
JO = "a" * 32
ANNA = Staff("anna", "academy", "reviewer", declared=True)
OLE = Staff("ole", "academy", "admin", frozenset({"1" * 32}), declared=True)
WISH = OpeningBody(kind="peer", member=JO, source="lms", id="post", reason="they did it with Al")
POST = ("lms", "post")


@dataclass
class OpenedReviews:
    rewards: RewardRunner = field(default_factory=RewardRunner)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    logins: MemoryIdentities = field(default_factory=MemoryIdentities)
    declarations: MemoryDeclarations = field(default_factory=MemoryDeclarations)
    reviewers: tuple[str, ...] = ("anna", "ole")

    def of(self, program: str, least: Role = "reviewer") -> tuple[str, ...]:
        return self.reviewers if program == "academy" else ()

    def names(self, program: str) -> Mapping[str, str]:
        return {subject: subject.title() for subject in self.of(program)}

    def open(self, *, by: Staff = ANNA, **changes: Any) -> OpenedReview:
        with admin_request(
            review_routes.routes,
            by,
            now=NOW,
            people=MemoryPeople(self.rewards.ledger, self.programs),
            ledger=lambda program: self.rewards.ledger,
            reviews=self.reviews,
            reviewers=self,
            logins=self.logins,
            declarations=self.declarations,
            rosters=Directory(),
        ):
            answer = review_routes.open_review(OpeningBody(**(WISH.model_dump() | changes)))
        assert answer.body is not None
        return answer.body


@pytest.fixture
def setup() -> OpenedReviews:
    made = OpenedReviews()
    made.programs.enrol("academy", (Member(id=JO, user="jo"),))
    made.rewards.give(event("forum.posted", NOW - timedelta(hours=3), "post"), member=JO)
    return made


def test_it_waits_in_the_queue_with_who_wanted_it_and_why(setup: OpenedReviews) -> None:
    opened = setup.open()
    assert (opened.again, opened.opened_by, opened.assigned_to) == (False, "anna", None)
    (review,) = setup.reviews.reviews.values()
    assert (review.kind, review.event, review.summary["reason"]) == ("peer", POST, WISH.reason)
    assert [each.kind for each in setup.reviews.waiting("academy")] == ["peer"]
    (record,) = setup.reviews.audit
    assert (record.what, record.who, record.why) == ("audit.review_opened", "anna", verbatim(WISH.reason))
    assert (record.about["member"], record.about["kind"]) == (JO, "peer")


def test_the_same_twice_is_one_and_the_first_reason_stands(setup: OpenedReviews) -> None:
    first = setup.open()
    assert setup.open(reason="once more", by=OLE) == replace(first, again=True)
    assert [each.why for each in setup.reviews.audit] == [verbatim(WISH.reason)]


def test_a_kind_has_a_review_of_its_own(setup: OpenedReviews) -> None:
    assert setup.open().id != setup.open(kind="audit").id


def test_one_that_chance_drew_before_is_the_same(setup: OpenedReviews) -> None:
    setup.reviews.open(entry_review("audit", "academy", JO, POST, now=NOW))
    opened = setup.open(kind="audit")
    assert (opened.again, opened.opened_by) == (True, None)
    assert setup.reviews.audit == []


def test_a_colleague_is_named_and_who_was_given_it_keeps_it(setup: OpenedReviews) -> None:
    assert setup.open(to="ole").assigned_to == "ole"
    setup.reviewers = ("anna", "ida", "ole")
    assert setup.open(to="ida").assigned_to == "ole"
    assert [each.what for each in setup.reviews.audit] == ["audit.review_opened", "audit.review_assigned"]


def test_where_giving_it_was_cut_off_asking_again_gives_it(setup: OpenedReviews) -> None:
    setup.open()
    assert setup.open(to="ole").assigned_to == "ole"


def test_nobody_who_could_not_decide_it_is_named(setup: OpenedReviews) -> None:
    setup.logins.link("academy", LOGIN, "ida", JO)
    setup.declarations.declare("academy", "max", JO, after=Declaration(), at=NOW)
    setup.reviewers = ("anna", "ida", "max", "ole")
    nobody = (
        ("eve", "reviews.to_no_reviewer"),
        ("ida", "reviews.to_own_case"),
        ("max", "reviews.to_own_case"),
        ("anna", "reviews.to_whoever_opens"),
    )
    for (to, why), kind in product(nobody, get_args(RequestedKind)):
        with pytest.raises(Conflict, match=why):
            setup.open(kind=kind, to=to)
    assert (setup.reviews.reviews, setup.reviews.audit) == ({}, [])


def test_what_was_decided_is_given_to_nobody(setup: OpenedReviews) -> None:
    setup.open()
    (review,) = setup.reviews.reviews.values()
    setup.reviews.decide(review, ReviewDecision(terms=Terms(action="approve"), reason="it is so", by="ole", at=NOW))
    assert setup.open(to="ole").assigned_to is None


def test_it_takes_a_reviewer_and_another_than_oneself(setup: OpenedReviews) -> None:
    with pytest.raises(NotAuthorized, match="reviewer"):
        setup.open(by=replace(ANNA, role="viewer"))
    with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
        setup.open(by=replace(ANNA, own=frozenset({JO})))


@pytest.mark.parametrize("wish", [{"source": "academy", "id": "never"}, {"member": "f" * 32}], ids=["entry", "member"])
def test_what_is_not_there_is_not_looked_at(setup: OpenedReviews, wish: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        setup.open(**wish)
    with pytest.raises(NotFound):
        setup.open(**wish, by=replace(ANNA, program="bank"))


def test_nothing_is_opened_of_somebody_who_was_erased(setup: OpenedReviews) -> None:
    setup.rewards.ledger.erased.add(("academy", JO))
    with pytest.raises(NotFound):
        setup.open()
    assert setup.reviews.audit == []


def test_what_no_decision_could_take_back_is_not_looked_at(setup: OpenedReviews) -> None:
    result = {"source": "lms", "id": "post", "reason": "twice", "actor": "admin"}
    setup.rewards.give(Activity(source=LADDER, id="r", type=REVERSED, occurred_at=NOW, attributes=result), member=JO)
    with pytest.raises(Conflict, match="reversal"):
        setup.open(source=LADDER, id="r")
