"""Assigning on fakes: to whoever has the fewest, taken over or given back, never one's own case."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import get_args

import pytest

from admin import review_routes
from admin.api_models import AssignmentBody
from ladder.domain.activities.activity import LOGIN
from ladder.domain.errors import Conflict, NotAuthorized
from ladder.domain.reviews.permissions import Declaration, Staff
from ladder.domain.reviews.review import Kind, Review
from ladder.web.reviews import DecisionBody
from tests.builders.review_services import NOW, OLE, PEER, ReviewServices, many
from tests.builders.reviews import HOLD, MEMBER, REVIEWS
from tests.fakes.reviews import MemoryReviewQueue


def test_work_goes_to_whoever_has_the_fewest() -> None:
    services = ReviewServices().opened(*many(5))
    services.reviewers["academy"] = ["anna", "ida", "ole"]
    given = [services.assign(each, "fewest") for each in many(5)]
    assert given == ["anna", "ida", "ole", "anna", "ida"]
    assert services.assign(many(5)[0], "fewest") == "anna"


def test_nobody_is_given_their_own_case() -> None:
    services = ReviewServices().opened(HOLD)
    services.logins.link("academy", LOGIN, "anna", MEMBER)
    assert services.assign(HOLD, "fewest", by=OLE) == "ole"
    alone = ReviewServices(logins=services.logins, reviewers={"academy": ["anna"]}).opened(HOLD)
    with pytest.raises(Conflict, match=r"reviews\.nobody_else_may_decide"):
        alone.assign(HOLD, "fewest", by=OLE)


def test_one_takes_it_over_or_gives_it_back() -> None:
    services = ReviewServices().opened(HOLD)
    assert [services.assign(HOLD), services.assign(HOLD), services.assign(HOLD, by=OLE)] == ["anna", "anna", "ole"]
    assert [services.assign(HOLD, "nobody"), services.assign(HOLD, "nobody")] == [None, None]


def test_who_gave_it_to_whom_is_audited_once() -> None:
    services = ReviewServices().opened(HOLD)
    for _ in range(2):
        services.assign(HOLD, "fewest", by=OLE)
    services.assign(HOLD, "nobody", by=OLE)
    result = [(each.what, each.who, each.about.get("to"), each.about["decision"]) for each in services.reviews.audit]
    assert result == [
        ("audit.review_assigned", "ole", "anna", HOLD.id),
        ("audit.review_unassigned", "ole", None, HOLD.id),
    ]


def test_whoever_wants_it_verified_neither_decides_it_nor_takes_it() -> None:
    services = ReviewServices(reviewers={"academy": ["anna", "ole"]}).opened(PEER)
    with pytest.raises(NotAuthorized, match=r"admin\.opened_it_yourself"):
        services.decide(PEER)
    with pytest.raises(NotAuthorized, match=r"admin\.opened_it_yourself"):
        services.assign(PEER)
    assert services.assign(PEER, "fewest") == "ole"
    (headline,) = services.shown().reviews
    assert headline.own_case
    assert services.decide(PEER, by=OLE).decided.by == "ole"


@pytest.mark.parametrize("kind", get_args(Kind))
def test_whoever_opened_a_review_of_any_kind_neither_decides_it_nor_takes_it(kind: Kind) -> None:
    opened = replace(REVIEWS[kind], summary={**REVIEWS[kind].summary, "opened_by": "ole", "reason": "so it is"})
    services = ReviewServices(reviewers={"academy": ["anna", "ole"]}).opened(opened)
    for act in (services.decide, partial(services.assign, to="me")):
        with pytest.raises(NotAuthorized, match=r"admin\.opened_it_yourself"):
            act(opened, by=OLE)
    assert services.assign(opened, "fewest", by=OLE) == "anna"


def test_nobody_is_given_the_case_of_a_member_whom_they_once_declared() -> None:
    services = ReviewServices().opened(HOLD)
    services.declarations.declare("academy", "anna", MEMBER, after=Declaration(), at=NOW)
    services.declarations.declare("academy", "anna", None, after=services.declarations.of("academy", "anna"), at=NOW)
    assert services.assign(HOLD, "fewest", by=OLE) == "ole"


def test_what_somebody_else_assigned_in_the_same_moment_is_in_conflict() -> None:
    class Fast(MemoryReviewQueue):
        def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
            super().assign(review, "ole", by="ole", at=at)
            return super().assign(review, to, by=by, at=at)

    with pytest.raises(Conflict, match=r"reviews\.changed_at_same_moment"):
        ReviewServices(reviews=Fast()).opened(HOLD).assign(HOLD)


def test_whoever_opened_it_decides_it_under_no_second_login_either() -> None:
    """Both logins say which member they are, or lead to the same one."""
    services = ReviewServices(reviewers={"academy": ["anna", "ida", "ole"]}).opened(PEER)
    second, member = Staff("ida", "academy", "admin", own=frozenset({"9" * 32}), declared=True), "9" * 32
    services.declarations.declare("academy", "anna", member, after=Declaration(), at=NOW)
    services.logins.link("academy", LOGIN, "ida", member)
    with services.asked(second):
        for act in (
            lambda: review_routes.post_decision(PEER.address, DecisionBody(decision="approve", reason="looked at it")),
            lambda: review_routes.assign_review(PEER.address, AssignmentBody(to="me")),
        ):
            with pytest.raises(NotAuthorized, match=r"admin\.opened_it_yourself"):
                act()
    assert services.assign(PEER, "fewest", by=OLE) == "ole"
