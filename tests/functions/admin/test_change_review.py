"""Changing an entry by a decision: facts that it has, and no more points than a person may give."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.domain.activities.activity import RELEASED
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized
from ladder.domain.points.amendments import Amendments
from ladder.domain.points.rules import Bonus, Rule
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.review import Kind, Review, Terms
from ladder.web.reviews import DecisionResult
from tests.builders.academy import RULE, STREAK, book, capped
from tests.builders.academy_events import MONDAY, at
from tests.builders.capped_academy import event, ours
from tests.builders.review_services import ANNA, NOW, OLE, ReviewServices
from tests.builders.rewards import RewardRunner

JO = "a" * 32
WORTH = Rule(
    key="SOLD",
    name="something sold",
    match=EventFilter(types=("task.completed",)),
    points=0,
    points_from="worth",
)
RULES = replace(book(rules=(RULE, WORTH), streaks=(STREAK,), paths=(), most_granted=500), version=1)
MORNING = at(MONDAY, 9)


def sold(worth: int, name: str = "sale", **attributes: Any) -> Any:
    return event("task.completed", MORNING, name, worth=worth, **attributes)


@dataclass
class Changing:
    """Jo's ledger, and reviews of its entries."""

    runner: RewardRunner = field(default_factory=lambda: RewardRunner(program=RULES))
    services: ReviewServices = field(default_factory=ReviewServices)

    def __post_init__(self) -> None:
        self.services.ledger = self.runner.ledger

    def reviewed(self, kind: Kind = "audit", name: str = "sale", by: str | None = None) -> Review:
        key = ("lms", name)
        if by:
            review = entry_review(kind, "academy", JO, key, now=NOW, opened_by=by, reason="so it is")
        else:
            review = entry_review(kind, "academy", JO, key, now=NOW)
        self.services.opened(review)
        return review

    def change(self, review: Review, *, by: Staff = ANNA, **attributes: Any) -> DecisionResult:
        terms = Terms(action="change", attributes=attributes)
        return self.services.decide(review, terms, by=by, program=self.runner.program)

    def works(self) -> int:
        """As the queue does it; what Jo has then."""
        for delivery in self.services.queue.sent:
            self.runner.give(*delivery.activities, member=JO)
        return self.runner.has(JO).earned


@pytest.fixture
def changing() -> Changing:
    made = Changing()
    made.runner.give(sold(100), member=JO)
    return made


def test_a_reviewer_who_opens_a_review_does_not_give_a_million_points_by_it(changing: Changing) -> None:
    for kind in ("audit", "peer"):
        review = changing.reviewed(kind, by="anna")
        with pytest.raises(NotAuthorized, match=r"admin\.opened_it_yourself"):
            changing.change(review, worth=1_000_000)
    with pytest.raises(Conflict, match=r"reviews\.change_brings_too_much points=999900 most=500"):
        changing.change(review, by=OLE, worth=1_000_000)
    assert (changing.works(), changing.services.reviews.due) == (100, set())


def test_a_change_brings_what_it_says_up_to_what_a_person_may_give_at_once(changing: Changing) -> None:
    review = changing.reviewed()
    with pytest.raises(Conflict, match=r"reviews\.change_brings_too_much points=501 most=500"):
        changing.change(review, worth=601)
    changing.change(review, worth=600)
    assert changing.works() == 600


def test_caps_bound_a_change_before_its_own_bound_does(changing: Changing) -> None:
    runner = RewardRunner(program=capped(RULES, member_daily_points=150))
    runner.give(sold(100), member=JO)
    bounded = Changing(runner=runner)
    bounded.change(bounded.reviewed(), worth=1_000_000)
    assert bounded.works() == 150
    assert bounded.services.reviews.given.points.total() == 50


