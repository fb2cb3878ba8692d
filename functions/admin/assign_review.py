"""Assign a review to oneself, to whoever has the fewest, or to nobody. It keeps nobody else from deciding it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from admin.show_reviews import get_review
from admin.staff import Colleagues
from ladder.domain.errors import Conflict
from ladder.domain.reviews.permissions import Staff, authorize, authorize_review
from ladder.domain.reviews.ports import ReviewQueue

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
    """Assign a review, with a record in the audit. Running it again changes nothing: with "fewest", whoever has it
    keeps it.

    Raises NotFound, NotAuthorized, and Conflict where it is decided, or somebody else assigned it at the same moment.
    """
    authorize(staff, "assign")
    review = get_review(staff, address, reviews)
    authorize_review(staff, "decide" if to == "me" else "assign", review)
    if review.status != "open":
        raise Conflict(f"the review is {review.status} already")
    assignee = staff.subject if to == "me" else None
    if to == "fewest":
        assignee = review.assigned_to
        if assignee is None:
            load = Counter(waiting.assigned_to for waiting in reviews.waiting(staff.program))
            free = colleagues.free(review)
            if not free:
                raise Conflict("nobody else may decide it: give somebody the role of a reviewer")
            assignee = min(free, key=lambda reviewer: (load[reviewer], reviewer))
    if assignee != review.assigned_to and not reviews.assign(review, assignee, by=staff.subject, at=now):
        raise Conflict("somebody else assigned or decided it at the same moment: reload it")
    return Assignment(id=review.address, assigned_to=assignee)
