"""Decide a review: once, by a person whose case it is not; what follows from it is delivered at least once."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from admin.deliver import deliver
from admin.link import refuse_own_login
from admin.show_review import Ruled, get_review, ruled
from ladder.domain.activities.activity import validation_error
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import Conflict, InvalidRequest, MemberErased, NotFound
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Ledger
from ladder.domain.reviews.decision_validation import attributes_error, decision_error, points_gained, remedy_error
from ladder.domain.reviews.effects import effects
from ladder.domain.reviews.permissions import DailyGrant, Staff, authorize, authorize_review
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review, ReviewDecision, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The program's rules: those that are played by now, and those of any version that was published."""

    current: Callable[[], CompiledProgram]
    version: Callable[[int], CompiledProgram]

    @property
    def badges(self) -> Collection[str]:
        """Judged badges that may be granted."""
        return {each.key for each in self.current().rulebook.judged}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`again`: they had decided the same before; then the first reason stands."""

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
    rules: Rules,
    reviews: ReviewQueue,
    ledger: Ledger,
    queue: Activities,
    pause_badge: Callable[[str], object],
) -> Decision:
    """Running it again delivers again what follows, under the same ids, and changes nothing.

    A badge that is rejected in its own review is paused first, which takes the role to pause it: whoever is cut off
    between the two finds the review open still, and pauses what is paused.

    Raises NotThere, also where the member was erased; NotAllowed; Unreadable where the terms are none for its kind;
    InConflict where it was decided otherwise, by somebody else, or by time, where it would change nothing, or where a
    change would bring more points than its person may give.
    """
    authorize(staff, "decide")
    review = get_review(staff, address, reviews)
    authorize_review(staff, "decide", review)
    if review.kind == "link" and review.status == "open":
        refuse_own_login(staff, review.summary["source"], review.summary["user"])
    if review.status != "open":
        return _again(staff, review, terms, reviews, queue)
    decided = ReviewDecision(terms=terms, reason=reason, by=staff.subject, at=now)
    after = replace(review, decided=decided)
    if why := decision_error(review, terms, badges=rules.badges) or next(
        filter(None, map(validation_error, effects(after))), ""
    ):
        raise InvalidRequest(why)
    if why := _pointless(review, terms, ledger):
        raise Conflict(why)
    grant = _grant(after, decided, rules, ledger)
    if review.kind == "badge" and terms.action == "reject":
        pause_badge(review.summary["badge"])
    if not _decided(review, decided, grant, reviews):
        return _again(staff, get_review(staff, address, reviews), terms, reviews, queue)
    deliver(after, reviews=reviews, queue=queue)
    return Decision(id=review.address, decided=ruled(decided), again=False)


def _pointless(review: Review, terms: Terms, ledger: Ledger) -> str:
    """A member who reads that he was right has something of it."""
    if terms.remedy is None:
        return ""
    entries = ledger.entries(review.program, review.member)
    return next((remedy_error(terms, each) for each in entries if each.key == review.event), "")


def _grant(review: Review, decided: ReviewDecision, rules: Rules, ledger: Ledger) -> DailyGrant | None:
    """What a correction brings the member; None where that is nothing.

    Raises Unreadable for attributes that the entry does not have, InConflict for more than may be given at once.
    """
    if review.event is None or not decided.terms.attributes:
        return None
    recorded = ledger.entries(review.program, review.member)
    if why := attributes_error(recorded, review.event, decided.terms.attributes):
        raise InvalidRequest(why)
    now, (correction,) = rules.current(), effects(review)
    books = {version: rules.version(version) for version in {each.program_version for each in recorded}}
    points, most = points_gained(correction, recorded, books=books, now=now), now.rulebook.most_granted
    if points > most:
        raise Conflict(f"this change would bring {points:,} points; a decision brings {most:,} at most")
    return DailyGrant.of(now.program, by=decided.by, points=points, at=decided.at) if points > 0 else None


def _decided(review: Review, decided: ReviewDecision, grant: DailyGrant | None, reviews: ReviewQueue) -> bool:
    try:
        return reviews.decide(review, decided, grant)
    except MemberErased as gone:
        raise NotFound("its member was erased, and this review with him") from gone


def _again(staff: Staff, review: Review, terms: Terms, reviews: ReviewQueue, queue: Activities) -> Decision:
    decided = review.decided
    if decided is None:
        raise Conflict("time, or an event, has decided what it was about")
    if (decided.by, decided.terms) != (staff.subject, terms):
        raise Conflict(f"it was decided before: {decided.terms.action}")
    deliver(review, reviews=reviews, queue=queue)
    return Decision(id=review.address, decided=ruled(decided), again=True)
