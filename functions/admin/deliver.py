"""Deliver: what follows from a decision goes to the ledger's queue, at least once, always under the same ids."""

from ladder.domain.activity import Delivery
from ladder.domain.reviews.effects import effects
from ladder.domain.reviews.review import Review
from ladder.ports.inbound import Activities
from ladder.ports.programs import Programs
from ladder.ports.reviews import ReviewQueue


def deliver(review: Review, *, reviews: ReviewQueue, queue: Activities) -> None:
    """Whoever dies before it is noted delivers the same once more."""
    if activities := effects(review):
        queue.send([Delivery(review.program, review.member, activities)])
        reviews.delivered(review)


def deliver_the_rest(*, programs: Programs, reviews: ReviewQueue, queue: Activities) -> int:
    """Of decisions whose delivery was cut off; how many. A member who was erased since is not among them."""
    left = [each for program in programs.keys() for each in reviews.undelivered(program)]  # noqa: SIM118 - a store
    for review in left:
        deliver(review, reviews=reviews, queue=queue)
    return len(left)
