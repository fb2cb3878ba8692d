"""Convert reviews to items and back, and open them: alone, or in the transaction of what they are about."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import ABSENT, Item, Put, Table, iso
from ladder.domain.audit.records import Record, salted_digest
from ladder.domain.message import Message
from ladder.domain.reviews.audit_records import review_decided
from ladder.domain.reviews.review import OpenReview, Review, ReviewDecision, Terms

INDEX = "Reviews"  # sparse: open reviews, and decisions that have yet to take effect
INDEXED = ("review_program", "opened_at")
LAST = "9"  # after every moment


def opened(review: Review) -> Put:
    """Return the write that opens a review, once, whatever its state is by now."""
    at = iso(review.created_at)
    item: dict[str, Any] = {
        "pk": keys.member(review.program, review.member),
        "sk": keys.review(review.id),
        "kind": review.kind,
        "subject": review.subject,
        "summary": dict(review.summary),
        "because": _text([message.to_dict() for message in review.because]),
        "facts": _text([message.to_dict() for message in review.facts]),
        "created_at": at,
        "assigned_to": "",
        "review_program": review.program,
        "opened_at": at,
    }
    return Put(item=item, only_if=ABSENT)


def from_item(item: Mapping[str, Any]) -> Review | None:
    """Return the review; None for a hold older than reviews, of which only a mark is stored."""
    if "kind" not in item:
        return None
    program, _, member = item["pk"].partition("#")
    return Review(
        id=item["sk"].partition("#")[2],
        kind=item["kind"],
        program=program,
        member=member,
        subject=item["subject"],
        summary=item["summary"],
        because=tuple(map(Message.from_dict, json.loads(item["because"]))),
        facts=tuple(map(Message.from_dict, json.loads(item["facts"]))),
        created_at=datetime.fromisoformat(item["created_at"]),
        assigned_to=item.get("assigned_to") or None,
        decided=_decided(item) if "decided_at" in item else None,
        lapsed=item.get("settled", False),
    )


def open_reviews(table: Table, program: str) -> list[OpenReview]:
    """Return what waits, oldest first. One that was decided a moment ago may still be in the index."""
    items = table.query_index(INDEX, (INDEXED[0], program), (INDEXED[1], LAST))
    return sorted(map(waiting, items), key=lambda review: review.order)


def waiting(item: Mapping[str, Any]) -> OpenReview:
    return OpenReview(
        opened_at=datetime.fromisoformat(item["opened_at"]),
        kind=item["kind"],
        member=item["pk"].partition("#")[2],
        id=item["sk"].partition("#")[2],
        assigned_to=item.get("assigned_to") or None,
    )


def decision_record(item: Mapping[str, Any]) -> Record | None:
    """Return the audit record that a decided review must have; None for one that is not decided."""
    review = from_item(item)
    return review_decided(review, review.decided, salted=decision_digest(item)) if review and review.decided else None


def decision_digest(item: Mapping[str, Any]) -> bytes:
    """Return the digest of the terms and the reason of a decision, salted: they may be about the member."""
    return salted_digest(item["terms"] + item["reason"], item["salt"])


def decision(decided: ReviewDecision, salt: bytes) -> Item:
    terms = decided.terms
    content = {
        "action": terms.action,
        "badge": terms.badge,
        "remedy": terms.remedy,
        "attributes": dict(terms.attributes),
    }
    return {
        "terms": _text(content),
        "reason": decided.reason,
        "salt": salt,
        "decided_by": decided.by,
        "decided_at": iso(decided.at),
        **({"seen": dict(decided.seen)} if decided.seen else {}),
    }


def _text(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _decided(item: Mapping[str, Any]) -> ReviewDecision:
    return ReviewDecision(
        terms=Terms(**json.loads(item["terms"])),
        reason=item["reason"],
        by=item["decided_by"],
        at=datetime.fromisoformat(item["decided_at"]),
        seen={name: int(points) for name, points in item.get("seen", {}).items()},
    )
