"""HTTP routes of a whole program: drafts, versions, pauses and rotations."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin.api_models import (
    POSTING,
    PROGRAM,
    DraftBody,
    MemberBody,
    NotPlayingBody,
    PauseBody,
    RotationBody,
    VersionBody,
    responses,
)
from admin.commands import StartedRotation, rotate
from admin.services import SIMULATION_SECONDS, request_context
from admin.staff import Declared, declare
from admin.versions import Published, SimulationReport, pause, publish, read_draft, simulate_draft
from ladder.domain.reviews.permissions import authorize
from ladder.web.app import created, new_routes

routes = new_routes()

PREFIX = "/admin/programs/<program>"
LARGE = ("/drafts", "/versions")  # routes whose bodies hold a whole program
Program = Annotated[str, Path(pattern=PROGRAM, description="the program that the login looks after")]


@routes.put(
    f"{PREFIX}/me",
    summary="Declare which member you are, or that you do not play, before you decide anything",
    responses=responses(good={200: "The same was declared before", 201: "Declared"}, refused=POSTING),
    operation_id="declareMyself",
)
def put_me(program: Program, body: Annotated[MemberBody | NotPlayingBody, Body()]) -> Response[Declared]:
    context = request_context(routes)
    authorize(context.staff, "declare")
    services = context.within(program).services
    declared = declare(
        context.staff,
        body.member if isinstance(body, MemberBody) else None,
        now=context.now,
        people=services.people,
        logins=services.logins,
        declarations=services.declarations,
    )
    return created(declared, again=declared.again)


@routes.post(
    f"{PREFIX}/drafts",
    summary="Simulate a draft: who would have earned what in the last 30 days; only the audit is written",
    responses=responses(good={200: "Members whose results would change"}, refused=POSTING),
    operation_id="simulateDraft",
)
def post_draft(program: Program, body: Annotated[DraftBody, Body()]) -> SimulationReport:
    context = request_context(routes).administer(program)
    services = context.services
    simulation = simulate_draft(
        context.staff,
        read_draft(body.program),
        now=context.now,
        models=services.models,
        programs=services.programs,
        people=services.people,
        ledger=services.ledger(None),
        version=context.version,
        decisions=services.decisions,
        time_left=lambda: context.seconds() < SIMULATION_SECONDS,
    )
    return SimulationReport.of(simulation)


@routes.post(
    f"{PREFIX}/versions",
    summary="Publish a draft as the version after the one it was made from",
    responses=responses(good={200: "The same was published before", 201: "Published"}, refused=POSTING),
    operation_id="publishVersion",
)
def post_version(program: Program, body: Annotated[VersionBody, Body()]) -> Response[Published]:
    context = request_context(routes).administer(program)
    published = publish(
        context.staff,
        read_draft(body.program),
        after=body.after,
        reason=body.reason,
        now=context.now,
        models=context.services.models,
        programs=context.services.programs,
        publications=context.services.publications,
    )
    return created(published, again=published.again)


@routes.post(
    f"{PREFIX}/pauses",
    summary="Pause or resume a rule, a badge or the whole program",
    responses=responses(good={200: "No change", 201: "Paused or resumed from now on"}, refused=POSTING),
    operation_id="pause",
)
def post_pause(program: Program, body: Annotated[PauseBody, Body()]) -> Response[Published]:
    context = request_context(routes).administer(program)
    published = pause(
        context.staff,
        body.what,
        body.key,
        paused=body.paused,
        reason=body.reason,
        now=context.now,
        programs=context.services.programs,
        publications=context.services.publications,
    )
    return created(published, again=published.again)


@routes.post(
    f"{PREFIX}/rotations",
    summary="Start the current rotation again",
    responses=responses(good={200: "This request started it before", 201: "Rotation started"}, refused=POSTING),
    operation_id="rotateAgain",
)
def post_rotation(program: Program, body: Annotated[RotationBody, Body()]) -> Response[StartedRotation]:
    context = request_context(routes).administer(program)
    started = rotate(
        context.command(body.request, body.reason),
        context.program,
        body.date,
        rotations=context.services.rotations,
        executions=context.services.executions(),
    )
    return created(started, again=started.again)
