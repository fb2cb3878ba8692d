"""What a decision means: activities for the ledger, each under an id that makes a second one the same event.

| Kind                  | approve                   | change            | reject                   |
|-----------------------|---------------------------|-------------------|--------------------------|
| `verdict`, `unjudged` | the badge                 | another badge     | nothing                  |
| `hold`                | it pays                   |                   | it never pays            |
| `dispute`             | the entry is reversed, or what it holds back pays | it is corrected | nothing |
| `audit`, `peer`       | nothing: the entry stands | it is corrected   | the entry is reversed    |
| `stretch`             | an ease, see `ease`       |                   | nothing                  |
| `link`                | the id is linked          |                   | nothing                  |
| `badge`               | the badge stays           |                   | the badge is paused      |

A badge that is paused is a version of its own, see `pausing`.
An ease and a link are none of the ledger's: they stand beside the decision from the same moment on. Tiers of
record follow from the figures alone, and no decision sets one.
"""

from collections.abc import Callable, Mapping

from ladder.domain.activities.activity import CORRECTED, DENIED, LADDER, RELEASED, REVERSED, UPHELD, Activity
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.judging.evaluation import badge_grant
from ladder.domain.reviews.review import Kind, Review, ReviewDecision, Terms

BY = "review"  # the ledger does not name who decided; the audit does

type Effect = Callable[[Review, ReviewDecision], Activity]


def effects(review: Review) -> tuple[Activity, ...]:
    """Of what is decided, from what is stored of it alone: so whoever sends it again sends the same."""
    if review.decided is None:
        return ()
    effect = _effect(review.kind, review.decided.terms)
    return (effect(review, review.decided),) if effect else ()


def _effect(kind: Kind, terms: Terms) -> Effect | None:
    if terms.action == "change":
        return _granted if kind in {"verdict", "unjudged"} else _corrected
    if kind == "dispute" and terms.action == "approve":
        return _upheld if terms.remedy == "release" else _reversed
    return EFFECTS.get((kind, terms.action))


def _granted(review: Review, decided: ReviewDecision) -> Activity:
    badge = decided.terms.badge or review.summary["badge"]
    return badge_grant(badge=badge, case=review.summary["case"], verdict=review.subject, by=BY, at=decided.at)


def _released(review: Review, decided: ReviewDecision) -> Activity:
    """Under the id of the release that time would bring: whichever comes first is the one."""
    source, event = review.event or ("", "")
    return _own(f"release:{source}:{event}", RELEASED, review, decided)


def _upheld(review: Review, decided: ReviewDecision) -> Activity:
    return _own(f"review:{review.id}", UPHELD, review, decided)


def _denied(review: Review, decided: ReviewDecision) -> Activity:
    return _own(f"review:{review.id}", DENIED, review, decided)


def _reversed(review: Review, decided: ReviewDecision) -> Activity:
    return _own(f"review:{review.id}", REVERSED, review, decided)


def _corrected(review: Review, decided: ReviewDecision) -> Activity:
    """In Ladder's name and not in the source's, which could otherwise take the id, or correct it back."""
    source, event = review.event or ("", "")
    return Activity(
        source=LADDER,
        id=f"review:{review.id}",
        type=CORRECTED,
        occurred_at=decided.at,
        attributes={**decided.terms.attributes, "source": source, "id": event},
    )


def _own(name: str, kind: str, review: Review, decided: ReviewDecision) -> Activity:
    source, event = review.event or ("", "")
    return Activity(
        source=LADDER,
        id=name,
        type=kind,
        occurred_at=decided.at,
        attributes={"source": source, "id": event, "reason": "a person looked at it"},
    )


EFFECTS: Mapping[tuple[Kind, str], Effect] = {
    ("verdict", "approve"): _granted,
    ("unjudged", "approve"): _granted,
    ("hold", "approve"): _released,
    ("hold", "reject"): _denied,
    ("audit", "reject"): _reversed,
    ("peer", "reject"): _reversed,
}


def relief_of(review: Review) -> DifficultyRelief | None:
    """What approving a review of missed stretches brings; rejecting it brings nothing."""
    if review.kind != "miss_streak" or review.decided is None or review.decided.terms.action != "approve":
        return None
    return DifficultyRelief(member=review.member, category=review.summary["category"], since=review.decided.at)
