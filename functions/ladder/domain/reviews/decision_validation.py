"""Validate the terms of a decision: that they suit the review, the entry and the limit of points.

Each `…_error` returns what is wrong, or "".
"""

from collections.abc import Collection, Mapping, Sequence

from ladder.domain.activities.activity import (
    LADDER,
    ROTATION,
    Activity,
    Key,
)
from ladder.domain.points.amendments import Amendments, reversal_refusal
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, State
from ladder.domain.points.replay import CompiledVersions, balance, replay
from ladder.domain.reviews.review import Review, Terms
from ladder.domain.validation.constraints import Plain


def decision_error(review: Review, terms: Terms, *, badges: Collection[str]) -> str:
    """Return why the terms do not suit the review; `badges`: those that may be granted now."""
    if review.kind in {"verdict", "unjudged"}:
        return _badge_error(review, terms, badges)
    if terms.badge:
        return "badge: only a review of a proposed badge takes one"
    if bool(terms.attributes) != (terms.action == "change"):
        return "attributes: required for change, and only for change"
    if (terms.remedy is not None) != (review.kind == "dispute" and terms.action == "approve"):
        return "remedy: required to approve a dispute, and only for that"
    if terms.action != "change":
        return ""
    if review.kind in {"hold", "miss_streak", "link", "badge"}:
        return f"decision: a review of the kind {review.kind} is approved or rejected"
    if review.event is None or review.event[0] in {LADDER, ROTATION}:
        return "decision: an event of Ladder itself is reversed, not corrected"
    for name in ("id", "source"):
        if name in terms.attributes:
            return f"attributes: {name} identifies the event and cannot be changed: leave it out"
    return ""


def _badge_error(review: Review, terms: Terms, badges: Collection[str]) -> str:
    proposed = review.summary.get("badge")
    if terms.remedy or terms.attributes:
        return "decision: a proposed badge has no remedy and no attributes"
    if (terms.badge is not None) != (terms.action == "change"):
        return "badge: required for change, and only for change"
    if terms.badge is not None and terms.badge == proposed:
        return "badge: this one was proposed: approve it"
    if terms.action != "reject" and (terms.badge or proposed) not in badges:
        return "badge: the program has no such judged badge"
    return ""


def remedy_error(terms: Terms, entry: Entry) -> str:
    """Return why an upheld dispute would change nothing about its entry."""
    if terms.remedy == "reverse":
        return reversal_refusal(entry.activity)
    if terms.remedy == "release" and not entry.waits:
        return "this entry has no held points: reverse it, change it, or grant points"
    return ""


def attributes_error(recorded: Sequence[Entry], key: Key, attributes: Mapping[str, Plain]) -> str:
    """Return why these attributes do not correct the entry of that key: it has to have each, of the same kind."""
    entry = next((entry for entry in recorded if entry.key == key), None)
    if entry is None:
        return "attributes: the member has no such entry any more"
    known = Amendments.among(entry.activity for entry in recorded).applied(entry.activity).attributes
    for name, value in attributes.items():
        if name not in known:
            return f"attributes.{name}: unknown; the entry has {', '.join(sorted(known)) or 'none'}"
        was = known[name]
        if was is not None and value is not None and _kind(was) != _kind(value):
            return f"attributes.{name}: the entry has {_kind(was)} there: give {_kind(was)}"
    return ""


def _kind(value: Plain) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a text" if isinstance(value, str) else "a number"


def points_gained(
    correction: Activity, recorded: Sequence[Entry], *, books: CompiledVersions, now: CompiledProgram
) -> int:
    """Return the points, paid or held, that the member's whole ledger gains by the correction."""
    after, _ = replay(books, now, State(), recorded, [correction], allowances={})
    earned, _, held = balance(recorded)
    return after.earned + after.held - earned - held
