"""Reviews as the functions in which staff decide them share them: their address, the request and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Action, Remedy, Review, ReviewDecision, Terms
from ladder.domain.validation.constraints import LARGEST_WHOLE, Plain
from ladder.web.staff import Reason

REVIEW = r"^[0-9a-f]{32}\.[0-9a-f]{32}$"
MOST_ATTRIBUTES = 24

Address = Annotated[str, Path(pattern=REVIEW, description="the review's id, as in the queue")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Whole = Annotated[StrictInt, Field(ge=-LARGEST_WHOLE, le=LARGEST_WHOLE)]
Share = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[StrictStr, Field(max_length=1000)]


class DecisionBody(BaseModel):
    """`reason`: for a dispute, the member reads it. `badge`, `remedy` and `attributes`: as the kind requires."""

    model_config = ConfigDict(extra="forbid")

    decision: Action
    reason: Reason
    badge: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    remedy: Remedy | None = None
    attributes: Annotated[dict[Name, StrictBool | Whole | Share | Text | None], Field(max_length=MOST_ATTRIBUTES)] = (
        Field(default_factory=dict)
    )

    @property
    def terms(self) -> Terms:
        return Terms(action=self.decision, badge=self.badge, remedy=self.remedy, attributes=self.attributes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    decision: Action
    badge: str | None
    remedy: Remedy | None
    attributes: Mapping[str, Plain]
    reason: str
    by: str
    at: datetime

    @classmethod
    def of(cls, decision: ReviewDecision) -> Self:
        terms = decision.terms
        return cls(
            decision=terms.action,
            badge=terms.badge,
            remedy=terms.remedy,
            attributes=dict(terms.attributes),
            reason=decision.reason,
            by=decision.by,
            at=decision.at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionResult:
    """`again`: the same person decided the same before; the first reason stands."""

    id: str
    decided: DecisionView
    again: bool

    @classmethod
    def first(cls, review: Review, decision: ReviewDecision) -> Self:
        return cls(id=review.address, decided=DecisionView.of(decision), again=False)

    @classmethod
    def repeated(cls, staff: Staff, review: Review, terms: Terms) -> Self:
        """Return the result of a decision that stands. Raises Conflict where it is another one, or time decided."""
        decision = review.decided
        if decision is None:
            raise Conflict(Message("reviews.lapsed"))
        if (decision.by, decision.terms) != (staff.subject, terms):
            raise Conflict(Message("reviews.decided_before", {"decision": decision.terms.action}))
        return cls(id=review.address, decided=DecisionView.of(decision), again=True)


def get_review(staff: Staff, address: str, reviews: ReviewQueue) -> Review:
    """Return a review of the staff's program. Raises NotFound, also where its member was erased."""
    member, _, review_id = address.partition(".")
    review = next(iter(reviews.find(staff.program, [(member, review_id)])), None)
    if review is None:
        raise NotFound(Message("admin.no_such_review"))
    return review
