"""Records of what people decide about a program and its members. Their keys follow from what was decided.

What a person wrote as a reason is part of the record and stays: they are told so, and to name nobody in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.reviews.review import Review, ReviewDecision


def requested(
    program: str, request: str, *, what: str, by: str, why: str, at: datetime, about: Mapping[str, str | int]
) -> Record:
    """What a person asked for under an id of his own, which makes the same request the same decision."""
    return Record(
        program=program, key=f"ASKED#{request}", what=what, who=by, why=why, at=at, about={**about, "request": request}
    )


def member_exported(program: str, member: str, *, by: str, at: datetime) -> Record:
    """Each time anew: who has read everything about somebody."""
    return Record(
        program=program,
        key=f"EXPORTED#{member}#{at.astimezone(UTC).isoformat()}",
        what="member exported",
        who=by,
        why="everything that is kept of him was read",
        at=at,
        about={"member": member},
    )


def member_erased(program: str, member: str, *, by: str, why: str, at: datetime) -> Record:
    return Record(
        program=program, key=f"ERASED#{member}", what="member erased", who=by, why=why, at=at, about={"member": member}
    )


def review_opened(review: Review, *, by: str) -> Record:
    """Of one that a person asked for."""
    return Record(
        program=review.program,
        key=f"OPENED#{review.address}",
        what="review opened",
        who=by,
        why=review.summary["reason"],
        at=review.created_at,
        about=_of(review),
        digest=_digest_of_id(review),
    )


def review_assigned(review: Review, to: str | None, *, by: str, at: datetime) -> Record:
    """`review`: as it was before; whose it was is told by the record before this one."""
    return Record(
        program=review.program,
        key=f"ASSIGNED#{review.address}#{at.astimezone(UTC).isoformat()}",
        what="review assigned" if to else "review given back",
        who=by,
        why=f"who looks at a review of the kind {review.kind}",
        at=at,
        about={**_of(review), **({"to": to} if to else {})},
    )


def id_linked(program: str, member: str, source: str, *, number: int, by: str, at: datetime, **about: str) -> Record:
    """Without the id: what is sealed here outlives the member's erasure. `number`: of it in a list.

    Whoever stores the link adds the salted digest of the id, whose salt goes with the link.
    """
    return Record(
        program=program,
        key=f"LINKED#{member}#{source}#{at.astimezone(UTC).isoformat()}#{number}",
        what="id linked",
        who=by,
        why="who plays is known to others by their own ids",
        at=at,
        about={"member": member, "source": source, **about},
    )


def id_unlinked(program: str, member: str, source: str, *, by: str, why: str, at: datetime) -> Record:
    return Record(
        program=program,
        key=f"UNLINKED#{member}#{source}#{at.astimezone(UTC).isoformat()}",
        what="id unlinked",
        who=by,
        why=why,
        at=at,
        about={"member": member, "source": source},
    )


def staff_declared(program: str, subject: str, member: str | None, *, times: int, at: datetime) -> Record:
    """`times`: how often they have declared by now; an earlier declaration stands beside this one."""
    return Record(
        program=program,
        key=f"DECLARED#{subject}#{times:06d}",
        what="own member declared" if member else "declared that they do not play",
        who=subject,
        why="whoever decides says first whose cases are their own",
        at=at,
        about={"times": times, **({"member": member} if member else {})},
    )


def _digest_of_id(review: Review) -> bytes | None:
    """Of a link: by it one can say which id was meant."""
    salt, user = review.summary.get("salt"), review.summary.get("user")
    return salted_digest(user, bytes.fromhex(salt)) if salt and user else None


def _of(review: Review) -> Mapping[str, str]:
    return {"member": review.member, "decision": review.id, "kind": review.kind, "subject": review.subject}


def review_decided(review: Review, decided: ReviewDecision, *, salted: bytes) -> Record:
    """`salted`: the digest of the reason, which may speak of the member; the salt is kept beside it."""
    terms = decided.terms
    chosen = {"badge": terms.badge or review.summary.get("badge"), "remedy": terms.remedy}
    return Record(
        program=review.program,
        key=f"REVIEW#{review.address}",
        what=f"review decided: {terms.action}",
        who=decided.by,
        why=f"a person looked at a review of the kind {review.kind}; what he said stands with it",
        at=decided.at,
        about={
            "member": review.member,
            "decision": review.id,
            "kind": review.kind,
            "subject": review.subject,
            **{name: value for name, value in chosen.items() if value},
        },
        digest=salted,
    )
