"""What opens a review; the same cause opens the same one. Also the badges whose review day has passed."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import ADJUSTED, Entry, LedgerChange
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.reviews.review import NO_MEMBER, Kind, Review, review_id

MISSES_FOR_REVIEW = 3  # in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueBadge:
    """A badge that its owner has to check: does it still reward what it should?

    `section`: of the program file, `judged` for a badge that a model may propose.
    """

    section: Literal["badges", "judged"]
    key: str
    name: str
    owner: str
    review_on: date


def overdue_badges(rulebook: Rulebook, today: date) -> Iterator[OverdueBadge]:
    """Yield the badges whose review day is over; `today` is a local day."""
    for badge in rulebook.badges:
        if badge.review_on < today:
            yield OverdueBadge(
                section="badges", key=badge.key, name=badge.name, owner=badge.owner, review_on=badge.review_on
            )
    for judged in rulebook.judged:
        if judged.review_on < today:
            yield OverdueBadge(
                section="judged", key=judged.key, name=judged.name, owner=judged.owner, review_on=judged.review_on
            )


def hold_review(program: str, member: str, entry: Entry) -> Review:
    """Return the review of an entry with held points."""
    held = [line for line in entry.lines if line.held > 0 and line.rule != ADJUSTED]
    source, event = entry.key
    return Review(
        id=hold_id(entry.key),
        kind="hold",
        program=program,
        member=member,
        subject=subject(entry.key),
        summary={
            "source": source,
            "event": event,
            "points": str(sum(line.held for line in held)),
            "because": "; ".join(dict.fromkeys(line.because for line in held if line.because)),
        },
        created_at=entry.recorded_at or entry.activity.occurred_at,
    )


def hold_id(key: Key) -> str:
    return review_id("hold", *key)


def dispute_review(dispute: Dispute) -> Review:
    """Return the review of a dispute, without the member's text: that is stored in the dispute."""
    return Review(
        id=review_id("dispute", *dispute.key),
        kind="dispute",
        program=dispute.program,
        member=dispute.member,
        subject=subject(dispute.key),
        summary={"source": dispute.source, "event": dispute.id},
        created_at=dispute.raised_at,
    )


def miss_streak_review(program: str, member: str, category: str, third: date, *, now: datetime) -> Review:
    return Review(
        id=review_id("miss_streak", category, third.isoformat()),
        kind="miss_streak",
        program=program,
        member=member,
        subject=f"{category}:{third.isoformat()}",
        summary={
            "category": category,
            "date": third.isoformat(),
            "because": f"{MISSES_FOR_REVIEW} challenges of the hardest tier in a row were missed",
        },
        created_at=now,
    )


def entry_review(kind: Kind, program: str, member: str, key: Key, *, because: str, now: datetime) -> Review:
    """Return the review of an entry, of the kind `audit` or `peer`."""
    source, event = key
    return Review(
        id=review_id(kind, *key),
        kind=kind,
        program=program,
        member=member,
        subject=subject(key),
        summary={"source": source, "event": event, "because": because},
        created_at=now,
    )


def requested_review(kind: Kind, program: str, member: str, key: Key, *, by: str, reason: str, now: datetime) -> Review:
    """Return the review that a person asked for. Their reason is kept apart from `because`, which lists show."""
    review = entry_review(kind, program, member, key, because="a person asked for it", now=now)
    return replace(review, summary={**review.summary, "opened_by": by, "reason": reason})


def badge_review(program: str, badge: OverdueBadge, *, now: datetime) -> Review:
    """Return the review of a badge, one for each review day: a badge with a new day is reviewed again."""
    day = badge.review_on.isoformat()
    return Review(
        id=review_id("badge", badge.key, day),
        kind="badge",
        program=program,
        member=NO_MEMBER,
        subject=f"{badge.key}:{day}",
        summary={"badge": badge.key, "owner": badge.owner, "date": day, "because": f"its review was due on {day}"},
        created_at=now,
    )


def sampled(program: str, member: str, entry: Entry, *, per_thousand: int) -> bool:
    """Return whether the entry is in the random sample of those that paid at once; held points are reviewed anyway.

    The member's id is random and known to nobody outside, so no source can choose ids that escape the sample.
    """
    if entry.points <= 0 or entry.waits:
        return False
    digest = hashlib.sha256(json.dumps([program, member, *entry.key]).encode()).digest()
    return int.from_bytes(digest[:8]) % 1000 < per_thousand


def sampled_review(program: str, member: str, entry: Entry) -> Review:
    now = entry.recorded_at or entry.activity.occurred_at
    return entry_review("audit", program, member, entry.key, because="it was drawn by chance", now=now)


def reviews_of(change: LedgerChange) -> list[Review]:
    """Return the reviews that a change opens: of the entries that wait from now on, and of the sampled ones."""
    return [
        *(hold_review(change.program, change.member, entry) for entry in change.held),
        *(sampled_review(change.program, change.member, entry) for entry in change.sampled),
    ]


def subject(key: Key) -> str:
    return "#".join(key)
