"""What an admin does about one member, over HTTP."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin import answers
from admin.api_models import (
    MEMBER,
    PROGRAM,
    BadgeGrantBody,
    ErasureBody,
    EvaluationBody,
    LoginBody,
    PointsGrantBody,
    RevocationBody,
)
from admin.desk import Visit, visit_of
from admin.erase import Erased, erase
from admin.export import Exported, export
from admin.grant import Done, grant_badge, grant_points, revoke
from admin.link import LinkedLogin, link_member
from admin.reevaluate import Reevaluated, reevaluate
from ladder.web.app import new_routes, placed

routes = new_routes()

OF = "/admin/programs/<program>/members/<member>"
Program = Annotated[str, Path(pattern=PROGRAM, description="the one that the login looks after")]
Member = Annotated[str, Path(pattern=MEMBER, description="his random id")]


def _visit(program: str) -> Visit:
    return visit_of(routes).administer(program)


@routes.post(
    f"{OF}/grants",
    summary="Give points or a badge by hand",
    responses=answers.answers(
        good={200: "The same was asked for before", 201: "It will be in his ledger in a moment"},
        refused=answers.POSTING,
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
    responses=answers.answers(
        good={200: "The same was asked for before", 201: "It will be in his ledger in a moment"},
        refused=answers.POSTING,
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
    responses=answers.answers(good={200: "What he has, and whether anything was put right"}, refused=answers.POSTING),
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
    responses=answers.answers(good={200: "One document, of nobody else"}, refused=answers.ONE),
    operation_id="exportMember",
)
def exported(program: Program, member: Member) -> Exported:
    visit = _visit(program)
    return export(visit.staff, member=member, now=visit.now, shelves=visit.shelves(visit.program))


@routes.post(
    f"{OF}/erasure",
    summary="Forget him, for good; his points stay as facts about nobody",
    responses=answers.answers(
        good={200: "He had been forgotten before, or nearly", 201: "He is forgotten"}, refused=answers.POSTING
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
    summary="Say by which id a system, or the login, knows him",
    responses=answers.answers(good={200: "It leads to him, now or since before"}, refused=answers.POSTING),
    operation_id="linkLogin",
)
def logins(program: Program, member: Member, body: Annotated[LoginBody, Body()]) -> LinkedLogin:
    visit = _visit(program)
    return link_member(
        visit.staff,
        visit.program,
        member=member,
        source=body.source,
        raw=body.user,
        now=visit.now,
        programs=visit.desk.programs,
        links=visit.desk.links,
    )
