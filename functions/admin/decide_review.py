"""Decide a review once, by a person whose own case it is not, and deliver what follows at least once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from admin.link import refuse_own_login
from ladder.domain.activities.activity import Delivery, validation_error
from ladder.domain.activities.ports import Activities
from ladder.domain.errors import Conflict, InvalidRequest, MemberErased, NotFound, Unavailable
from ladder.domain.message import Message
from ladder.domain.points.amendments import Amendments, reversal_refusal
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.replay import balance, replay
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
    if terms.remedy is not None:  # a member who reads that they were right gets something from it
        entries = ledger.entries(review.program, review.member)
        entry = next((entry for entry in entries if entry.key == review.event), None)
        if entry and terms.remedy == "reverse" and (refusal := reversal_refusal(entry.activity)):
            raise Conflict(refusal)
        if entry and terms.remedy == "release" and not entry.is_held:
            raise Conflict(Message("reviews.nothing_held"))
    grant = _grant(decided, decision, current, version, ledger)
    try:
        is_first = reviews.decide(review, decision, grant)
    except MemberErased as erased:
        raise NotFound(Message("reviews.member_erased")) from erased
    if not is_first:
        return _again(staff, get_review(staff, address, reviews), terms, reviews, queue)
    deliver(decided, reviews=reviews, queue=queue)
    return DecisionResult.first(review, decision)


def _grant(
    review: Review,
    decision: ReviewDecision,
    current: Callable[[], CompiledProgram],
    version: Callable[[int], CompiledProgram],
    ledger: Ledger,
) -> DailyGrant | None:
    """Return the points that a decision gives: of a grant, or what the whole ledger gains by a correction.

    None where it gains none. Those that are held are among them.

    Raises InvalidRequest for attributes that the entry does not have, or has with a value of another kind, Conflict for
    more points than may be given at once.
    """
    if review.kind == "grant" and decision.terms.action == "approve":
        most, points = current().rulebook.most_granted, int(review.summary["points"])
        if points > most:
            raise Conflict(Message("reviews.change_brings_too_much", {"points": points, "most": most}))
        return DailyGrant.of(review.program, most_granted=most, by=decision.by, points=points, at=decision.at)
    if review.event is None or not decision.terms.attributes:
        return None
    entries = ledger.entries(review.program, review.member)
    entry = next((entry for entry in entries if entry.key == review.event), None)
    if entry is None:
        raise InvalidRequest(Message("reviews.entry_is_gone"))
    known = Amendments.among(entry.activity for entry in entries).applied(entry.activity).attributes
    for name, value in decision.terms.attributes.items():
        if name not in known:
            attributes = {"name": name, "known": ", ".join(sorted(known))}
            raise InvalidRequest(Message("reviews.attribute_unknown", attributes))
        if None not in (known[name], value) and KINDS[type(known[name])] != KINDS[type(value)]:
            kinds = {"name": name, "kind": KINDS[type(known[name])]}
            raise InvalidRequest(Message("reviews.attribute_of_another_kind", kinds))
    now, (correction,) = current(), effects(review)
    versions = {number: version(number) for number in {entry.program_version for entry in entries}}
    after, _ = replay(versions, now, State(), entries, [correction], allowances={})
    earned, _, held = balance(entries)
    points, most = after.earned + after.held - earned - held, now.rulebook.most_granted
    if points > most:
        raise Conflict(Message("reviews.change_brings_too_much", {"points": points, "most": most}))
    return (
        DailyGrant.of(now.key, most_granted=most, by=decision.by, points=points, at=decision.at) if points > 0 else None
    )


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
