"""Badges whose review day has passed: their owners look whether they still reward what they should."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ledger import ADJUSTED, Entry
from ladder.domain.programs.program import Program
from ladder.domain.reviews.review import NO_MEMBER, Kind, Review, review_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueBadge:
    """`section`: of the program file, `judged` for a badge that a model may propose."""

    section: Literal["badges", "judged"]
    key: str
    name: str
    owner: str
    review_on: date


def overdue_badges(program: Program, today: date) -> Iterator[OverdueBadge]:
    """`today` is a local day of the program; on the review day itself a badge is not overdue yet."""
    for badge in program.rulebook.badges:
        if badge.review_on < today:
            yield OverdueBadge(
                section="badges", key=badge.key, name=badge.name, owner=badge.owner, review_on=badge.review_on
            )
    for judged in program.rulebook.judged:
        if judged.review_on < today:
            yield OverdueBadge(
                section="judged", key=judged.key, name=judged.name, owner=judged.owner, review_on=judged.review_on
            )


MISSES_FOR_REVIEW = 3  # in a row


def hold_review(program: str, member: str, entry: Entry) -> Review:
    """Of an entry of which something waits."""
    waiting = [line for line in entry.lines if line.held > 0 and line.rule != ADJUSTED]
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
            "points": str(sum(line.held for line in waiting)),
            "because": "; ".join(dict.fromkeys(line.because for line in waiting if line.because)),
        },
        created_at=entry.recorded_at or entry.activity.occurred_at,
    )


def hold_id(key: Key) -> str:
    return review_id("hold", *key)


def dispute_review(dispute: Dispute) -> Review:
    """Without what the member says: that stands in his dispute."""
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
    """An entry that somebody looks at: `audit` or `peer`."""
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
    """An entry that a person wants looked at. His reason stands apart from `because`, which lists show."""
    review = entry_review(kind, program, member, key, because="a person asked for it", now=now)
    return replace(review, summary={**review.summary, "opened_by": by, "reason": reason})


def badge_review(program: str, badge: OverdueBadge, *, now: datetime) -> Review:
    """One for each review day: a badge that is given another day is looked at again."""
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
    """Whether chance has a person look at it: so many of a thousand that paid at once. What waits is looked at anyway.

    The member's id is random and known to nobody outside, so no source can choose ids that escape it.
    """
    if entry.points <= 0 or entry.waits:
        return False
    lot = hashlib.sha256(json.dumps([program, member, *entry.key]).encode()).digest()
    return int.from_bytes(lot[:8]) % 1000 < per_thousand


def sampled_review(program: str, member: str, entry: Entry) -> Review:
    now = entry.recorded_at or entry.activity.occurred_at
    return entry_review("audit", program, member, entry.key, because="it was drawn by chance", now=now)


def subject(key: Key) -> str:
    return "#".join(key)
