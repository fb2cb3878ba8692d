"""Deliver: what follows from a decision goes to the ledger's queue, at least once, always under the same ids."""

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import Unavailable
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.effects import effects
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review


def deliver(review: Review, *, reviews: ReviewQueue, queue: Activities) -> None:
    """Whoever dies before it is noted delivers the same once more."""
    if activities := effects(review):
        queue.send([Delivery(review.program, review.member, activities)])
        reviews.delivered(review)


def deliver_the_rest(*, programs: Programs, reviews: ReviewQueue, queue: Activities) -> int:
    """Of decisions whose delivery was cut off; how many. A member who was erased since is not among them.

    One that fails keeps no other from it. Raises Unavailable where any did, after all were tried.
    """
    left = [each for program in programs.keys() for each in reviews.undelivered(program)]  # noqa: SIM118 - a store
    failed = [review.address for review in left if not _delivered(review, reviews, queue)]
    if failed:
        raise Unavailable(f"{len(failed)} of {len(left)} decisions were not delivered, such as {failed[0]}")
    return len(left)


def _delivered(review: Review, reviews: ReviewQueue, queue: Activities) -> bool:
    try:
        deliver(review, reviews=reviews, queue=queue)
    except Exception:  # noqa: BLE001  whatever is wrong with one, such as a subject that nobody can send
        return False
    return True
