"""A review by its address, in the program of whoever asks: another program's is as if it were not there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from admin.show_reviews import Headline, headline
from ladder.domain.errors import NotFound
from ladder.domain.judging.evaluation import EvaluationResult
from ladder.domain.judging.ports import Verdicts
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, Ledger
from ladder.domain.points.statement import Statement, statements
from ladder.domain.programs.rules import Plain
from ladder.domain.reviews.linking import HIDDEN
from ladder.domain.reviews.permissions import Staff, authorize, role_to_decide
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import (
    REMOVED_ONCE_DECIDED,
    Action,
    Remedy,
    Review,
    ReviewDecision,
    Status,
    parse_address,
)


def get_review(staff: Staff, address: str, reviews: ReviewQueue) -> Review:
    """Raises NotThere; so it is too where its member was erased."""
    review = next(iter(reviews.find(staff.program, [parse_address(address)])), None)
    if review is None:
        raise NotFound("there is no such review")
    return review


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the model made of it. `badge` None: it proposed none; `evidence`: its quotes from the case."""

    badge: str | None
    confidence: float | None
    evidence: tuple[str, ...]
    rationale: str
    model: str
    prompt: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    decision: Action
    badge: str | None
    remedy: Remedy | None
    attributes: Mapping[str, Plain]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`entry`: of the ledger, with the dispute of it; `summary`: the case as it was when this was opened."""

    review: Headline
    status: Status
    summary: Mapping[str, str]
    decided: Ruled | None
    entry: Statement | None
    verdict: Found | None


def show_review(
    staff: Staff,
    address: str,
    *,
    now: datetime,
    book: Callable[[], CompiledProgram],
    reviews: ReviewQueue,
    ledger: Ledger,
    disputes: Disputes,
    verdicts: Verdicts,
) -> Shown:
    """`book`: of the program, asked for where there is something to tell by it.

    Raises NotThere where the program has no such review, or no longer.
    """
    authorize(staff, "read")
    review = get_review(staff, address, reviews)
    ruling = verdicts.existing(review.program, review.member).get(review.subject) if _is_judged(review) else None
    return Shown(
        review=headline(review, staff, now),
        status=review.status,
        summary=_summary(review, staff),
        decided=ruled(review.decided) if review.decided else None,
        entry=_entry(review, book, ledger, disputes),
        verdict=_told(ruling) if ruling else None,
    )


def ruled(decided: ReviewDecision) -> Ruled:
    terms = decided.terms
    return Ruled(
        decision=terms.action,
        badge=terms.badge,
        remedy=terms.remedy,
        attributes=dict(terms.attributes),
        reason=decided.reason,
        by=decided.by,
        at=decided.at,
    )


def _summary(review: Review, staff: Staff) -> Mapping[str, str]:
    """Which id is to be linked is for those who decide it."""
    hidden = HIDDEN if staff.role == role_to_decide(review) else HIDDEN | REMOVED_ONCE_DECIDED
    return {name: each for name, each in review.summary.items() if review.kind != "link" or name not in hidden}


def _is_judged(review: Review) -> bool:
    return review.kind in {"verdict", "unjudged"}


def _entry(review: Review, book: Callable[[], CompiledProgram], ledger: Ledger, disputes: Disputes) -> Statement | None:
    if review.event is None:
        return None
    raised = {each.key: each for each in disputes.of(review.program, review.member)}
    told = statements(book(), ledger.entries(review.program, review.member), raised)
    return next((each for each in told if (each.source, each.id) == review.event), None)


def _told(ruling: EvaluationResult) -> Found:
    verdict = ruling.verdict
    return Found(
        badge=verdict.badge if verdict else None,
        confidence=verdict.confidence if verdict else None,
        evidence=verdict.evidence if verdict else (),
        rationale=verdict.rationale if verdict else "",
        model=ruling.model,
        prompt=ruling.prompt,
        because=ruling.decision.because,
        at=ruling.at,
    )
