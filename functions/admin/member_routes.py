"""HTTP routes of one member: grants, revocations, re-evaluation, export, erasure and logins."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin.api_models import (
    MEMBER,
    ONE,
    POSTING,
    PROGRAM,
    BadgeGrantBody,
    ErasureBody,
    EvaluationBody,
    LoginBody,
    PointsGrantBody,
    RevocationBody,
    UnlinkBody,
    responses,
)
from admin.commands import LedgerRequest, Reevaluation, grant_badge, grant_points, reevaluate, revoke
from admin.link import LinkedLogin, UnlinkedLogin, link_member, unlink_member
from admin.personal_data import Erased, MemberExport, erase, export
from admin.services import request_context
from ladder.web.app import created, new_routes

routes = new_routes()

PREFIX = "/admin/programs/<program>/members/<member>"
QUEUED = {200: "The same was requested before", 201: "Queued for the member's ledger"}
Program = Annotated[str, Path(pattern=PROGRAM, description="the program that the login looks after")]
Member = Annotated[str, Path(pattern=MEMBER, description="the member's random id")]


@routes.post(
    f"{PREFIX}/grants",
    summary="Grant points or a badge by hand",
    responses=responses(good=QUEUED, refused=POSTING),
    operation_id="grant",
)
def post_grant(
    program: Program, member: Member, body: Annotated[PointsGrantBody | BadgeGrantBody, Body()]
) -> Response[LedgerRequest]:
    context = request_context(routes).administer(program)
    command, current = context.command(body.request, body.reason), context.program
    if isinstance(body, PointsGrantBody):
        granted = grant_points(command, current, member=member, points=body.points)
    else:
        granted = grant_badge(command, current, member=member, badge=body.badge, tier=body.tier)
    return created(granted, again=granted.again)


@routes.post(
    f"{PREFIX}/revocations",
    summary="Revoke an entry, and recalculate what depended on it",
    responses=responses(good=QUEUED, refused=POSTING),
    operation_id="revoke",
)
def post_revocation(
    program: Program, member: Member, body: Annotated[RevocationBody, Body()]
) -> Response[LedgerRequest]:
    context = request_context(routes).administer(program)
    command, event = context.command(body.request, body.reason), (body.source, body.id)
    revoked = revoke(command, member=member, event=event, ledger=context.services.ledger(None))
    return created(revoked, again=revoked.again)


@routes.post(
    f"{PREFIX}/evaluations",
    summary="Replay the member's state from their entries, and correct it where the two do not agree",
    responses=responses(good={200: "The member's balance, and whether anything was corrected"}, refused=POSTING),
    operation_id="reevaluate",
)
def post_evaluation(program: Program, member: Member, body: Annotated[EvaluationBody, Body()]) -> Reevaluation:
    context = request_context(routes).administer(program)
    return reevaluate(
        context.command(body.request, body.reason),
        member=member,
        version=context.version,
        ledger=context.services.ledger(context.program),
        pause=context.services.backoff,
    )


@routes.get(
    f"{PREFIX}/export",
    summary="Export everything that is stored about the member",
    responses=responses(good={200: "One document, about nobody else"}, refused=ONE),
    operation_id="exportMember",
)
def get_export(program: Program, member: Member) -> MemberExport:
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
        decisions=services.decisions,
    )


@routes.post(
    f"{PREFIX}/erasure",
    summary="Erase the member for good; their points stay as facts about nobody",
    responses=responses(good={200: "Already erased, or erasure in progress", 201: "Erased"}, refused=POSTING),
    operation_id="eraseMember",
)
def post_erasure(program: Program, member: Member, body: Annotated[ErasureBody, Body()]) -> Response[Erased]:
    context = request_context(routes).administer(program)
    services = context.services
    erased = erase(
        context.staff,
        member=member,
        reason=body.reason,
        now=context.now,
        programs=services.programs,
        people=services.people,
        identities=services.identities,
        ledger=services.ledger(context.program),
        version=context.version,
        decisions=services.decisions,
        erasures=services.erasures,
    )
    return created(erased, again=erased.again)


@routes.post(
    f"{PREFIX}/logins",
    summary="Link an id at a source, or a login; another admin confirms all but the first",
    responses=responses(
        good={200: "Linked, now or before", 202: "Another admin has to confirm it: see `review`"}, refused=POSTING
    ),
    operation_id="linkLogin",
)
def post_login(program: Program, member: Member, body: Annotated[LoginBody, Body()]) -> Response[LinkedLogin]:
    context = request_context(routes).administer(program)
    services = context.services
    linked = link_member(
        context.staff,
        context.program,
        member=member,
        source=body.source,
        raw=body.user,
        reason=body.reason,
        now=context.now,
        programs=services.programs,
        links=services.links,
        reviews=services.reviews,
    )
    status = HTTPStatus.ACCEPTED if linked.review else HTTPStatus.OK
    return Response(status_code=status, content_type="application/json", body=linked)


@routes.post(
    f"{PREFIX}/unlinks",
    summary="Unlink an id from the member; linking it again undoes that",
    responses=responses(good={200: "Unlinked before", 201: "Unlinked"}, refused=POSTING),
    operation_id="unlinkLogin",
)
def post_unlink(program: Program, member: Member, body: Annotated[UnlinkBody, Body()]) -> Response[UnlinkedLogin]:
    context = request_context(routes).administer(program)
    unlinked = unlink_member(
        context.staff,
        member=member,
        source=body.source,
        raw=body.user,
        reason=body.reason,
        now=context.now,
        links=context.services.links,
    )
    return created(unlinked, again=unlinked.again)
