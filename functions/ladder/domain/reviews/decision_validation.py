"""A correction by a reviewer: facts that the entry has, and no more points than a person may give at once."""

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
from ladder.domain.programs.rules import Plain
from ladder.domain.reviews.review import Review, Terms


def attributes_error(recorded: Sequence[Entry], key: Key, attributes: Mapping[str, Plain]) -> str:
    """Why these attributes do not correct the entry of that key; "" where they do."""
    entry = next((each for each in recorded if each.key == key), None)
    if entry is None:
        return "attributes: the member has no such entry any more"
    known = Amendments.among(each.activity for each in recorded).applied(entry.activity).attributes
    for name, value in attributes.items():
        if name not in known:
            return f"attributes.{name}: the entry has none of that name; it has {', '.join(sorted(known)) or 'none'}"
        if not _is_alike(known[name], value):
            return f"attributes.{name}: the entry has {_kind(known[name])} there: give another of that kind"
    return ""


def points_gained(
    correction: Activity, recorded: Sequence[Entry], *, books: CompiledVersions, now: CompiledProgram
) -> int:
    """Points, paid or held, that the member's whole ledger comes to with the correction, less those without it."""
    after, _ = replay(books, now, State(), recorded, [correction], allowances={})
    earned, _, held = balance(recorded)
    return after.earned + after.held - earned - held


def _is_alike(was: Plain, now: Plain) -> bool:
    return was is None or now is None or _kind(was) == _kind(now)


def _kind(value: Plain) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a text" if isinstance(value, str) else "a number"


def remedy_error(terms: Terms, entry: Entry) -> str:
    """Why an upheld dispute would change nothing of the entry that it is about; "" where it does."""
    if terms.remedy == "reverse":
        return reversal_refusal(entry.activity)
    if terms.remedy == "release" and not entry.waits:
        return "nothing of this entry was ever held back: reverse it, change it, or grant points by hand"
    return ""


def decision_error(review: Review, terms: Terms, *, badges: Collection[str]) -> str:
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
    if review.kind in {"hold", "miss_streak", "link", "badge"}:
        return f"decision: a review of the kind {review.kind} is approved or rejected"
    if review.event is None or review.event[0] in {LADDER, ROTATION}:
        return "decision: what Ladder itself reported is reversed, not corrected"
    named = next((name for name in ("id", "source") if name in terms.attributes), "")
    return f"attributes: {named} names the event, and is no attribute of it: leave it out" if named else ""
