"""Decide a review: once, by a person whose case it is not; what follows from it is delivered at least once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from admin.deliver import deliver
from admin.found import found
from admin.show_review import Ruled, ruled
from ladder.domain.asked import InConflict, NotThere, Unreadable
from ladder.domain.errors import Gone
from ladder.domain.reviews.effects import effects, misfit, pointless
from ladder.domain.reviews.review import Decided, Review, Terms
from ladder.domain.reviews.rights import Staff, allow, allow_in
from ladder.domain.rewards.soundness import unsound
from ladder.ports.inbound import Activities
from ladder.ports.points import Ledger
from ladder.ports.reviews import ReviewQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`again`: he had decided the same before; then the first reason stands."""

    id: str
    decided: Ruled
    again: bool


def decide_review(
    staff: Staff,
    address: str,
    terms: Terms,
    reason: str,
    *,
    now: datetime,
    badges: Callable[[], Collection[str]],
    reviews: ReviewQueue,
    ledger: Ledger,
    queue: Activities,
    pause_badge: Callable[[str], object],
) -> Decision:
    """Running it again delivers again what follows, under the same ids, and changes nothing.

    A badge that is rejected in its own review is paused first, which takes the role to pause it: whoever is cut off
    between the two finds the review open still, and pauses what is paused.

    Raises NotThere, also where the member was erased; NotAllowed; Unreadable where the terms are none for its kind;
    InConflict where it was decided otherwise, by somebody else, or by time, or where it would change nothing.
    `badges`: that may be granted.
    """
    allow(staff, "decide")
    review = found(staff, address, reviews)
    allow_in(staff, "decide", review)
    if review.status != "open":
        return _again(staff, review, terms, reviews, queue)
    decided = Decided(terms=terms, reason=reason, by=staff.subject, at=now)
    after = replace(review, decided=decided)
    if why := misfit(review, terms, badges=badges()) or next(filter(None, map(unsound, effects(after))), ""):
        raise Unreadable(why)
    if why := _pointless(review, terms, ledger):
        raise InConflict(why)
    if review.kind == "badge" and terms.action == "reject":
        pause_badge(review.summary["badge"])
    if not _decided(review, decided, reviews):
        return _again(staff, found(staff, address, reviews), terms, reviews, queue)
    deliver(after, reviews=reviews, queue=queue)
    return Decision(id=review.address, decided=ruled(decided), again=False)


def _pointless(review: Review, terms: Terms, ledger: Ledger) -> str:
    """A member who reads that he was right has something of it."""
    if terms.remedy is None:
        return ""
    entries = ledger.entries(review.program, review.member)
    return next((pointless(terms, each) for each in entries if each.key == review.event), "")


def _decided(review: Review, decided: Decided, reviews: ReviewQueue) -> bool:
    try:
        return reviews.decide(review, decided)
    except Gone as gone:
        raise NotThere("its member was erased, and this review with him") from gone


def _again(staff: Staff, review: Review, terms: Terms, reviews: ReviewQueue, queue: Activities) -> Decision:
    decided = review.decided
    if decided is None:
        raise InConflict("time, or an event, has decided what it was about")
    if (decided.by, decided.terms) != (staff.subject, terms):
        raise InConflict(f"it was decided before: {decided.terms.action}")
    deliver(review, reviews=reviews, queue=queue)
    return Decision(id=review.address, decided=ruled(decided), again=True)
