"""HTTP routes of one member: grants, revocations, re-evaluation, export, erasure and logins."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin.api_models import (
    MEMBER,
    BadgeGrantBody,
    CommandBody,
    ErasureBody,
    EvaluationBody,
    LoginBody,
    OrderRefusalBody,
    OrderStepBody,
    PointsGrantBody,
    RevocationBody,
    UnlinkBody,
)
from admin.commands import LedgerRequest, authorize_for_member, record_decision, send
from admin.decide_order import OrderDecision, decide_order
from admin.link import LinkedLogin, link_id, refuse_own_login
from admin.personal_data import Erased, erase_decided, erasure_key, export
from admin.services import RequestContext, request_context
from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, POINTS_GRANTED, Activity
from ladder.domain.errors import Conflict, InvalidRequest, NotFound, Rejected
from ladder.domain.message import Message, verbatim
from ladder.domain.points.achievements import badge_messages
from ladder.domain.points.amendments import reversal, reversal_key, reversal_refusal
from ladder.domain.points.ledger import LedgerChange, until_written
from ladder.domain.points.replay import (
    balance,
    last_program_version,
    rebuild,
    replay_state,
    spendable_gain,
    versions_of,
)
from ladder.domain.reviews.audit_records import id_unlinked
from ladder.domain.reviews.colleagues import Waiting
from ladder.domain.reviews.decisions import points_granted
from ladder.domain.reviews.member_export import MemberExport
from ladder.domain.reviews.opening import confirmation_review
from ladder.domain.reviews.permissions import DailyGrant, SecondPersonRequired, authorize
from ladder.domain.reviews.review import review_id
from ladder.web.app import created, new_routes
from ladder.web.staff import ONE, POSTING, ProgramKey, responses

routes = new_routes()

PREFIX = "/admin/programs/<program>/members/<member>"
QUEUED = {200: "The same was requested before", 201: "Queued for the member's ledger"}
WAITING = {202: "Another admin has to confirm it: see `review`"}
Member = Annotated[str, Path(pattern=MEMBER, description="the member's random id")]


@routes.post(
    f"{PREFIX}/grants",
    summary="Grant points or a badge by hand",
    responses=responses(good=QUEUED | WAITING, refused=POSTING),
    operation_id="grant",
)
def grant(
    program: ProgramKey, member: Member, body: Annotated[PointsGrantBody | BadgeGrantBody, Body()]
) -> Response[LedgerRequest | Waiting]:
    """Grant points outside every cap: they correct what the rules got wrong, and use up none of a member's caps.

    A member who has the badge keeps it, and the entry says so. Points beyond what one admin gives alone on a day wait
    for another one. Raises InvalidRequest for more points than the program lets anybody give at once, Conflict for more
    than anybody may give in a day, or where another admin rejected this request.
    """
    context = request_context(routes).administer(program)
    rulebook, limit, granted = context.program.rulebook, None, dict[str, str | int]()
    named = dict[str, str | int]()  # an edit may move the tier before the grant arrives
    if isinstance(body, PointsGrantBody):
        what, kind, granted = "audit.points_granted", POINTS_GRANTED, {"points": body.points}
        if body.points > (most := rulebook.most_granted):
            raise InvalidRequest(Message("admin.too_many_points", {"points": body.points, "most": most}))
        limit = _daily_grant(context, body.points)
    else:
        what, kind, granted = "audit.badge_granted", BADGE_GRANTED, {"badge": body.badge, "tier": body.tier}
        if body.tier > len(tiers := badge_messages(rulebook, body.badge)):
            raise NotFound(Message("admin.no_such_badge", {"program": program, **granted}))
        if "tier" in (parameters := tiers[body.tier - 1].parameters):
            named = {"tier_name": str(parameters["tier"])}
    authorize_for_member(context, member)
    if isinstance(body, PointsGrantBody) and (asked := _asked_before(context, member, body)):
        return created(asked, again=True, waits=isinstance(asked, Waiting))
    try:
        decision, again = record_decision(context, body, what, {**granted, "member": member}, limit)
    except SecondPersonRequired:
        return created(_ask_for_points(context, member, body, **granted), again=False, waits=True)
    activity = Activity(
        source=LADDER,
        id=f"grant:{body.request}",
        type=kind,
        occurred_at=decision.at,
        attributes={**granted, **named, "by": "admin", "reason": body.reason},
    )
    return created(send(context, member, activity, decision, again=again), again=again)


def _daily_grant(context: RequestContext, points: int) -> DailyGrant:
    """Return the grant, with what its admin gives alone on a day where there is another admin who can confirm more."""
    staff, second, program = context.staff, context.services.second_admin, context.program
    most, alone = program.rulebook.most_granted, None
    if second.alone(staff, needed=True) is None:
        alone = second.rules(program).granted_alone(most)
    return DailyGrant.of(staff.program, most_granted=most, by=staff.subject, points=points, at=context.now, alone=alone)


def _ask_for_points(context: RequestContext, member: str, body: CommandBody, **granted: str | int) -> Waiting:
    staff, services = context.staff, context.services
    review = confirmation_review(
        "grant",
        staff.program,
        member,
        body.request,
        by=staff.subject,
        reason=body.reason,
        now=context.now,
        request=body.request,
        points=str(granted["points"]),
    )
    return services.second_admin.ask(staff, review, services.reviews)


def _asked_before(context: RequestContext, member: str, body: PointsGrantBody) -> LedgerRequest | Waiting | None:
    """Return what came of a grant that another admin had to confirm; None where nobody was asked.

    Raises Conflict where the request's id was used for another one, or where it was rejected.
    """
    staff, reviews = context.staff, context.services.reviews
    review = next(iter(reviews.find(staff.program, [(member, review_id("grant", body.request))])), None)
    if review is None:
        return None
    wanted = {"points": str(body.points), "reason": body.reason, "opened_by": staff.subject}
    if any(review.summary[name] != text for name, text in wanted.items()):
        raise Conflict(Message("admin.request_id_used"))
    if review.decided is None:
        return context.services.second_admin.ask(staff, review, reviews)
    if review.decided.terms.action != "approve":
        raise Conflict(Message("admin.grant_rejected"))
    activity = points_granted(review, review.decided.at)
    return LedgerRequest(
        member=member, source=activity.source, id=activity.id, decided_at=activity.occurred_at, again=True
    )


@routes.post(
    f"{PREFIX}/revocations",
    summary="Revoke an entry, and recalculate what depended on it",
    responses=responses(good=QUEUED, refused=POSTING),
    operation_id="revoke",
)
def revoke(program: ProgramKey, member: Member, body: Annotated[RevocationBody, Body()]) -> Response[LedgerRequest]:
    """Revoke an entry, once, whoever asks again. What it gives back, such as an order's price, counts as given.

    Raises Conflict for one that cannot be revoked, or that gives back more than one admin gives in a day: then they
    open a review of it, and another one rejects the entry.
    """
    context, event = request_context(routes).administer(program), (body.source, body.id)
    authorize(context.staff, "administer", member=member)
    entries = context.services.ledger(None).entries(program, member)
    known = {entry.key: entry.activity for entry in entries}
    if event not in known or not context.services.people.known(program, member):
        raise NotFound(Message("admin.no_such_entry"))
    if why := reversal_refusal(known[event]):
        raise Conflict(why)
    if (before := known.get(reversal_key(event))) is not None:
        source, reversed_by, at = before.source, before.id, before.occurred_at
        revoked = LedgerRequest(member=member, source=source, id=reversed_by, decided_at=at, again=True)
        return created(revoked, again=True)
    about = {"member": member, "source": event[0], "event": event[1]}
    versions = versions_of(entries, context.version)
    undone = reversal(event, reason=body.reason, actor="admin", now=context.now)
    gain = spendable_gain(versions, context.services.compiled(program), entries, undone)
    limit = _daily_grant(context, gain) if gain > 0 else None
    try:
        decision, again = record_decision(context, body, "audit.entry_revoked", about, limit)
    except SecondPersonRequired as alone:
        raise Conflict(Message("admin.second_person_for_refund", {"points": gain})) from alone
    activity = reversal(event, reason=body.reason, actor="admin", now=decision.at)
    return created(send(context, member, activity, decision, again=again), again=again)


@routes.post(
    f"{PREFIX}/orders",
    summary="Approve an order, say that it was handed over, or refuse it and give the points back",
    responses=responses(good={200: "Somebody took the step before", 201: "Decided"}, refused=POSTING),
    operation_id="decideOrder",
)
def decide_member_order(
    program: ProgramKey, member: Member, body: Annotated[OrderStepBody | OrderRefusalBody, Body()]
) -> Response[OrderDecision]:
    context = request_context(routes).administer(program)
    services = context.services
    decided = decide_order(
        context.staff,
        member,
        body.order,
        body.step,
        body.reason or "",
        now=context.now,
        ledger=services.ledger(None),
        fulfilments=services.fulfilments,
        queue=services.activities,
    )
    return created(decided, again=decided.again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reevaluation:
    """`changed`: something did not agree, and an entry says what was corrected."""

    member: str
    earned: int
    spent: int
    held: int
    changed: bool


@routes.post(
    f"{PREFIX}/evaluations",
    summary="Replay the member's state from their entries, and correct it where the two do not agree",
    responses=responses(good={200: "The member's balance, and whether anything was corrected"}, refused=POSTING),
    operation_id="reevaluate",
)
def reevaluate(program: ProgramKey, member: Member, body: Annotated[EvaluationBody, Body()]) -> Reevaluation:
    """Replay a member's state. No entry changes; each keeps the rules it was evaluated under.

    Running it again finds nothing to do. Raises Unavailable where others keep the member busy.
    """
    context = request_context(routes).administer(program)
    authorize_for_member(context, member)
    record_decision(context, body, "audit.member_reevaluated", {"member": member})
    ledger = context.services.ledger(context.program)

    def attempt() -> Reevaluation:
        before, _ = ledger.load(program, member, ())
        entries = ledger.entries(program, member)
        versions = versions_of(entries, context.version)
        replayed = replay_state(versions, entries)
        # How often the state was written, and which marks are archived by now, is a matter of storage.
        stored, expected = (
            replace(state, version=0, seen={**state.archive, **state.seen}, archive={}) for state in (before, replayed)
        )
        totals = (before.earned, before.spent, before.held)
        changed, after = bool(entries) and (stored != expected or balance(entries) != totals), before
        if changed:
            under, now = last_program_version(entries), context.now
            after, correction = rebuild(before, replayed, entries, program_version=under, at=now)
            ledger.commit(
                LedgerChange(
                    program=program, member=member, before=before, after=after, entries=[correction], due_at=now
                )
            )
        return Reevaluation(member=member, earned=after.earned, spent=after.spent, held=after.held, changed=changed)

    return until_written(attempt, context.services.backoff, busy=f"member {member}")


@routes.get(
    f"{PREFIX}/export",
    summary="Export everything that is stored about the member",
    responses=responses(good={200: "One document, about nobody else"}, refused=ONE),
    operation_id="exportMember",
)
def export_member(program: ProgramKey, member: Member) -> MemberExport:
    context = request_context(routes).administer(program)
    services = context.services
    return export(
        context.staff,
        member=member,
        now=context.now,
        programs=services.programs,
        personal_data=services.personal_data(context.program),
        rotations=services.rotations,
        placements=services.placements,
        figures=services.figures(),
        figures_of_today=services.figures_of_today,
        decisions=services.decisions,
    )


@routes.post(
    f"{PREFIX}/erasure",
    summary="Erase the member for good; their points stay as facts about nobody",
    responses=responses(
        good={200: "Already erased, or erasure in progress", 201: "Erased", **WAITING}, refused=POSTING
    ),
    operation_id="eraseMember",
)
def erase_member(
    program: ProgramKey, member: Member, body: Annotated[ErasureBody, Body()]
) -> Response[Erased | Waiting]:
    """Ask another admin to confirm, or erase at once where one is enough, or where it was confirmed and cut off."""
    context = request_context(routes).administer(program)
    staff, services, second = context.staff, context.services, context.services.second_admin
    alone = second.alone(staff, needed=second.rules(context.program).erasing)
    if alone or services.decisions.find(program, erasure_key(member)):
        erased = erase_decided(context, member, body.reason, about={"alone": alone} if alone else {})
        return created(erased, again=erased.again)
    authorize_for_member(context, member)
    review = confirmation_review(
        "erasure", program, member, member, by=staff.subject, reason=body.reason, now=context.now
    )
    return created(second.ask(staff, review, services.reviews), again=False, waits=True)


@routes.post(
    f"{PREFIX}/logins",
    summary="Link an id at a source, or a login; another admin confirms all but the first",
    responses=responses(
        good={200: "Linked, now or before", 202: "Another admin has to confirm it: see `review`"}, refused=POSTING
    ),
    operation_id="linkLogin",
)
def link_login(program: ProgramKey, member: Member, body: Annotated[LoginBody, Body()]) -> Response[LinkedLogin]:
    """Link one id, audited; running it again changes nothing. Nobody links themselves, or their own login.

    Raises NotFound for nobody of the roster and for no source of the program, Conflict where the id was erased.
    """
    context = request_context(routes).administer(program)
    staff, services = context.staff, context.services
    authorize(staff, "administer", member=member)
    refuse_own_login(staff, body.source, body.user)
    if body.source not in context.program.linked_systems:
        raise NotFound(Message("admin.no_such_source", {"program": program, "source": body.source}))
    if not any(slot.id == member and not slot.erased for slot in services.programs.roster(program)):
        raise NotFound(Message("admin.no_such_member"))
    try:
        linked = link_id(
            staff,
            body.source,
            body.user,
            member,
            reason=body.reason,
            number=0,
            now=context.now,
            links=services.links,
            reviews=services.reviews,
        )
    except Rejected as error:
        raise Conflict(Message("admin.id_or_member_erased")) from error
    status = HTTPStatus.ACCEPTED if linked.review else HTTPStatus.OK
    return Response(status_code=status, content_type="application/json", body=linked)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkedLogin:
    """`again`: it was unlinked before."""

    member: str
    source: str
    again: bool


@routes.post(
    f"{PREFIX}/unlinks",
    summary="Unlink an id from the member; linking it again undoes that",
    responses=responses(good={200: "Unlinked before", 201: "Unlinked"}, refused=POSTING),
    operation_id="unlinkLogin",
)
def unlink_login(program: ProgramKey, member: Member, body: Annotated[UnlinkBody, Body()]) -> Response[UnlinkedLogin]:
    """Unlink an id, audited, until it is linked again, which one person may do for the same member.

    Raises NotFound where the id does not belong to the member.
    """
    context = request_context(routes).administer(program)
    staff, why = context.staff, verbatim(body.reason)
    authorize(staff, "administer", member=member)
    refuse_own_login(staff, body.source, body.user)
    record = id_unlinked(program, member, body.source, by=staff.subject, why=why, at=context.now)
    try:
        is_first = context.services.links.unlink(program, body.source, body.user, member, record)
    except Rejected as error:
        raise NotFound(Message("admin.id_not_linked")) from error
    unlinked = UnlinkedLogin(member=member, source=body.source, again=not is_first)
    return created(unlinked, again=unlinked.again)
