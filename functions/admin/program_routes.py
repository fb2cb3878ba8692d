"""HTTP routes of a whole program: drafts, versions, pauses and rotations."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from admin.api_models import (
    POSTING,
    PROGRAM,
    DraftBody,
    FilesBody,
    MemberBody,
    NotPlayingBody,
    PauseBody,
    RotationBody,
    UserBody,
    VersionBody,
    responses,
)
from admin.commands import record_decision
from admin.services import SIMULATION_SECONDS, RequestContext, request_context
from admin.staff import Declared, Waiting, declare
from admin.versions import (
    CheckedFiles,
    Published,
    SimulationReport,
    check_files,
    current_of,
    effects_on_members,
    pause,
    publish,
    read_draft,
    read_files,
    simulate_draft,
)
from ladder.domain.activities.activity import normalized_id
from ladder.domain.errors import Conflict, InvalidRequest, NotFound, Rejected
from ladder.domain.message import Message
from ladder.domain.programs.program import Program as ProgramDraft
from ladder.domain.programs.start_rotation import start_again
from ladder.domain.reviews.permissions import authorize
from ladder.web.app import created, new_routes

routes = new_routes()

PREFIX = "/admin/programs/<program>"
LARGE = ("/checks", "/drafts", "/versions")  # routes whose bodies hold a whole program
Program = Annotated[str, Path(pattern=PROGRAM, description="the program that the login looks after")]


@routes.put(
    f"{PREFIX}/me",
    summary="Declare which member you are, or that you do not play, before you decide anything",
    responses=responses(good={200: "The same was declared before", 201: "Declared"}, refused=POSTING),
    operation_id="declareMyself",
)
def put_me(program: Program, body: Annotated[MemberBody | UserBody | NotPlayingBody, Body()]) -> Response[Declared]:
    context = request_context(routes)
    authorize(context.staff, "declare")
    services = context.within(program).services
    declared = declare(
        context.staff,
        _declared_member(context, body),
        now=context.now,
        people=services.people,
        logins=services.logins,
        declarations=services.declarations,
    )
    return created(declared, again=declared.again)


def _declared_member(context: RequestContext, body: MemberBody | UserBody | NotPlayingBody) -> str | None:
    """Return the member whom a person says to be. Raises NotFound for a user who is none."""
    if isinstance(body, UserBody):
        roster = context.services.programs.roster(context.staff.program)
        user = normalized_id(body.user)
        member = next((member for member in roster if normalized_id(member.user) == user and not member.erased), None)
        if member is None:
            raise NotFound(Message("admin.no_such_member"))
        return member.id
    return body.member if isinstance(body, MemberBody) else None


def _draft(context: RequestContext, body: DraftBody) -> ProgramDraft:
    """Return the program of a request, and keep the files that it was written in.

    Raises InvalidRequest with every problem, or where it holds neither form, or both.
    """
    if (body.program is None) == (body.files is None):
        raise InvalidRequest(Message("admin.program_or_files"))
    if body.files is None:
        return read_draft(body.program or {})
    draft = read_files(body.files.files)
    if draft.key == context.staff.program:
        context.services.written.keep(draft, body.files.files)
    return draft


@routes.post(
    f"{PREFIX}/checks",
    summary="Check a program's files: every problem with its line; nothing is written",
    responses=responses(good={200: "The problems, or none"}, refused=POSTING),
    operation_id="checkFiles",
)
def post_check(program: Program, body: Annotated[FilesBody, Body()]) -> CheckedFiles:
    context = request_context(routes).administer(program)
    services = context.services
    return check_files(
        context.staff, body.files, models=services.models, today=context.now.date(), programs=services.programs
    )


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
        _draft(context, body),
        now=context.now,
        models=services.models,
        programs=services.programs,
        people=services.people,
        ledger=services.ledger(current_of(program, services.programs)),
        version=context.version,
        decisions=services.decisions,
        time_left=lambda: context.seconds() < SIMULATION_SECONDS,
    )
    return SimulationReport.of(simulation, services.programs.roster(program))


@routes.post(
    f"{PREFIX}/versions",
    summary="Publish a draft as the version after the one it was made from",
    responses=responses(
        good={
            200: "The same was published before",
            201: "Published",
            202: "Another admin has to confirm it: see `review`",
        },
        refused=POSTING,
    ),
    operation_id="publishVersion",
)
def post_version(program: Program, body: Annotated[VersionBody, Body()]) -> Response[Published | Waiting]:
    context = request_context(routes).administer(program)
    draft = _draft(context, body)
    services, live = context.services, current_of(program, context.services.programs)
    published = publish(
        context.staff,
        draft,
        after=body.after,
        reason=body.reason,
        now=context.now,
        models=context.services.models,
        programs=context.services.programs,
        publications=context.services.publications,
        second=context.services.second_admin,
        reviews=context.services.reviews,
    )
    if isinstance(published, Published) and live and not published.again:
        looked_at, effects = effects_on_members(
            live, draft, programs=services.programs, states=services.ledger(live), now=context.now
        )
        published = replace(published, looked_at=looked_at, effects=effects)
    return created(published, again=published.again, waits=isinstance(published, Waiting))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRotation:
    """`again`: this very request started it before."""

    rotation: str
    execution: str
    asked_at: datetime
    again: bool


@routes.post(
    f"{PREFIX}/rotations",
    summary="Start the current rotation again",
    responses=responses(good={200: "This request started it before", 201: "Rotation started"}, refused=POSTING),
    operation_id="rotateAgain",
)
def rotate_again(program: Program, body: Annotated[RotationBody, Body()]) -> Response[StartedRotation]:
    """Start one revision for one request, however often it is made: its claim says who wanted it, when and why.

    Raises Conflict where the date is not the current one, the program is paused or has no nights, or somebody else
    started another revision at the same moment.
    """
    context = request_context(routes).administer(program)
    current, rotations = context.program, context.services.rotations
    authorize(context.staff, "administer")
    decision, _ = record_decision(context, body, "audit.rotation_requested", {"date": body.date.isoformat()})
    # A later attempt of the same request is claimed after the first, in the same words.
    started = next(
        (
            rotation.claim
            for rotation in rotations.between(program, body.date, body.date)
            if rotation.claimed_at >= decision.at and (rotation.actor, rotation.reason) == (decision.who, body.reason)
        ),
        None,
    )
    try:
        claim = started or start_again(
            current,
            body.date,
            actor=decision.who,
            reason=body.reason,
            now=decision.at,
            rotations=rotations,
            executions=context.services.executions(),
        )
    except Rejected as error:
        raise Conflict(*error.args) from error
    if claim is None:
        raise Conflict(Message("admin.rotation_at_same_moment"))
    again, at = started is not None, decision.at
    rotation = StartedRotation(rotation=claim.rotation, execution=claim.execution, asked_at=at, again=again)
    return created(rotation, again=again)
