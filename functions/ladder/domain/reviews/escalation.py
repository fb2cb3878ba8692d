"""Escalation: whoever should look at what waits next, after days of the program's calendar without an answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ladder.domain.message import Message
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.reviews.review import Kind, OpenReview

REMINDED_AFTER, ESCALATED_AFTER = 2, 5  # work days
Looks = Literal["colleague", "supervisor", "assigned", "reviewer", "admin"]
Waits = Literal["confirmation", "review"]
OF_MEMBERS: frozenset[Kind] = frozenset({"verdict", "unjudged", "hold", "dispute", "miss_streak", "audit", "peer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Something about a member that waits. `waits_for`: a colleague's confirmation, or a reviewer's decision.

    `work_days`: without an answer; `next`: who should look at it now; `late`: nobody has looked for long.
    """

    member: str
    review: str
    kind: Kind
    waits_for: Waits
    since: datetime
    work_days: int
    next: Looks
    late: bool
    explanation: Message


def waiting(review: OpenReview, rulebook: Rulebook, *, for_colleague: bool, since: date, today: date) -> Unanswered:
    """Return how long it has waited and whose turn it is. `since` and `today`: local days of the program."""
    days = work_days(rulebook, since, today)
    waits_for: Waits = "confirmation" if for_colleague else "review"
    looks = _next(days, for_colleague=for_colleague, assigned=review.assigned_to is not None)
    return Unanswered(
        member=review.member,
        review=f"{review.member}.{review.id}",
        kind=review.kind,
        waits_for=waits_for,
        since=review.opened_at,
        work_days=days,
        next=looks,
        late=days >= ESCALATED_AFTER,
        explanation=Message("reviews.waits_since", {"what": waits_for, "days": days, "next": looks}),
    )


def work_days(rulebook: Rulebook, since: date, today: date) -> int:
    """Return how many work days have begun after the day `since`, today among them."""
    days = (since + timedelta(days=ahead) for ahead in range(1, (today - since).days + 1))
    return sum(day.isoweekday() in rulebook.work_days and day not in rulebook.holidays for day in days)


def _next(days: int, *, for_colleague: bool, assigned: bool) -> Looks:
    """Return whose turn it is.

    Of a confirmation it is the team's, then its supervisor's, then a reviewer's, who may decide it instead; of a review
    that of whoever it is assigned to, then any reviewer's, then an admin's.
    """
    if for_colleague:
        return "colleague" if days < REMINDED_AFTER else "supervisor" if days < ESCALATED_AFTER else "reviewer"
    if days >= ESCALATED_AFTER:
        return "admin"
    return "assigned" if assigned and days < REMINDED_AFTER else "reviewer"
