"""Decisions on reviews: what may be decided, and what it results in.

Activities for the ledger have ids that make a second one the same event.

| Kind                  | approve                   | change            | reject                   |
|-----------------------|---------------------------|-------------------|--------------------------|
| `verdict`, `unjudged` | the badge is granted      | another badge is  | nothing                  |
| `hold`                | the points are paid       |                   | they are never paid      |
| `dispute`             | the entry is reversed, or its held points are paid | it is corrected | nothing |
| `audit`, `peer`       | nothing: the entry stays  | it is corrected   | the entry is reversed    |
| `miss_streak`         | a difficulty relief       |                   | nothing                  |
| `link`                | the id is linked          |                   | nothing                  |
| `badge`               | the badge stays           |                   | the badge is paused      |
| `publication`         | the version is published  |                   | nothing                  |
| `erasure`             | the member is erased      |                   | nothing                  |
| `grant`               | the points are granted    |                   | nothing                  |

A paused badge is a new version of the program, see `pausing`.
A difficulty relief, a link and a version are not in the ledger: they are stored with the decision. Tiers of record
follow from the metrics alone, and no decision sets one.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from ladder.domain.activities.activity import (
    CORRECTED,
    DENIED,
    LADDER,
    POINTS_GRANTED,
    REVERSED,
    ROTATION,
    UPHELD,
    Activity,
)
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.message import Message
from ladder.domain.points.amendments import release
from ladder.domain.points.judged_badge import badge_grant
from ladder.domain.reviews.review import Action, Kind, Review, Terms

BY = "review"  # the ledger does not name who decided; the audit does
CONSEQUENCES: Mapping[tuple[Kind, Action], str] = {  # codes, for everything that may be decided
    ("verdict", "approve"): "reviews.badge_is_granted",
    ("verdict", "change"): "reviews.other_badge_is_granted",
    ("verdict", "reject"): "reviews.no_badge_is_granted",
    ("unjudged", "approve"): "reviews.badge_is_granted",
    ("unjudged", "change"): "reviews.other_badge_is_granted",
    ("unjudged", "reject"): "reviews.no_badge_is_granted",
    ("hold", "approve"): "reviews.points_are_paid",
    ("hold", "reject"): "reviews.points_are_never_paid",
    ("dispute", "approve"): "reviews.entry_is_reversed_or_paid",
    ("dispute", "change"): "reviews.entry_is_corrected",
    ("dispute", "reject"): "reviews.entry_stays",
    ("audit", "approve"): "reviews.entry_stays",
    ("audit", "change"): "reviews.entry_is_corrected",
    ("audit", "reject"): "reviews.entry_is_reversed",
    ("peer", "approve"): "reviews.entry_stays",
    ("peer", "change"): "reviews.entry_is_corrected",
    ("peer", "reject"): "reviews.entry_is_reversed",
    ("miss_streak", "approve"): "reviews.difficulty_is_relieved",
    ("miss_streak", "reject"): "reviews.difficulty_stays",
    ("link", "approve"): "reviews.id_is_linked",
    ("link", "reject"): "reviews.id_is_not_linked",
    ("badge", "approve"): "reviews.badge_stays",
    ("badge", "reject"): "reviews.badge_is_paused",
    ("publication", "approve"): "reviews.version_is_published",
    ("publication", "reject"): "reviews.version_is_not_published",
    ("erasure", "approve"): "reviews.member_is_erased",
    ("erasure", "reject"): "reviews.member_is_not_erased",
    ("grant", "approve"): "reviews.points_are_granted",
    ("grant", "reject"): "reviews.points_are_not_granted",
}


def consequences(review: Review) -> dict[Action, Message]:
    """Return what each decision about the review leads to, for whoever decides."""
    names = {name: review.summary.get(name, "") for name in ("badge", "category", "source", "version", "points")}
    return {action: Message(CONSEQUENCES[kind, action], names) for kind, action in CONSEQUENCES if kind == review.kind}


def terms_error(review: Review, terms: Terms, *, badges: Collection[str]) -> Message | None:
    """Return why the terms do not suit the review; None where they do. `badges`: those that may be granted now."""
    changes, upholds = terms.action == "change", review.kind == "dispute" and terms.action == "approve"
    error: Message | None = None
    if review.kind in {"verdict", "unjudged"}:
        proposed = review.summary["badge"]
        granted = terms.badge or proposed
        if terms.remedy or terms.attributes:
            error = Message("reviews.badge_has_no_remedy")
        elif (terms.badge is not None) != changes:
            error = Message("reviews.badge_only_for_change")
        elif terms.badge == proposed:
            error = Message("reviews.badge_was_proposed", {"badge": proposed})
        elif terms.action != "reject" and granted not in badges:
            error = Message("reviews.no_such_judged_badge", {"badge": granted})
    elif terms.badge:
        error = Message("reviews.badge_not_proposed")
    elif bool(terms.attributes) != changes:
        error = Message("reviews.attributes_only_for_change")
    elif (terms.remedy is not None) != upholds:
        error = Message("reviews.remedy_only_for_upheld_dispute")
    elif changes and ("change" not in consequences(review)):
        error = Message("reviews.kind_is_not_changed")
    elif changes and (review.event is None or review.event[0] in {LADDER, ROTATION}):
        error = Message("reviews.own_event_is_reversed")
    elif not {"id", "source"}.isdisjoint(terms.attributes):
        error = Message("reviews.identity_is_not_changed")
    return error


def effects(review: Review) -> tuple[Activity, ...]:
    """Return the activities of a decided review, from the stored decision alone: sent again, they are the same."""
    decided = review.decided
    if decided is None:
        return ()
    source, event = review.event or ("", "")
    name = f"review:{review.id}"
    reason = json.dumps(Message("reviews.decided_by_a_person").to_dict())
    attributes: dict[str, str | int] = {"source": source, "id": event, "reason": reason, **decided.seen}
    match review.kind, decided.terms.action:
        case "verdict" | "unjudged", "approve" | "change":
            badge = decided.terms.badge or review.summary["badge"]
            grant = badge_grant(badge=badge, case=review.summary["case"], verdict=review.subject, by=BY, at=decided.at)
            return (grant,)
        case "grant", "approve":
            return (points_granted(review, decided.at),)
        case _, "change":  # in Ladder's name, not in the source's, which could otherwise take the id or correct it back
            corrected = {**decided.terms.attributes, **decided.seen, "source": source, "id": event}
            return (Activity(source=LADDER, id=name, type=CORRECTED, occurred_at=decided.at, attributes=corrected),)
        case "hold", "approve":  # under the id of the release by time: whichever comes first counts
            worth = int(review.summary["worth"]) if "worth" in review.summary else None
            why = Message("reviews.decided_by_a_person")
            return (release((source, event), worth=worth, reason=why, now=decided.at, review=review.id),)
        case "hold", "reject":
            kind = DENIED
            attributes |= {"points": int(review.summary.get("released", "0"))}
        case "dispute", "approve":
            kind = UPHELD if decided.terms.remedy == "release" else REVERSED
        case "audit" | "peer", "reject":
            kind = REVERSED
        case _:
            return ()
    return (Activity(source=LADDER, id=name, type=kind, occurred_at=decided.at, attributes=attributes),)


def points_granted(review: Review, at: datetime) -> Activity:
    """Return the grant that two people gave, under the id of its request: a second one is the same event."""
    summary = review.summary
    return Activity(
        source=LADDER,
        id=f"grant:{summary['request']}",
        type=POINTS_GRANTED,
        occurred_at=at,
        attributes={"points": int(summary["points"]), "by": BY, "reason": summary["reason"]},
    )


def relief_of(review: Review) -> DifficultyRelief | None:
    """Return the difficulty relief that approving a review of missed challenges gives; rejecting it gives none."""
    if review.kind != "miss_streak" or review.decided is None or review.decided.terms.action != "approve":
        return None
    return DifficultyRelief(member=review.member, category=review.summary["category"], since=review.decided.at)