def test_less_may_be_said_without_any_bound_and_counts_against_nobody(changing: Changing) -> None:
    changing.change(changing.reviewed(), worth=0)
    assert changing.works() == 0
    assert changing.services.reviews.given.points.total() == 0


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"points": 1_000_000}, "reviews.attribute_unknown name=points known=worth"),
        ({"worth": 120, "bonus": 5}, "reviews.attribute_unknown name=bonus"),
        ({"worth": "120"}, "reviews.attribute_of_another_kind name=worth kind=number"),
        ({"worth": True}, "reviews.attribute_of_another_kind name=worth kind=number"),
    ],
)
def test_a_change_sets_only_what_the_entry_has_and_of_its_kind(
    changing: Changing, attributes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidRequest, match=said):
        changing.change(changing.reviewed(), **attributes)
    assert changing.services.reviews.audit == []


def test_what_a_source_added_since_by_a_correction_may_be_changed_too(changing: Changing) -> None:
    """And what it corrected is what the change is measured by."""
    correction = event("activity.corrected", MORNING + timedelta(hours=1), "fix", id="sale", worth=550, late=False)
    changing.runner.give(correction, member=JO)
    changing.change(changing.reviewed(), worth=1000, late=True)
    assert changing.works() == 1000
    entries = changing.runner.ledger.entries("academy", JO)
    applied = Amendments.among(each.activity for each in entries).applied(entries[0].activity)
    assert applied.attributes == {"worth": 1000, "late": True}


def test_many_changes_and_grants_of_one_person_together_stay_within_a_days_bound(changing: Changing) -> None:
    names = [f"sale{number}" for number in range(11)]
    for name in names:
        changing.runner.give(sold(0, name), member=JO)
    reviews = [changing.reviewed(name=name) for name in names]
    for review in reviews[:10]:
        changing.change(review, worth=500)
    with pytest.raises(Conflict, match=r"admin\.daily_grants_used given=5000 limit=5000"):
        changing.change(reviews[10], worth=1)
    changing.change(reviews[10], by=OLE, worth=1)
    assert changing.services.reviews.given.points.total() == 5_001


def test_the_same_change_again_counts_once(changing: Changing) -> None:
    review = changing.reviewed()
    assert [changing.change(review, worth=150).again for _ in range(2)] == [False, True]
    assert changing.services.reviews.given.points.total() == 50


def corrected(**attributes: Any) -> Any:
    return event("activity.corrected", MORNING + timedelta(hours=30), "late fix", id="sale", **attributes)


def test_a_change_says_what_the_entry_came_to_so_that_its_source_makes_it_worth_no_more(changing: Changing) -> None:
    bonus = Bonus(name="twice", percentage=100.0, where=(Condition(attribute="size", equals="double"),))
    changing.runner = RewardRunner(
        program=replace(book(rules=(replace(WORTH, bonuses=(bonus,)),), paths=()), version=1)
    )
    changing.services.ledger = changing.runner.ledger
    changing.runner.give(sold(100, size="plain"), member=JO)
    changing.change(changing.reviewed(), worth=150)
    (change,) = changing.services.queue.activities
    assert (change.attributes["settled"], "released" in change.attributes) == (150, False)
    assert changing.works() == 150
    changing.runner.give(corrected(size="double"), member=JO)
    assert changing.runner.has(JO) == changing.runner.should_be(JO)
    assert changing.runner.has(JO).earned == 150


@pytest.mark.parametrize(
    ("seen", "released", "earned", "held"),
    [(None, None, 0, 150), (100, 150, 150, 0), (40, 40, 40, 110)],
    ids=["waits", "was released", "was released in part"],
)
def test_a_change_of_what_is_held_releases_what_was_released_before_and_no_more(
    changing: Changing, seen: int | None, released: int | None, earned: int, held: int
) -> None:
    changing.runner = RewardRunner(program=replace(book(rules=(replace(WORTH, hold="look"),), paths=()), version=1))
    changing.services.ledger = changing.runner.ledger
    changing.runner.give(sold(100), member=JO)
    if seen is not None:
        release = ours(RELEASED, MORNING + timedelta(hours=1), "release", source="lms", id="sale", points=seen)
        changing.runner.give(release, member=JO)
    changing.change(changing.reviewed(), worth=150)
    (change,) = changing.services.queue.activities
    assert change.attributes.get("released") == released
    assert (changing.works(), changing.runner.has(JO).held) == (earned, held)
    assert changing.runner.has(JO) == changing.runner.should_be(JO)
