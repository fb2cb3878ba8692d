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

from collections.abc import Callable, Collection, Mapping

from ladder.domain.activities.activity import CORRECTED, DENIED, LADDER, RELEASED, REVERSED, ROTATION, UPHELD, Activity
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.judging.evaluation import granted
from ladder.domain.points.amendments import irreversible
from ladder.domain.points.entry import Entry
from ladder.domain.reviews.review import Decided, Kind, Review, Terms

BY = "review"  # the ledger does not name who decided; the audit does

type Effect = Callable[[Review, Decided], Activity]


def effects(review: Review) -> tuple[Activity, ...]:
    """Of what is decided, from what is stored of it alone: so whoever sends it again sends the same."""
    if review.decided is None:
        return ()
    effect = _effect(review.kind, review.decided.terms)
    return (effect(review, review.decided),) if effect else ()


def pointless(terms: Terms, entry: Entry) -> str:
    """Why an upheld dispute would change nothing of the entry that it is about; "" where it does."""
    if terms.remedy == "reverse":
        return irreversible(entry.activity)
    if terms.remedy == "release" and not entry.waits:
        return "nothing of this entry was ever held back: reverse it, change it, or grant points by hand"
    return ""


def change_error(review: Review, terms: Terms, *, badges: Collection[str]) -> str:
    """Why the terms are none for this review; "" where they are. `badges`: that may be granted now."""
    if review.kind in {"verdict", "unjudged"}:
        return _misfit_of_badge(review, terms, badges)
    if terms.badge:
        return "badge: only a proposed badge is changed for another"
    if bool(terms.attributes) != (terms.action == "change"):
        return "attributes: name the right ones with change, and with nothing else"
    if (terms.remedy is not None) != (review.kind == "dispute" and terms.action == "approve"):
        return "remedy: an upheld dispute needs one, and nothing else has one"
    if terms.action == "change":
        return _misfit_of_change(review, terms)
    return ""


def _misfit_of_badge(review: Review, terms: Terms, badges: Collection[str]) -> str:
    if terms.remedy or terms.attributes:
        return "decision: a proposed badge has no remedy and no attributes"
    if (terms.badge is not None) != (terms.action == "change"):
        return "badge: name another one with change, and none with anything else"
    if terms.badge is not None and terms.badge == review.summary.get("badge"):
        return "badge: that is the one which was proposed: approve it"
    if terms.action != "reject" and (terms.badge or review.summary.get("badge")) not in badges:
        return "badge: the program has no such judged badge"
    return ""


def _misfit_of_change(review: Review, terms: Terms) -> str:
    if review.kind in {"hold", "stretch", "link", "badge"}:
        return f"decision: a review of the kind {review.kind} is approved or rejected"
    if review.event is None or review.event[0] in {LADDER, ROTATION}:
        return "decision: what Ladder itself reported is reversed, not corrected"
    named = next((name for name in ("id", "source") if name in terms.attributes), "")
    return f"attributes: {named} names the event, and is no attribute of it: leave it out" if named else ""


def _effect(kind: Kind, terms: Terms) -> Effect | None:
    if terms.action == "change":
        return _granted if kind in {"verdict", "unjudged"} else _corrected
    if kind == "dispute" and terms.action == "approve":
        return _upheld if terms.remedy == "release" else _reversed
    return EFFECTS.get((kind, terms.action))


def _granted(review: Review, decided: Decided) -> Activity:
    badge = decided.terms.badge or review.summary["badge"]
    return granted(badge=badge, case=review.summary["case"], verdict=review.subject, by=BY, at=decided.at)


def _released(review: Review, decided: Decided) -> Activity:
    """Under the id of the release that time would bring: whichever comes first is the one."""
    source, event = review.event or ("", "")
    return _own(f"release:{source}:{event}", RELEASED, review, decided)


def _upheld(review: Review, decided: Decided) -> Activity:
    return _own(f"review:{review.id}", UPHELD, review, decided)


def _denied(review: Review, decided: Decided) -> Activity:
    return _own(f"review:{review.id}", DENIED, review, decided)


def _reversed(review: Review, decided: Decided) -> Activity:
    return _own(f"review:{review.id}", REVERSED, review, decided)


def _corrected(review: Review, decided: Decided) -> Activity:
    """In Ladder's name and not in the source's, which could otherwise take the id, or correct it back."""
    source, event = review.event or ("", "")
    return Activity(
        source=LADDER,
        id=f"review:{review.id}",
        type=CORRECTED,
        occurred_at=decided.at,
        attributes={**decided.terms.attributes, "source": source, "id": event},
    )


def _own(name: str, kind: str, review: Review, decided: Decided) -> Activity:
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
    if review.kind != "stretch" or review.decided is None or review.decided.terms.action != "approve":
        return None
    return DifficultyRelief(member=review.member, category=review.summary["category"], since=review.decided.at)
