"""Opening a review by hand, on fakes: one of a kind for an entry, of somebody else, for somebody who may decide it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from typing import get_args

import pytest

from admin.open_review import OpenedReview, RequestedKind, ReviewRequest, open_review
from admin.staff import Colleagues
from ladder.domain.activities.activity import LADDER, REVERSED, Activity
from ladder.domain.activities.inbound import LOGIN
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.members.roster import Member
from ladder.domain.reviews.opening import sampled_review
from ladder.domain.reviews.permissions import Declaration, Role, Staff
from ladder.domain.reviews.review import ReviewDecision, Terms, parse_address
from tests.builders.academy_events import MONDAY, at
from tests.builders.capped_academy import event
from tests.builders.rewards import Office
from tests.fakes import MemoryDeclarations, MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryPeople
from tests.fakes.reviews import MemoryReviewQueue

NOW = at(MONDAY, 18)
JO = "a" * 32
ANNA = Staff("anna", "academy", "reviewer", declared=True)
OLE = Staff("ole", "academy", "admin", frozenset({"1" * 32}), declared=True)
WISH = ReviewRequest(kind="peer", member=JO, event=("lms", "post"), reason="he did it with Al")


@dataclass
class Desk:
    office: Office = field(default_factory=Office)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    logins: MemoryIdentities = field(default_factory=MemoryIdentities)
    declarations: MemoryDeclarations = field(default_factory=MemoryDeclarations)
    reviewers: tuple[str, ...] = ("anna", "ole")

    def of(self, program: str, least: Role = "reviewer") -> tuple[str, ...]:
        return self.reviewers if program == "academy" else ()

    @property
    def colleagues(self) -> Colleagues:
        return Colleagues(reviewers=self, logins=self.logins, declarations=self.declarations)

    def open(self, wish: ReviewRequest = WISH, *, by: Staff = ANNA) -> OpenedReview:
        people, ledger = MemoryPeople(self.office.ledger, self.programs), self.office.ledger
        return open_review(
            by, wish, now=NOW, people=people, ledger=ledger, colleagues=self.colleagues, reviews=self.reviews
        )


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.programs.enrol("academy", (Member(id=JO, user="jo"),))
    made.office.give(event("forum.posted", NOW - timedelta(hours=3), "post"), member=JO)
    return made


def test_it_waits_in_the_queue_with_who_wanted_it_and_why(desk: Desk) -> None:
    opened = desk.open()
    assert (opened.again, opened.opened_by, opened.assigned_to) == (False, "anna", None)
    (review,) = desk.reviews.find("academy", [parse_address(opened.id)])
    assert (review.kind, review.event, review.summary["reason"]) == ("peer", WISH.event, WISH.reason)
    assert [each.kind for each in desk.reviews.waiting("academy")] == ["peer"]
    (record,) = desk.reviews.audit
    assert (record.what, record.who, record.why) == ("review opened", "anna", WISH.reason)
    assert (record.about["member"], record.about["kind"]) == (JO, "peer")


def test_the_same_twice_is_one_and_the_first_reason_stands(desk: Desk) -> None:
    first = desk.open()
    assert desk.open(replace(WISH, reason="once more"), by=OLE) == replace(first, again=True)
    assert [each.why for each in desk.reviews.audit] == [WISH.reason]


def test_a_kind_has_a_review_of_its_own(desk: Desk) -> None:
    assert desk.open().id != desk.open(replace(WISH, kind="audit")).id


def test_one_that_chance_drew_before_is_the_same(desk: Desk) -> None:
    (entry,) = desk.office.ledger.entries("academy", JO)
    desk.reviews.open(sampled_review("academy", JO, entry))
    opened = desk.open(replace(WISH, kind="audit"))
    assert (opened.again, opened.opened_by) == (True, None)
    assert desk.reviews.audit == []


def test_a_colleague_is_named_and_who_was_given_it_keeps_it(desk: Desk) -> None:
    assert desk.open(replace(WISH, to="ole")).assigned_to == "ole"
    desk.reviewers = ("anna", "ida", "ole")
    assert desk.open(replace(WISH, to="ida")).assigned_to == "ole"
    assert [each.what for each in desk.reviews.audit] == ["review opened", "review assigned"]


def test_where_giving_it_was_cut_off_asking_again_gives_it(desk: Desk) -> None:
    desk.open()
    assert desk.open(replace(WISH, to="ole")).assigned_to == "ole"


def test_nobody_who_could_not_decide_it_is_named(desk: Desk) -> None:
    desk.logins.link("academy", LOGIN, "ida", JO)
    desk.declarations.declare("academy", "max", JO, after=Declaration(), at=NOW)
    desk.reviewers = ("anna", "ida", "max", "ole")
    nobody = (
        ("eve", "this login may not decide"),
        ("ida", "own case"),
        ("max", "own case"),
        ("anna", "name a colleague"),
    )
    for (to, why), kind in product(nobody, get_args(RequestedKind)):
        with pytest.raises(Conflict, match=why):
            desk.open(replace(WISH, kind=kind, to=to))
    assert (desk.reviews.reviews, desk.reviews.audit) == ({}, [])


def test_what_was_decided_is_given_to_nobody(desk: Desk) -> None:
    opened = desk.open()
    (review,) = desk.reviews.find("academy", [parse_address(opened.id)])
    desk.reviews.decide(review, ReviewDecision(terms=Terms(action="approve"), reason="it is so", by="ole", at=NOW))
    assert desk.open(replace(WISH, to="ole")).assigned_to is None


def test_it_takes_a_reviewer_and_another_than_oneself(desk: Desk) -> None:
    with pytest.raises(NotAuthorized, match="reviewer"):
        desk.open(by=replace(ANNA, role="viewer"))
    with pytest.raises(NotAuthorized, match="own case"):
        desk.open(by=replace(ANNA, own=frozenset({JO})))


@pytest.mark.parametrize(
    "wish", [replace(WISH, event=("academy", "never")), replace(WISH, member="f" * 32)], ids=["entry", "member"]
)
def test_what_is_not_there_is_not_looked_at(desk: Desk, wish: ReviewRequest) -> None:
    with pytest.raises(NotFound):
        desk.open(wish)
    with pytest.raises(NotFound):
        desk.open(wish, by=replace(ANNA, program="bank"))


def test_nothing_is_opened_of_somebody_who_was_erased(desk: Desk) -> None:
    desk.office.ledger.erased.add(("academy", JO))
    with pytest.raises(NotFound):
        desk.open()
    assert desk.reviews.audit == []


def test_what_no_decision_could_take_back_is_not_looked_at(desk: Desk) -> None:
    told = {"source": "lms", "id": "post", "reason": "twice", "actor": "admin"}
    desk.office.give(Activity(source=LADDER, id="r", type=REVERSED, occurred_at=NOW, attributes=told), member=JO)
    with pytest.raises(Conflict, match="reversal"):
        desk.open(replace(WISH, event=(LADDER, "r")))
