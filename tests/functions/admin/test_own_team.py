"""Nobody decides for their own team, and where nobody else can either, it is said whom to ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from admin import review_routes
from admin.api_models import AssignmentBody
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.errors import NotAuthorized
from ladder.domain.members.roster import FormerTeam, Member, teammates
from ladder.domain.reviews.permissions import REQUIRED_ROLE, Staff, StaffAction, authorize
from ladder.domain.reviews.review import Kind
from ladder.web.reviews import DecisionBody
from tests.builders.review_services import ReviewServices
from tests.builders.reviews import APPROVE, HOLD, MEMBER, REVIEWS

MATE = "3" * 32
TEAM = frozenset({MEMBER, MATE})
PLAYS = Staff("pat", "academy", "admin", own=frozenset({MATE}), declared=True, teammates=TEAM)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_whoever_plays_decides_no_review_of_their_team_whatever_its_kind(kind: Kind) -> None:
    review = replace(REVIEWS[kind], summary={**REVIEWS[kind].summary, "opened_by": "ole"})
    services = ReviewServices().opened(review)
    if review.member == NO_MEMBER:  # the program itself is in no team
        assert not services.shown(by=PLAYS).reviews[0].own_team
        return
    with pytest.raises(NotAuthorized, match=r"admin\.own_team"):
        services.decide(review, by=PLAYS)
    assert services.shown(by=PLAYS).reviews[0].own_team


@pytest.mark.parametrize("action", REQUIRED_ROLE)
def test_in_their_own_team_staff_only_open_reviews_and_pass_them_on(action: StaffAction) -> None:
    if action in {"read", "declare", "open", "assign"}:
        authorize(PLAYS, action, member=MEMBER)
    else:
        with pytest.raises(NotAuthorized, match=r"admin\.own_team"):
            authorize(PLAYS, action, member=MEMBER)
    if action not in {"read", "declare"}:
        with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
            authorize(PLAYS, action, member=MATE)


def test_a_review_goes_to_nobody_of_the_team() -> None:
    services = ReviewServices(reviewers={"academy": ["pat", "ole"]}, teams=[TEAM]).opened(HOLD)
    services.declarations.linked["academy", "pat"] = frozenset({MATE})
    assert services.assign(HOLD, "fewest", by=PLAYS) == "ole"


def test_where_nobody_else_may_decide_it_is_said_whom_to_give_the_role() -> None:
    services = ReviewServices(reviewers={"academy": ["pat"]}, teams=[TEAM]).opened(HOLD)
    services.declarations.linked["academy", "pat"] = frozenset({MATE})
    with services.asked(PLAYS):
        with pytest.raises(NotAuthorized, match=r"admin\.own_team_nobody_else role=reviewer"):
            review_routes.post_decision(HOLD.address, DecisionBody(decision="approve", reason="looked at it"))
        with pytest.raises(NotAuthorized, match=r"admin\.own_team_nobody_else role=reviewer"):
            review_routes.assign_review(HOLD.address, AssignmentBody(to="me"))
    services.reviewers["academy"].append("ole")
    with services.asked(PLAYS), pytest.raises(NotAuthorized, match=r"admin\.own_team$"):
        review_routes.assign_review(HOLD.address, AssignmentBody(to="me"))


def test_somebody_of_another_team_decides() -> None:
    services = ReviewServices().opened(HOLD)
    other = replace(PLAYS, teammates=frozenset({MATE}))
    assert services.decide(HOLD, APPROVE, by=other).decided.by == "pat"


def test_leaving_the_team_makes_nobody_free_to_decide_for_it_the_same_month() -> None:
    moved = datetime(2026, 11, 3, 9, tzinfo=UTC)
    mate, stranger = Member(id=MEMBER, user="mate", team="north"), Member(id="4" * 32, user="stranger", team="south")
    pat = Member(id=MATE, user="pat", team="south", former_teams=(FormerTeam("north", moved),))
    gone = Member(id="5" * 32, user="gone", former_teams=(FormerTeam("south", moved),))
    roster = (mate, stranger, pat, gone)
    everybody = frozenset(member.id for member in roster)
    assert teammates(roster, [pat], at=moved + timedelta(days=29)) == everybody
    assert teammates(roster, [mate], at=moved + timedelta(days=29)) == {mate.id, pat.id}, "also where the other left"
    assert teammates(roster, [pat], at=moved + timedelta(days=31)) == {stranger.id, pat.id}
    assert teammates(roster, [gone], at=moved + timedelta(days=31)) == frozenset()
