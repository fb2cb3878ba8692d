"""What an admin does about one member, over HTTP."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin import responses
from admin.api_models import (
    MEMBER,
    PROGRAM,
    BadgeGrantBody,
    ErasureBody,
    EvaluationBody,
    LoginBody,
    PointsGrantBody,
    RevocationBody,
    UnlinkBody,
)
from admin.erase import Erased, erase
from admin.export import Exported, export
from admin.grant import Done, grant_badge, grant_points, revoke
from admin.link import LinkedLogin, UnlinkedLogin, link_member, unlink_member
from admin.reevaluate import Reevaluated, reevaluate
from admin.services import RequestContext, request_context
from ladder.web.app import new_routes, placed

routes = new_routes()

OF = "/admin/programs/<program>/members/<member>"
Program = Annotated[str, Path(pattern=PROGRAM, description="the one that the login looks after")]
Member = Annotated[str, Path(pattern=MEMBER, description="his random id")]


def _visit(program: str) -> RequestContext:
    return request_context(routes).administer(program)


@routes.post(
    f"{OF}/grants",
    summary="Give points or a badge by hand",
    responses=responses.answers(
        good={200: "The same was asked for before", 201: "It will be in his ledger in a moment"},
        refused=responses.POSTING,
    ),
    operation_id="grant",
)
def grants(
    program: Program, member: Member, body: Annotated[PointsGrantBody | BadgeGrantBody, Body()]
) -> Response[Done]:
    visit = _visit(program)
    hand, played = visit.hand(body.request, body.reason), visit.program
    if isinstance(body, PointsGrantBody):
        done = grant_points(hand, played, member=member, points=body.points)
    else:
        done = grant_badge(hand, played, member=member, badge=body.badge, tier=body.tier)
    return placed(done, again=done.again)


@routes.post(
    f"{OF}/revocations",
    summary="Take an entry of his ledger back, and count anew what depended on it",
    responses=responses.answers(
        good={200: "The same was asked for before", 201: "It will be in his ledger in a moment"},
        refused=responses.POSTING,
    ),
    operation_id="revoke",
)
def revocations(program: Program, member: Member, body: Annotated[RevocationBody, Body()]) -> Response[Done]:
    visit = _visit(program)
    hand, event = visit.hand(body.request, body.reason), (body.source, body.id)
    done = revoke(hand, member=member, event=event, ledger=visit.desk.ledger(None))
    return placed(done, again=done.again)


@routes.post(
    f"{OF}/evaluations",
    summary="Fold his state anew from his entries, and put it right where the two do not agree",
    responses=responses.answers(
        good={200: "What he has, and whether anything was put right"}, refused=responses.POSTING
    ),
    operation_id="reevaluate",
)
def evaluations(program: Program, member: Member, body: Annotated[EvaluationBody, Body()]) -> Reevaluated:
    visit = _visit(program)
    return reevaluate(
        visit.hand(body.request, body.reason),
        member=member,
        books=visit.version,
        ledger=visit.desk.ledger(visit.program),
        pause=visit.desk.pause,
    )


@routes.get(
    f"{OF}/export",
    summary="Everything that is kept of him",
    responses=responses.answers(good={200: "One document, of nobody else"}, refused=responses.ONE),
    operation_id="exportMember",
)
def exported(program: Program, member: Member) -> Exported:
    visit = _visit(program)
    return export(visit.staff, member=member, now=visit.now, shelves=visit.shelves(visit.program))


@routes.post(
    f"{OF}/erasure",
    summary="Forget him, for good; his points stay as facts about nobody",
    responses=responses.answers(
        good={200: "He had been forgotten before, or nearly", 201: "He is forgotten"}, refused=responses.POSTING
    ),
    operation_id="eraseMember",
)
def erasure(program: Program, member: Member, body: Annotated[ErasureBody, Body()]) -> Response[Erased]:
    visit = _visit(program)
    archive = visit.archive(visit.program)
    done = erase(visit.staff, member=member, reason=body.reason, now=visit.now, archive=archive)
    return placed(done, again=done.again)


@routes.post(
    f"{OF}/logins",
    summary="Say by which id a system, or the login, knows them; a second person confirms all but the first",
    responses=responses.answers(
        good={200: "It leads to them, now or since before", 202: "Another admin decides it: see `review`"},
        refused=responses.POSTING,
    ),
    operation_id="linkLogin",
)
def logins(program: Program, member: Member, body: Annotated[LoginBody, Body()]) -> Response[LinkedLogin]:
    visit = _visit(program)
    done = link_member(
        visit.staff,
        visit.program,
        member=member,
        source=body.source,
        raw=body.user,
        reason=body.reason,
        now=visit.now,
        linking=visit.desk.linking,
    )
    status = HTTPStatus.ACCEPTED if done.review else HTTPStatus.OK
    return Response(status_code=status, content_type="application/json", body=done)


@routes.post(
    f"{OF}/unlinks",
    summary="Say that an id is not theirs; linking it again takes that back",
    responses=responses.answers(
        good={200: "It was unlinked before", 201: "It leads to nobody"}, refused=responses.POSTING
    ),
    operation_id="unlinkLogin",
)
def unlinks(program: Program, member: Member, body: Annotated[UnlinkBody, Body()]) -> Response[UnlinkedLogin]:
    visit = _visit(program)
    done = unlink_member(
        visit.staff,
        member=member,
        source=body.source,
        raw=body.user,
        reason=body.reason,
        now=visit.now,
        links=visit.desk.links,
    )
    return placed(done, again=done.again)
