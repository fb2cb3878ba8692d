"""Assigning on fakes: to whoever has the fewest, taken over or given back, never one's own case."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import get_args

import pytest

from ladder.domain.activities.inbound import LOGIN
from ladder.domain.errors import Conflict, NotAuthorized
from ladder.domain.reviews.permissions import Declaration
from ladder.domain.reviews.review import Kind, Review
from tests.builders.reviews import HOLD, MEMBER, REVIEWS
from tests.fakes.reviews import MemoryReviewQueue
from tests.functions.admin.desk import NOW, OLE, PEER, Desk, many


def test_work_goes_to_whoever_has_the_fewest() -> None:
    desk = Desk().opened(*many(5))
    desk.reviewers["academy"] = ["anna", "ida", "ole"]
    given = [desk.assign(each, "fewest") for each in many(5)]
    assert given == ["anna", "ida", "ole", "anna", "ida"]
    assert desk.assign(many(5)[0], "fewest") == "anna"


def test_nobody_is_given_his_own_case() -> None:
    desk = Desk().opened(HOLD)
    desk.logins.link("academy", LOGIN, "anna", MEMBER)
    assert desk.assign(HOLD, "fewest", by=OLE) == "ole"
    alone = Desk(logins=desk.logins, reviewers={"academy": ["anna"]}).opened(HOLD)
    with pytest.raises(Conflict, match="nobody else"):
        alone.assign(HOLD, "fewest", by=OLE)


def test_one_takes_it_over_or_gives_it_back() -> None:
    desk = Desk().opened(HOLD)
    assert [desk.assign(HOLD), desk.assign(HOLD), desk.assign(HOLD, by=OLE)] == ["anna", "anna", "ole"]
    assert [desk.assign(HOLD, "nobody"), desk.assign(HOLD, "nobody")] == [None, None]


def test_who_gave_it_to_whom_is_audited_once() -> None:
    desk = Desk().opened(HOLD)
    for _ in range(2):
        desk.assign(HOLD, "fewest", by=OLE)
    desk.assign(HOLD, "nobody", by=OLE)
    told = [(each.what, each.who, each.about.get("to"), each.about["decision"]) for each in desk.reviews.audit]
    assert told == [("review assigned", "ole", "anna", HOLD.id), ("review given back", "ole", None, HOLD.id)]


def test_whoever_wants_it_verified_neither_decides_it_nor_takes_it() -> None:
    desk = Desk(reviewers={"academy": ["anna", "ole"]}).opened(PEER)
    with pytest.raises(NotAuthorized, match="colleague decides"):
        desk.decide(PEER)
    with pytest.raises(NotAuthorized, match="colleague decides"):
        desk.assign(PEER)
    assert desk.assign(PEER, "fewest") == "ole"
    (headline,) = desk.shown().reviews
    assert headline.own_case
    assert desk.decide(PEER, by=OLE).decided.by == "ole"


@pytest.mark.parametrize("kind", get_args(Kind))
def test_whoever_opened_a_review_of_any_kind_neither_decides_it_nor_takes_it(kind: Kind) -> None:
    opened = replace(REVIEWS[kind], summary={**REVIEWS[kind].summary, "opened_by": "ole", "reason": "so it is"})
    desk = Desk(reviewers={"academy": ["anna", "ole"]}).opened(opened)
    for act in (desk.decide, partial(desk.assign, to="me")):
        with pytest.raises(NotAuthorized, match="colleague decides"):
            act(opened, by=OLE)
    assert desk.assign(opened, "fewest", by=OLE) == "anna"


def test_nobody_is_given_the_case_of_a_member_whom_they_once_declared() -> None:
    desk = Desk().opened(HOLD)
    desk.declarations.declare("academy", "anna", MEMBER, after=Declaration(), at=NOW)
    desk.declarations.declare("academy", "anna", None, after=desk.declarations.of("academy", "anna"), at=NOW)
    assert desk.assign(HOLD, "fewest", by=OLE) == "ole"


def test_what_somebody_else_assigned_in_the_same_moment_is_in_conflict() -> None:
    class Fast(MemoryReviewQueue):
        def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
            super().assign(review, "ole", by="ole", at=at)
            return super().assign(review, to, by=by, at=at)

    with pytest.raises(Conflict, match="same moment"):
        Desk(reviews=Fast()).opened(HOLD).assign(HOLD)
