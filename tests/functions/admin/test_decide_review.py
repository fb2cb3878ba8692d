"""Deciding on fakes: one decision however often it is made, and never of one's own case."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ladder.domain.activities.activity import DENIED, REVERSED
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound
from ladder.domain.reviews.permissions import DailyGrant, Staff
from ladder.domain.reviews.review import Remedy, Review, ReviewDecision, Terms
from tests.builders.reviews import APPROVE, DISPUTE, ENTRY, HOLD, MEMBER, REJECT, VERDICT
from tests.fakes.reviews import MemoryReviewQueue
from tests.functions.admin.desk import ANNA, NOW, OLE, Desk


def test_a_decision_is_recorded_audited_and_delivered() -> None:
    desk = Desk().opened(HOLD)
    decision = desk.decide(HOLD)
    assert (decision.again, decision.decided.by, decision.decided.reason) == (False, "anna", "as it says")
    assert [each.type for each in desk.queue.activities] == ["hold.released"]
    (record,) = desk.reviews.audit
    assert (record.who, record.about["decision"], record.about["member"]) == ("anna", HOLD.id, MEMBER)
    assert desk.reviews.due == set()


@pytest.mark.parametrize(
    ("kind", "remedy", "why"),
    [
        ("assessment.submitted", "release", "this entry has no held points"),
        (REVERSED, "reverse", "this is a reversal itself"),
        (DENIED, "reverse", "reverse the event that it speaks of"),
    ],
)
def test_a_dispute_is_not_upheld_by_what_would_change_nothing(kind: str, remedy: Remedy, why: str) -> None:
    desk, told = Desk().opened(DISPUTE), ENTRY.activity.attributes
    disputed = replace(ENTRY.activity, id="e#1", source="academy", type=kind, attributes=told)
    desk.ledger.recorded["academy", MEMBER] = [replace(ENTRY, activity=disputed, lines=())]
    with pytest.raises(Conflict, match=why):
        desk.decide(DISPUTE, Terms(action="approve", remedy=remedy))
    assert not desk.reviews.audit
    assert not desk.told


def test_a_dispute_of_what_is_held_back_is_upheld() -> None:
    desk = Desk().opened(DISPUTE)
    disputed = replace(ENTRY.activity, id="e#1", source="academy")
    desk.ledger.recorded["academy", MEMBER] = [replace(ENTRY, activity=disputed)]
    assert not desk.decide(DISPUTE, Terms(action="approve", remedy="release")).again
    assert desk.told == {("ladder", f"review:{DISPUTE.id}")}


def test_approved_twice_is_approved_once_and_sent_again_under_the_same_id() -> None:
    desk = Desk().opened(VERDICT)
    first, again = desk.decide(VERDICT), desk.decide(VERDICT, reason="once more")
    assert again == replace(first, again=True)
    assert len(desk.queue.activities) == 2
    assert len(desk.told) == len(desk.reviews.audit) == 1


@pytest.mark.parametrize(
    ("terms", "by"), [(REJECT, ANNA), (APPROVE, OLE), (Terms(action="change", badge="WRITER"), ANNA)]
)
def test_another_decision_or_another_persons_finds_the_first(terms: Terms, by: Staff) -> None:
    desk = Desk().opened(VERDICT)
    desk.decide(VERDICT)
    with pytest.raises(Conflict, match="already decided: approve"):
        desk.decide(VERDICT, terms, by=by)
    assert len(desk.queue.sent) == len(desk.reviews.audit) == 1


def test_a_rejected_badge_brings_nothing_about() -> None:
    desk = Desk().opened(VERDICT)
    desk.decide(VERDICT, REJECT)
    assert (desk.queue.sent, desk.reviews.due) == ([], set())
    assert len(desk.reviews.audit) == 1


def test_another_badge_than_proposed_is_one_of_the_allow_list() -> None:
    desk = Desk().opened(VERDICT)
    with pytest.raises(InvalidRequest, match="no such judged badge"):
        desk.decide(VERDICT, Terms(action="change", badge="GENIUS"))
    desk.decide(VERDICT, Terms(action="change", badge="WRITER"))
    assert [each.attributes["badge"] for each in desk.queue.activities] == ["WRITER"]


def test_nobody_decides_or_assigns_his_own_case() -> None:
    own = Staff("zoe", "academy", "admin", frozenset({MEMBER}), declared=True)
    desk = Desk().opened(HOLD)
    with pytest.raises(NotAuthorized, match="own case"):
        desk.decide(HOLD, by=own)
    with pytest.raises(NotAuthorized, match="own case"):
        desk.assign(HOLD, by=own)
    desk.decide(HOLD)
    with pytest.raises(NotAuthorized, match="own case"):
        desk.decide(HOLD, by=own)
    assert desk.shown(by=own).reviews == ()


def test_another_programs_review_is_not_there() -> None:
    desk = Desk().opened(HOLD)
    with pytest.raises(NotFound):
        desk.decide(HOLD, by=Staff("eve", "bank", "admin", declared=True))
    assert desk.shown(by=Staff("eve", "bank", "admin", declared=True)).open == 0


def test_what_is_approved_after_its_member_was_erased_is_not_there_and_brings_nothing_about() -> None:
    desk = Desk().opened(VERDICT)
    desk.reviews.erase("academy", MEMBER)
    with pytest.raises(NotFound):
        desk.decide(VERDICT)
    assert desk.queue.sent == []


def test_what_time_has_decided_is_in_conflict_with_a_decision() -> None:
    desk = Desk().opened(replace(HOLD, lapsed=True))
    with pytest.raises(Conflict, match="time"):
        desk.decide(HOLD)
    with pytest.raises(Conflict, match="lapsed"):
        desk.assign(HOLD)


class Racing(MemoryReviewQueue):
    """Somebody else acts between reading and deciding."""

    def __init__(self, between: Callable[[MemoryReviewQueue, Review], object]) -> None:
        super().__init__()
        self.between = between

    def decide(self, review: Review, decided: ReviewDecision, grant: DailyGrant | None = None) -> bool:
        self.between(self.other, review)
        return super().decide(review, decided, grant)

    @property
    def other(self) -> MemoryReviewQueue:
        other = MemoryReviewQueue()
        other.reviews, other.audit, other.due = self.reviews, self.audit, self.due
        return other


def _ole_decides(reviews: MemoryReviewQueue, review: Review) -> None:
    reviews.decide(review, ReviewDecision(terms=APPROVE, reason="me first", by="ole", at=NOW))


def test_whoever_was_slower_hears_that_it_was_decided() -> None:
    desk = Desk(reviews=Racing(_ole_decides)).opened(HOLD)
    with pytest.raises(Conflict, match="already decided"):
        desk.decide(HOLD)
    assert [each.who for each in desk.reviews.audit] == ["ole"]


def test_an_erasure_between_reading_and_deciding_leaves_nothing_to_decide() -> None:
    desk = Desk(reviews=Racing(lambda reviews, review: reviews.erase("academy", review.member))).opened(HOLD)
    with pytest.raises(NotFound):
        desk.decide(HOLD)
    assert desk.queue.sent == []
