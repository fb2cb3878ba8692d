"""Audit records of what people decide about a program and its members. The decision determines the key.

The reason that a person gives is part of the record and stays: they are told so, and asked to name nobody in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.message import Message, verbatim
from ladder.domain.reviews.review import Action, Review, ReviewDecision

DECIDED: Mapping[Action, str] = {
    "approve": "audit.review_approved",
    "change": "audit.review_changed",
    "reject": "audit.review_rejected",
}


def requested(
    program: str, request: str, *, what: str, by: str, why: Message | None, at: datetime, about: Mapping[str, str | int]
) -> Record:
    """Record a request under an id that its person chose: the same id is the same decision."""
    return Record(
        program=program, key=f"ASKED#{request}", what=what, who=by, why=why, at=at, about={**about, "request": request}
    )


def review_opened(review: Review, *, by: str) -> Record:
    """Record a review that a person asked for; the digest shows later which id or which draft was meant."""
    salt, user, reason, draft = (review.summary.get(name) for name in ("salt", "user", "reason", "digest"))
    digest = salted_digest(user, bytes.fromhex(salt)) if salt and user else bytes.fromhex(draft) if draft else None
    return Record(
        program=review.program,
        key=f"OPENED#{review.address}",
        what="audit.review_opened",
        who=by,
        why=verbatim(reason) if reason else None,
        at=review.created_at,
        about=_about(review),
        digest=digest,
    )


def review_assigned(review: Review, to: str | None, *, by: str, at: datetime) -> Record:
    """Record an assignment. `review`: as it was before; the record before this one says whose it was."""
    return Record(
        program=review.program,
        key=f"ASSIGNED#{review.address}#{at.astimezone(UTC).isoformat()}",
        what="audit.review_assigned" if to else "audit.review_unassigned",
        who=by,
        at=at,
        about={**_about(review), **({"to": to} if to else {})},
    )


def id_linked(program: str, member: str, source: str, *, number: int, by: str, at: datetime, **about: str) -> Record:
    """Record a link without the id, because a sealed record outlives the member's erasure. `number`: of it in a list.

    The adapter that stores the link adds the salted digest of the id, whose salt is deleted with the link.
    """
    return Record(
        program=program,
        key=f"LINKED#{member}#{source}#{at.astimezone(UTC).isoformat()}#{number}",
        what="audit.id_linked",
        who=by,
        at=at,
        about={"member": member, "source": source, **about},
    )


def id_unlinked(program: str, member: str, source: str, *, by: str, why: Message, at: datetime) -> Record:
    return Record(
        program=program,
        key=f"UNLINKED#{member}#{source}#{at.astimezone(UTC).isoformat()}",
        what="audit.id_unlinked",
        who=by,
        why=why,
        at=at,
        about={"member": member, "source": source},
    )


def staff_declared(program: str, subject: str, member: str | None, *, times: int, at: datetime) -> Record:
    """Record a declaration. `times`: how often they have declared by now; each has its own record."""
    return Record(
        program=program,
        key=f"DECLARED#{subject}#{times:06d}",
        what="audit.own_member_declared" if member else "audit.not_playing_declared",
        who=subject,
        at=at,
        about={"times": times, **({"member": member} if member else {})},
    )


def _about(review: Review) -> Mapping[str, str | int]:
    about = {"member": review.member, "decision": review.id, "kind": review.kind, "subject": review.subject}
    return {**about, **({"points": int(review.summary["points"])} if review.kind == "grant" else {})}


def review_decided(review: Review, decided: ReviewDecision, *, salted: bytes) -> Record:
    """Record a decision, and the points that were seen. `salted`: digest of terms and reason; its salt is with it.

    Terms and reason may be about the member.
    """
    terms, seen = decided.terms, dict(decided.seen)
    chosen = {"badge": terms.badge or review.summary.get("badge"), "remedy": terms.remedy}
    if review.kind == "hold" and terms.action == "approve" and "worth" in review.summary:
        seen = {"points": int(review.summary["worth"])}
    return Record(
        program=review.program,
        key=f"REVIEW#{review.address}",
        what=DECIDED[terms.action],
        who=decided.by,
        at=decided.at,
        about={
            **_about(review),
            **{name: value for name, value in chosen.items() if value},
            **seen,
        },
        digest=salted,
    )
