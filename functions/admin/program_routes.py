"""What an admin does about a whole program, over HTTP."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin import responses
from admin.api_models import PROGRAM, DraftBody, MemberBody, NotPlayingBody, PauseBody, RotationBody, VersionBody
from admin.declare import Declared, declare
from admin.publish import Published, pause, publish, read_draft
from admin.rotate import Rotated, rotate
from admin.services import RequestContext, request_context
from admin.show_trial import ShownTrial, shown
from admin.simulate_draft import simulate_draft
from ladder.domain.reviews.permissions import authorize
from ladder.web.app import new_routes, placed

routes = new_routes()

OF = "/admin/programs/<program>"
LARGE = ("/drafts", "/versions")  # whose bodies hold a whole program
Program = Annotated[str, Path(pattern=PROGRAM, description="the one that the login looks after")]


@routes.put(
    f"{OF}/me",
    summary="Say which member you are, or that you do not play; whoever decides says so first",
    responses=responses.answers(good={200: "The same was said before", 201: "Said"}, refused=responses.POSTING),
    operation_id="declareMyself",
)
def me(program: Program, body: Annotated[MemberBody | NotPlayingBody, Body()]) -> Response[Declared]:
    visit = request_context(routes)
    authorize(visit.staff, "declare")
    desk = visit.inside(program).desk
    done = declare(
        visit.staff,
        body.member if isinstance(body, MemberBody) else None,
        now=visit.now,
        people=desk.people,
        logins=desk.logins,
        declarations=desk.declarations,
    )
    return placed(done, again=done.again)


def _visit(program: str) -> RequestContext:
    return request_context(routes).administer(program)


@routes.post(
    f"{OF}/drafts",
    summary="Try a draft: who would have earned what in the last 30 days; nothing is written",
    responses=responses.answers(good={200: "What would have been another"}, refused=responses.POSTING),
    operation_id="simulateDraft",
)
def drafts(program: Program, body: Annotated[DraftBody, Body()]) -> ShownTrial:
    visit = _visit(program)
    trial = simulate_draft(
        visit.staff,
        read_draft(body.program),
        now=visit.now,
        models=visit.desk.models,
        programs=visit.desk.programs,
        ledgers=visit.ledgers(),
        time_left=visit.in_time,
    )
    return shown(trial)


@routes.post(
    f"{OF}/versions",
    summary="Publish a draft upon the version that it was made from",
    responses=responses.answers(
        good={200: "The same was published before", 201: "Published"}, refused=responses.POSTING
    ),
    operation_id="publishVersion",
)
def versions(program: Program, body: Annotated[VersionBody, Body()]) -> Response[Published]:
    visit = _visit(program)
    done = publish(
        visit.staff,
        read_draft(body.program),
        after=body.after,
        reason=body.reason,
        now=visit.now,
        models=visit.desk.models,
        programs=visit.desk.programs,
        publications=visit.desk.publications,
    )
    return placed(done, again=done.again)


@routes.post(
    f"{OF}/pauses",
    summary="Let a rule, a badge or the whole program stand still, or go on",
    responses=responses.answers(good={200: "It was so before", 201: "So from now on"}, refused=responses.POSTING),
    operation_id="pause",
)
def pauses(program: Program, body: Annotated[PauseBody, Body()]) -> Response[Published]:
    visit = _visit(program)
    done = pause(
        visit.staff,
        body.what,
        body.key,
        paused=body.paused,
        reason=body.reason,
        now=visit.now,
        programs=visit.desk.programs,
        publications=visit.desk.publications,
    )
    return placed(done, again=done.again)


@routes.post(
    f"{OF}/rotations",
    summary="Make the current rotation again",
    responses=responses.answers(
        good={200: "This very request had started it before", 201: "It has started"}, refused=responses.POSTING
    ),
    operation_id="rotateAgain",
)
def rotations(program: Program, body: Annotated[RotationBody, Body()]) -> Response[Rotated]:
    visit = _visit(program)
    done = rotate(
        visit.hand(body.request, body.reason),
        visit.program,
        body.date,
        rotations=visit.desk.rotations,
        executions=visit.desk.executions(),
    )
    return placed(done, again=done.again)
