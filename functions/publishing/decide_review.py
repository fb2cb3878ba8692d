"""Decide a review of the program itself: a version that another admin asked for, or a badge whose day has come."""

from datetime import datetime

from ladder.domain.errors import Conflict, InvalidRequest
from ladder.domain.judging.check import Models
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs, Publications
from ladder.domain.reviews.colleagues import Colleagues
from ladder.domain.reviews.decisions import terms_error
from ladder.domain.reviews.permissions import Staff, authorize, authorize_review
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import ReviewDecision, Terms
from ladder.web.reviews import DecisionResult, get_review
from publishing.versions import confirmed_publication, pause


def decide_review(
    staff: Staff,
    address: str,
    terms: Terms,
    reason: str,
    *,
    now: datetime,
    models: Models,
    programs: Programs,
    publications: Publications,
    reviews: ReviewQueue,
    colleagues: Colleagues,
) -> DecisionResult:
    """Decide a review, and publish or pause what it is about. Running it again changes nothing.

    A version is published in the transaction of the decision. A badge that is rejected is paused first, which takes the
    role to pause it: after a crash between the two the review is still open, and pausing again changes nothing.

    Raises NotFound; NotAuthorized; InvalidRequest where the terms do not fit the kind, or where the version cannot be
    played any more; Conflict where it was decided otherwise or by somebody else, where another version was published
    since, or where the review is about a member.
    """
    authorize(staff, "decide")
    review = get_review(staff, address, reviews)
    if not review.about_program:
        raise Conflict(Message("reviews.decided_elsewhere", {"path": f"/admin/reviews/{address}/decision"}))
    colleagues.refuse_opener(staff, review)
    authorize_review(staff, "decide", review)
    if review.status != "open":
        return DecisionResult.repeated(staff, review, terms)
    if error := terms_error(review, terms, badges=()):
        raise InvalidRequest(error)
    decision, published = ReviewDecision(terms=terms, reason=reason, by=staff.subject, at=now), None
    if (review.kind, terms.action) == ("publication", "approve"):
        published = confirmed_publication(
            review, by=staff.subject, now=now, models=models, programs=programs, publications=publications
        )
    if (review.kind, terms.action) == ("badge", "reject"):
        badge = review.summary["badge"]
        pause(staff, "badge", badge, paused=True, reason=reason, now=now, programs=programs, publications=publications)
    if not reviews.decide(review, decision, None, published):
        return DecisionResult.repeated(staff, get_review(staff, address, reviews), terms)
    return DecisionResult.first(review, decision)
