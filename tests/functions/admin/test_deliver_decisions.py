"""What was decided is delivered once under its id, whatever dies or is down in between."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ladder.domain.activities.activity import BADGE_GRANTED, RELEASED, Delivery
from ladder.domain.errors import Unavailable
from ladder.domain.reviews.review import Review, ReviewDecision
from tests.builders.review_services import NOW, ReviewServices
from tests.builders.reviews import APPROVE, HOLD, MEMBER, VERDICT
from tests.fakes import MemoryActivities
from tests.fakes.reviews import MemoryReviewQueue


class QueueDown(Exception):
    """The process ends here."""


@dataclass(slots=True)
class Mortal:
    """Dies at the call with this number, before it or after it."""

    at: int
    before: bool
    calls: int = 0

    def call[R](self, act: Callable[[], R]) -> R:
        self.calls += 1
        if self.calls == self.at and self.before:
            raise QueueDown
        done = act()
        if self.calls == self.at:
            raise QueueDown
        return done


class MortalReviews(MemoryReviewQueue):
    def __init__(self, life: Mortal) -> None:
        super().__init__()
        self.life = life

    def decide(self, review: Review, decided: ReviewDecision, *more: Any) -> bool:
        return self.life.call(lambda: MemoryReviewQueue.decide(self, review, decided, *more))

    def delivered(self, review: Review) -> None:
        self.life.call(lambda: MemoryReviewQueue.delivered(self, review))


class MortalQueue(MemoryActivities):
    def __init__(self, life: Mortal) -> None:
        super().__init__()
        self.life = life

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.life.call(lambda: MemoryActivities.send(self, deliveries))


@pytest.mark.parametrize("review", [VERDICT, HOLD], ids=["verdict", "hold"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_killed_anywhere_the_sweep_or_the_same_action_ends_it_as_if_nothing_had_happened(
    call: int, when: str, review: Review
) -> None:
    for again in (True, False):
        life = Mortal(call, before=when == "before")
        services = ReviewServices(reviews=MortalReviews(life), queue=MortalQueue(life)).opened(review)
        with pytest.raises(QueueDown):
            services.decide(review)
        stands = services.reviews.reviews["academy", MEMBER, review.id].status == "decided"
        if again or not stands:
            services.decide(review)
        services.swept()
        assert len(services.told) == len(services.reviews.audit) == 1
        assert services.reviews.due == set()
        assert services.swept() == 0


def test_what_was_decided_of_somebody_who_was_erased_since_is_not_delivered_any_more() -> None:
    life = Mortal(2, before=True)
    services = ReviewServices(reviews=MortalReviews(life), queue=MortalQueue(life)).opened(HOLD)
    with pytest.raises(QueueDown):
        services.decide(HOLD)
    services.reviews.erase("academy", MEMBER)
    assert (services.swept(), services.queue.sent) == (0, [])


def test_a_queue_that_is_down_leaves_the_decision_and_a_second_try_delivers_it() -> None:
    class Down(MemoryActivities):
        def send(self, deliveries: Sequence[Delivery]) -> None:
            raise Unavailable("SQS is down")

    services = ReviewServices(queue=Down()).opened(HOLD)
    with pytest.raises(Unavailable):
        services.decide(HOLD)
    services.queue = MemoryActivities()
    assert services.decide(HOLD).again
    assert len(services.queue.activities) == 1


def test_a_decision_that_cannot_be_delivered_keeps_no_other_from_it() -> None:
    class Picky(MemoryActivities):
        def send(self, deliveries: Sequence[Delivery]) -> None:
            if any(activity.type == BADGE_GRANTED for each in deliveries for activity in each.activities):
                raise ValueError("nobody can send this")
            super().send(deliveries)

    services = ReviewServices(queue=Picky()).opened(VERDICT, HOLD)
    for review in (VERDICT, HOLD):
        services.reviews.decide(review, ReviewDecision(terms=APPROVE, reason="so", by="anna", at=NOW))
    with pytest.raises(Unavailable, match="1 of 2 decisions"):
        services.swept()
    assert [each.type for each in services.queue.activities] == [RELEASED]
    assert len(services.reviews.undelivered("academy")) == 1
