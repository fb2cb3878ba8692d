"""Causes that open a review; the same cause opens the same one. Also the badges whose review day has passed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from ladder.domain.activities.activity import Key, normalized_id
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.message import Message, Parameter
from ladder.domain.points.ledger import Entry, LedgerChange
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.reviews.review import Kind, Review, review_id

MISSES_FOR_REVIEW = 3  # in a row

type Confirmed = Literal["publication", "erasure", "grant"]
CONFIRMATIONS: Mapping[Confirmed, str] = {  # why each is in the queue
    "publication": "reviews.publication_asked",
    "erasure": "reviews.erasure_asked",
    "grant": "reviews.grant_asked",
}


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


def entry_review(
    kind: Kind, program: str, member: str, key: Key, *, because: tuple[Message, ...] = (), now: datetime, **summary: str
) -> Review:
    """Return the review of an entry; what its member wrote, such as the text of a dispute, is stored elsewhere."""
    source, event = key
    return Review(
        id=review_id(kind, *key),
        kind=kind,
        program=program,
        member=member,
        subject="#".join(key),
        because=because,
        summary={"source": source, "event": event, **summary},
        created_at=now,
    )


def reviews_of(change: LedgerChange) -> Iterator[Review]:
    """Yield the reviews that a change opens: of the entries that wait from now on, and of the sampled ones."""
    for key, hold in change.waiting.items():
        last = change.entries[-1]
        again = Message("reviews.worth_more_now", {"released": hold.released, "worth": hold.worth})
        review = entry_review(
            "hold",
            change.program,
            change.member,
            key,
            because=(*hold.because, *((again,) if hold.released else ())),
            now=last.recorded_at or last.activity.occurred_at,
            points=str(hold.points),
            worth=str(hold.worth),
            released=str(hold.released),
        )
        yield replace(review, id=hold_review_id(change, key))
    for entry in change.sampled:
        now = entry.recorded_at or entry.activity.occurred_at
        because = (Message("reviews.sampled"),)
        yield entry_review("audit", change.program, change.member, entry.key, because=because, now=now)


def hold_review_id(change: LedgerChange, key: Key) -> str:
    """Return the id of the review of an event that waits: one more for each change of what it is about."""
    is_new = any(entry.key == key for entry in change.entries)
    return review_id("hold", *key, *(() if is_new else change.entries[-1].key))


def sampled(program: str, member: str, entry: Entry, *, per_thousand: int) -> bool:
    """Return whether the entry is in the random sample of those that paid at once; held points are reviewed anyway.

    The member's id is random and known to nobody outside, so no source can choose ids that escape the sample.
    """
    if entry.points <= 0 or entry.is_held:
        return False
    digest = hashlib.sha256(json.dumps([program, member, *entry.key]).encode()).digest()
    return int.from_bytes(digest[:8]) % 1000 < per_thousand


def miss_streak_review(program: str, member: str, category: str, third: date, *, now: datetime) -> Review:
    return Review(
        id=review_id("miss_streak", category, third.isoformat()),
        kind="miss_streak",
        program=program,
        member=member,
        subject=f"{category}:{third.isoformat()}",
        because=(Message("reviews.missed_in_a_row", {"missed": MISSES_FOR_REVIEW}),),
        summary={"category": category, "date": third.isoformat()},
        created_at=now,
    )


def link_review(
    program: str,
    member: str,
    source: str,
    raw: str,
    *,
    mark: str,
    was: str | None,
    by: str,
    reason: str | None,
    now: datetime,
) -> Review:
    """Return the review of a link. `mark`: a keyed hash of the id; the same request on one day is one review.

    `was`: the member whom the id leads or led to.
    """
    because = Message("reviews.link_moves" if was else "reviews.link_is_second", {"source": source})
    summary = {"source": source, "user": normalized_id(raw), "opened_by": by}
    given = {name: value for name, value in (("reason", reason), ("was", was)) if value}
    return Review(
        id=review_id("link", source, mark, was or "", now.date().isoformat()),
        kind="link",
        program=program,
        member=member,
        subject=source,
        because=(because,),
        summary={**summary, **given},
        created_at=now,
    )


def confirmation_review(
    kind: Confirmed,
    program: str,
    member: str,
    *about: str,
    by: str,
    reason: str,
    now: datetime,
    **summary: str,
) -> Review:
    """Return the review of an act that one admin asks for and another has to confirm. `about`: what makes it the same.

    A version is about no member. What was rejected may be asked for again the next day; a grant has a request's id.
    """
    day = () if kind == "grant" else (now.date().isoformat(),)
    parameters: dict[str, Parameter] = {name: summary[name] for name in ("version", "points") if name in summary}
    return Review(
        id=review_id(kind, *about, *day),
        kind=kind,
        program=program,
        member=member,
        subject=":".join(about),
        because=(Message(CONFIRMATIONS[kind], parameters),),
        summary={"opened_by": by, "reason": reason, **summary},
        created_at=now,
    )


def badge_review(program: str, badge: OverdueBadge, *, now: datetime) -> Review:
    """Return the review of a badge, one for each review day: a badge with a new day is reviewed again."""
    day = badge.review_on.isoformat()
    return Review(
        id=review_id("badge", badge.key, day),
        kind="badge",
        program=program,
        member=NO_MEMBER,
        subject=f"{badge.key}:{day}",
        because=(Message("reviews.badge_is_due", {"day": day}),),
        summary={"badge": badge.key, "owner": badge.owner, "date": day},
        created_at=now,
    )
