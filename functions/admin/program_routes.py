"""HTTP routes of a program beside its members: who one is oneself, and its nights."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from admin.api_models import MemberBody, NotPlayingBody, RotationBody, UserBody
from admin.commands import record_decision
from admin.declare import Declared, declare
from admin.services import RequestContext, request_context
from ladder.domain.activities.activity import normalized_id
from ladder.domain.errors import Conflict, NotFound, Rejected
from ladder.domain.message import Message
from ladder.domain.programs.start_rotation import start_again
from ladder.domain.reviews.permissions import authorize
from ladder.web.app import created, new_routes
from ladder.web.staff import POSTING, ProgramKey, responses

routes = new_routes()

PREFIX = "/admin/programs/<program>"


@routes.put(
    f"{PREFIX}/me",
    summary="Declare which member you are, or that you do not play, before you decide anything",
    responses=responses(good={200: "The same was declared before", 201: "Declared"}, refused=POSTING),
    operation_id="declareMyself",
)
def put_me(program: ProgramKey, body: Annotated[MemberBody | UserBody | NotPlayingBody, Body()]) -> Response[Declared]:
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
def rotate_again(program: ProgramKey, body: Annotated[RotationBody, Body()]) -> Response[StartedRotation]:
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
