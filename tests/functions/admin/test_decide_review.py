"""Deciding on fakes: one decision however often it is made, and never of one's own case."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ladder.domain.activities.activity import DENIED, REVERSED
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.review import Remedy, Review, ReviewDecision, Terms
from tests.builders.academy import RULE, rules
from tests.builders.review_services import ANNA, NOW, OLE, ReviewServices
from tests.builders.reviews import APPROVE, DISPUTE, ENTRY, HOLD, MEMBER, REJECT, VERDICT
from tests.fakes.reviews import MemoryReviewQueue


def test_a_decision_is_recorded_audited_and_delivered() -> None:
    services = ReviewServices().opened(HOLD)
    decision = services.decide(HOLD)
    assert (decision.again, decision.decided.by, decision.decided.reason) == (False, "anna", "as it says")
    assert [each.type for each in services.queue.activities] == ["hold.released"]
    (record,) = services.reviews.audit
    assert (record.who, record.about["decision"], record.about["member"]) == ("anna", HOLD.id, MEMBER)
    assert services.reviews.due == set()


@pytest.mark.parametrize(
    ("kind", "remedy", "why"),
    [
        ("assessment.submitted", "release", "reviews.nothing_held"),
        (REVERSED, "reverse", "reversal_stays"),
        (DENIED, "reverse", "nothing_to_reverse"),
    ],
)
def test_a_dispute_is_not_upheld_by_what_would_change_nothing(kind: str, remedy: Remedy, why: str) -> None:
    services, result = ReviewServices().opened(DISPUTE), ENTRY.activity.attributes
    disputed = replace(ENTRY.activity, id="e#1", source="academy", type=kind, attributes=result)
    services.ledger.recorded["academy", MEMBER] = [replace(ENTRY, activity=disputed, lines=())]
    with pytest.raises(Conflict, match=why):
        services.decide(DISPUTE, Terms(action="approve", remedy=remedy))
    assert not services.reviews.audit
    assert not services.told


def test_a_dispute_of_what_is_held_back_is_upheld() -> None:
    services = ReviewServices().opened(DISPUTE)
    disputed = replace(ENTRY.activity, id="e#1", source="academy")
    services.ledger.recorded["academy", MEMBER] = [replace(ENTRY, activity=disputed)]
    held = rules(replace(RULE, hold="somebody looks at it"))
    assert not services.decide(DISPUTE, Terms(action="approve", remedy="release"), program=held).again
    (upheld,) = services.queue.activities
    assert (upheld.key, upheld.attributes["points"]) == (("ladder", f"review:{DISPUTE.id}"), RULE.points)


def test_approved_twice_is_approved_once_and_sent_again_under_the_same_id() -> None:
    services = ReviewServices().opened(VERDICT)
    first, again = services.decide(VERDICT), services.decide(VERDICT, reason="once more")
    assert again == replace(first, again=True)
    assert len(services.queue.activities) == 2
    assert len(services.told) == len(services.reviews.audit) == 1


@pytest.mark.parametrize(
    ("terms", "by"), [(REJECT, ANNA), (APPROVE, OLE), (Terms(action="change", badge="WRITER"), ANNA)]
)
def test_another_decision_or_another_persons_finds_the_first(terms: Terms, by: Staff) -> None:
    services = ReviewServices().opened(VERDICT)
    services.decide(VERDICT)
    with pytest.raises(Conflict, match=r"reviews\.decided_before decision=approve"):
        services.decide(VERDICT, terms, by=by)
    assert len(services.queue.sent) == len(services.reviews.audit) == 1


def test_a_rejected_badge_brings_nothing_about() -> None:
    services = ReviewServices().opened(VERDICT)
    services.decide(VERDICT, REJECT)
    assert (services.queue.sent, services.reviews.due) == ([], set())
    assert len(services.reviews.audit) == 1


def test_another_badge_than_proposed_is_one_of_the_allow_list() -> None:
    services = ReviewServices().opened(VERDICT)
    with pytest.raises(InvalidRequest, match=r"reviews\.no_such_judged_badge badge=GENIUS"):
        services.decide(VERDICT, Terms(action="change", badge="GENIUS"))
    services.decide(VERDICT, Terms(action="change", badge="WRITER"))
    assert [each.attributes["badge"] for each in services.queue.activities] == ["WRITER"]


def test_nobody_decides_or_assigns_their_own_case() -> None:
    own = Staff("zoe", "academy", "admin", frozenset({MEMBER}), declared=True)
    services = ReviewServices().opened(HOLD)
    with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
        services.decide(HOLD, by=own)
    with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
        services.assign(HOLD, by=own)
    services.decide(HOLD)
    with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
        services.decide(HOLD, by=own)
    assert services.shown(by=own).reviews == ()


def test_another_programs_review_is_not_there() -> None:
    services = ReviewServices().opened(HOLD)
    with pytest.raises(NotFound):
        services.decide(HOLD, by=Staff("eve", "bank", "admin", declared=True))
    assert services.shown(by=Staff("eve", "bank", "admin", declared=True)).open == 0


def test_what_is_approved_after_its_member_was_erased_is_not_there_and_brings_nothing_about() -> None:
    services = ReviewServices().opened(VERDICT)
    services.reviews.erase("academy", MEMBER)
    with pytest.raises(NotFound):
        services.decide(VERDICT)
    assert services.queue.sent == []


def test_what_time_has_decided_is_in_conflict_with_a_decision() -> None:
    services = ReviewServices().opened(replace(HOLD, lapsed=True))
    with pytest.raises(Conflict, match=r"reviews\.lapsed"):
        services.decide(HOLD)
    with pytest.raises(Conflict, match=r"reviews\.is_closed"):
        services.assign(HOLD)


class Racing(MemoryReviewQueue):
    """Somebody else acts between reading and deciding."""

    def __init__(self, between: Callable[[MemoryReviewQueue, Review], object]) -> None:
        super().__init__()
        self.between = between

    def decide(self, review: Review, decided: ReviewDecision, *more: Any) -> bool:
        self.between(self.other, review)
        return super().decide(review, decided, *more)

    @property
    def other(self) -> MemoryReviewQueue:
        other = MemoryReviewQueue()
        other.reviews, other.audit, other.due = self.reviews, self.audit, self.due
        return other


def _ole_decides(reviews: MemoryReviewQueue, review: Review) -> None:
    reviews.decide(review, ReviewDecision(terms=APPROVE, reason="me first", by="ole", at=NOW))


def test_whoever_was_slower_hears_that_it_was_decided() -> None:
    services = ReviewServices(reviews=Racing(_ole_decides)).opened(HOLD)
    with pytest.raises(Conflict, match=r"reviews\.decided_before"):
        services.decide(HOLD)
    assert [each.who for each in services.reviews.audit] == ["ole"]


def test_an_erasure_between_reading_and_deciding_leaves_nothing_to_decide() -> None:
    services = ReviewServices(reviews=Racing(lambda reviews, review: reviews.erase("academy", review.member))).opened(
        HOLD
    )
    with pytest.raises(NotFound):
        services.decide(HOLD)
    assert services.queue.sent == []
