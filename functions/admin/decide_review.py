"""Decide a review once, by a person whose own case it is not, and deliver what follows at least once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from admin.link import refuse_own_login
from ladder.domain.activities.activity import CORRECTED, LADDER, REVERSED, Activity, Delivery, Key, validation_error
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import Conflict, InvalidRequest, MemberErased, NotFound, Unavailable
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments, reversal_refusal
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import CompiledVersions, hold_of, spendable_gain, versions_of
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.decisions import effects, terms_error
from ladder.domain.reviews.permissions import DailyGrant, Staff, authorize, authorize_review
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review, ReviewDecision, Terms
from ladder.web.reviews import DecisionResult, get_review

KINDS = {bool: "boolean", str: "text", int: "number", float: "number"}  # of an attribute's value


def decide_review(
    staff: Staff,
    address: str,
    terms: Terms,
    reason: str,
    *,
    now: datetime,
    current: Callable[[], CompiledProgram],
    version: Callable[[int], CompiledProgram],
    reviews: ReviewQueue,
    ledger: Ledger,
    queue: Activities,
) -> DecisionResult:
    """Decide a review about a member. Running it again delivers what follows again, under the same ids.

    `current`: the program as it is played now; `version`: any version that was published. An erasure that is approved
    is left to whoever calls.

    Raises NotFound, also where the member was erased; NotAuthorized; InvalidRequest where the terms do not fit the
    kind; Conflict where it was decided otherwise, by somebody else, or by time, where it would change nothing, where
    a change would bring more points than its person may give, or where it is about the program itself.
    """
    authorize(staff, "decide")
    review = get_review(staff, address, reviews)
    if review.about_program:  # which only publishing changes
        path = f"/admin/programs/{review.program}/reviews/{address}/decision"
        raise Conflict(Message("reviews.decided_elsewhere", {"path": path}))
    authorize_review(staff, "decide", review)
    if review.kind == "link" and review.status == "open":
        refuse_own_login(staff, review.summary["source"], review.summary["user"])
    if review.status != "open":
        return _again(staff, review, terms, reviews, queue)
    decision = ReviewDecision(terms=terms, reason=reason, by=staff.subject, at=now)
    decided = replace(review, decided=decision)
    grantable = current().rulebook.judged if review.kind in {"verdict", "unjudged"} else ()
    badges = {badge.key for badge in grantable}
    if error := terms_error(review, terms, badges=badges):
        raise InvalidRequest(error)
    if why := next(filter(None, map(validation_error, effects(decided))), ""):
        raise InvalidRequest(Message("reviews.makes_an_invalid_event", {"problem": why}))
    grant = None
    if review.kind == "grant" and terms.action == "approve":
        grant = _granted(review, decision, current().rulebook.most_granted)
    elif review.event and (terms.remedy or terms.attributes or _reverses(decided)):
        entries = ledger.entries(review.program, review.member)
        versions = versions_of(entries, version)
        decision = replace(decision, seen=_seen(review.event, terms, entries, versions, current()))
        decided = replace(review, decided=decision)
        grant = _grant(decided, decision, entries, versions, current())
    try:
        is_first = reviews.decide(review, decision, grant)
    except MemberErased as erased:
        raise NotFound(Message("reviews.member_erased")) from erased
    if not is_first:
        return _again(staff, get_review(staff, address, reviews), terms, reviews, queue)
    deliver(decided, reviews=reviews, queue=queue)
    return DecisionResult.first(review, decision)


def _seen(
    event: Key, terms: Terms, entries: Sequence[Entry], versions: CompiledVersions, now: CompiledProgram
) -> Mapping[str, int]:
    """Return what a decision on a dispute says of the entry's worth: no source raises it later without a person.

    Raises Conflict where a remedy would change nothing: a member who reads that they were right gets something from it.
    """
    entry = next((entry for entry in entries if entry.key == event), None)
    if entry and terms.remedy == "reverse" and (refusal := reversal_refusal(entry.activity)):
        raise Conflict(refusal)
    if entry is None or terms.remedy == "reverse":
        return {}
    before = hold_of(versions, now, entries, event)
    if terms.remedy == "release":
        if before is None or not before.worth:
            raise Conflict(Message("reviews.nothing_held"))
        return {"points": before.worth}
    source, number = event
    changes = {**terms.attributes, "source": source, "id": number}
    at = max(entry.activity.occurred_at for entry in entries)
    correction = Activity(source=LADDER, id="review:", type=CORRECTED, occurred_at=at, attributes=changes)
    after = hold_of(versions, now, entries, event, correction)
    if after is None:
        return {}
    if before is None or not before.released:
        return {"settled": after.others}
    waits = before.released < before.worth  # still, or was denied
    return {"settled": after.others, "released": min(before.released, after.worth) if waits else after.worth}


def _reverses(review: Review) -> bool:
    return any(activity.type == REVERSED for activity in effects(review))


def _granted(review: Review, decision: ReviewDecision, most: int) -> DailyGrant:
    """Return the points of a grant that another admin confirms. Raises Conflict where they are too many by now."""
    points = int(review.summary["points"])
    if points > most:
        raise Conflict(Message("reviews.change_brings_too_much", {"points": points, "most": most}))
    return DailyGrant.of(review.program, most_granted=most, by=decision.by, points=points, at=decision.at)


def _grant(
    review: Review, decision: ReviewDecision, entries: Sequence[Entry], versions: CompiledVersions, now: CompiledProgram
) -> DailyGrant | None:
    """Return the points that the member can have or spend by a correction or a reversal; None where there are none.

    Those that are held are among them. A reversal that somebody else of the staff asked for is the decision of two, and
    counts for neither; a correction has terms of its own, and does. What was held and is upheld is a rule's to give.

    Raises InvalidRequest for attributes that the entry does not have, or has with a value of another kind, Conflict for
    more points than may be given at once.
    """
    most, made = now.rulebook.most_granted, effects(review)
    if not decision.terms.attributes and (decision.terms.remedy == "release" or review.opened_by):
        return None
    if decision.terms.attributes:
        _check_attributes(review, decision.terms, entries)
    points = spendable_gain(versions, now, entries, *made)
    if decision.terms.attributes and points > most:
        raise Conflict(Message("reviews.change_brings_too_much", {"points": points, "most": most}))
    return (
        DailyGrant.of(now.key, most_granted=most, by=decision.by, points=points, at=decision.at) if points > 0 else None
    )


def _check_attributes(review: Review, terms: Terms, entries: Sequence[Entry]) -> None:
    entry = next((entry for entry in entries if entry.key == review.event), None)
    if entry is None:
        raise InvalidRequest(Message("reviews.entry_is_gone"))
    known = Amendments.among(entry.activity for entry in entries).applied(entry.activity).attributes
    for name, value in terms.attributes.items():
        if name not in known:
            attributes = {"name": name, "known": ", ".join(sorted(known))}
            raise InvalidRequest(Message("reviews.attribute_unknown", attributes))
        if None not in (known[name], value) and KINDS[type(known[name])] != KINDS[type(value)]:
            kinds = {"name": name, "kind": KINDS[type(known[name])]}
            raise InvalidRequest(Message("reviews.attribute_of_another_kind", kinds))


def _again(staff: Staff, review: Review, terms: Terms, reviews: ReviewQueue, queue: Activities) -> DecisionResult:
    result = DecisionResult.repeated(staff, review, terms)
    deliver(review, reviews=reviews, queue=queue)
    return result


def deliver(review: Review, *, reviews: ReviewQueue, queue: Activities) -> None:
    """Send what follows from a decision to the ledger's queue. After a crash the same is sent once more."""
    if activities := effects(review):
        queue.send([Delivery(review.program, review.member, activities)])
        reviews.delivered(review)


def deliver_remaining(*, programs: Programs, reviews: ReviewQueue, queue: Activities) -> int:
    """Deliver decisions whose delivery was cut off, and return how many; members erased since are not among them.

    One that fails keeps no other from it. Raises Unavailable where any failed, after all were tried.
    """
    undelivered = [review for key in programs.keys() for review in reviews.undelivered(key)]  # noqa: SIM118 - a store
    failed: list[str] = []
    for review in undelivered:
        try:
            deliver(review, reviews=reviews, queue=queue)
        except Exception:  # noqa: BLE001  whatever is wrong with one, such as a subject that nobody can send
            failed.append(review.address)
    if failed:
        raise Unavailable(f"{len(failed)} of {len(undelivered)} decisions were not delivered, such as {failed[0]}")
    return len(undelivered)
