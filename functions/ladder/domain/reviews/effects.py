"""What a decision results in: activities for the ledger, each under an id that makes a second one the same event.

| Kind                  | approve                   | change            | reject                   |
|-----------------------|---------------------------|-------------------|--------------------------|
| `verdict`, `unjudged` | the badge is granted      | another badge is  | nothing                  |
| `hold`                | the points are paid       |                   | they are never paid      |
| `dispute`             | the entry is reversed, or its held points are paid | it is corrected | nothing |
| `audit`, `peer`       | nothing: the entry stays  | it is corrected   | the entry is reversed    |
| `miss_streak`         | a difficulty relief       |                   | nothing                  |
| `link`                | the id is linked          |                   | nothing                  |
| `badge`               | the badge stays           |                   | the badge is paused      |

A paused badge is a new version of the program, see `pausing`.
A difficulty relief and a link are not in the ledger: they are stored with the decision. Tiers of record follow from the
metrics alone, and no decision sets one.
"""

from ladder.domain.activities.activity import CORRECTED, DENIED, LADDER, RELEASED, REVERSED, UPHELD, Activity
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.judging.evaluation import badge_grant
from ladder.domain.reviews.review import Review

BY = "review"  # the ledger does not name who decided; the audit does


def effects(review: Review) -> tuple[Activity, ...]:
    """Return the activities of a decided review, from the stored decision alone: sent again, they are the same."""
    decided = review.decided
    if decided is None:
        return ()
    source, event = review.event or ("", "")
    name = f"review:{review.id}"
    attributes = {"source": source, "id": event, "reason": "a person looked at it"}
    match review.kind, decided.terms.action:
        case "verdict" | "unjudged", "approve" | "change":
            badge = decided.terms.badge or review.summary["badge"]
            grant = badge_grant(badge=badge, case=review.summary["case"], verdict=review.subject, by=BY, at=decided.at)
            return (grant,)
        case _, "change":  # in Ladder's name, not in the source's, which could otherwise take the id or correct it back
            corrected = {**decided.terms.attributes, "source": source, "id": event}
            return (Activity(source=LADDER, id=name, type=CORRECTED, occurred_at=decided.at, attributes=corrected),)
        case "hold", "approve":  # under the id of the release by time: whichever comes first counts
            kind, name = RELEASED, f"release:{source}:{event}"
        case "hold", "reject":
            kind = DENIED
        case "dispute", "approve":
            kind = UPHELD if decided.terms.remedy == "release" else REVERSED
        case "audit" | "peer", "reject":
            kind = REVERSED
        case _:
            return ()
    return (Activity(source=LADDER, id=name, type=kind, occurred_at=decided.at, attributes=attributes),)


def relief_of(review: Review) -> DifficultyRelief | None:
    """Return the difficulty relief that approving a review of missed challenges gives; rejecting it gives none."""
    if review.kind != "miss_streak" or review.decided is None or review.decided.terms.action != "approve":
        return None
    return DifficultyRelief(member=review.member, category=review.summary["category"], since=review.decided.at)
