"""A review by its address, in the program of whoever asks: another program's is as if it were not there."""

from ladder.domain.asked import NotThere
from ladder.domain.reviews.review import Review, place
from ladder.domain.reviews.rights import Staff
from ladder.ports.reviews import ReviewQueue


def found(staff: Staff, address: str, reviews: ReviewQueue) -> Review:
    """Raises NotThere; so it is too where its member was erased."""
    review = next(iter(reviews.find(staff.program, [place(address)])), None)
    if review is None:
        raise NotThere("there is no such review")
    return review
