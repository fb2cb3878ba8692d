"""Assign a review: to oneself, to whoever has the fewest, or to nobody. It keeps nobody else from deciding it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from admin.show_review import get_review
from admin.staff import Colleagues
from ladder.domain.errors import Conflict
from ladder.domain.reviews.permissions import Staff, authorize, authorize_review
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review

To = Literal["me", "fewest", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    id: str
    assigned_to: str | None


def assign_review(
    staff: Staff,
    address: str,
    to: To,
    *,
    now: datetime,
    reviews: ReviewQueue,
    colleagues: Colleagues,
) -> Assignment:
    """Audited; running it again changes nothing: whoever was found to have the fewest keeps it.

    Raises NotThere, NotAllowed, and InConflict where it is decided, or somebody else assigned it in the same moment.
    """
    authorize(staff, "assign")
    review = get_review(staff, address, reviews)
    authorize_review(staff, "decide" if to == "me" else "assign", review)
    if review.status != "open":
        raise Conflict(f"it is {review.status}: there is nothing left to do")
    chosen = _chosen(staff, review, to, reviews=reviews, colleagues=colleagues)
    if chosen != review.assigned_to and not reviews.assign(review, chosen, by=staff.subject, at=now):
        raise Conflict("somebody else assigned or decided it in the same moment: look again")
    return Assignment(id=review.address, assigned_to=chosen)


def _chosen(staff: Staff, review: Review, to: To, *, reviews: ReviewQueue, colleagues: Colleagues) -> str | None:
    if to == "me":
        return staff.subject
    if to == "nobody" or review.assigned_to:
        return review.assigned_to if to == "fewest" else None
    load = Counter(each.assigned_to for each in reviews.waiting(staff.program))
    free = colleagues.free(review)
    if not free:
        raise Conflict("nobody else may decide it: give somebody the role of a reviewer")
    return min(free, key=lambda each: (load[each], each))
