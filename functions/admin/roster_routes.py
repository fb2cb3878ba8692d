"""HTTP routes of the roster: enrol members from a file, after a look at what it would change."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Body

from admin.api_models import RosterFileBody
from admin.link import enrol, many_leave
from admin.roster_file import RosterProblem, read_roster
from admin.services import request_context
from ladder.domain.errors import Conflict, InvalidRequest
from ladder.domain.members.roster import Enrolment, enrolled
from ladder.domain.message import Message
from ladder.web.app import new_routes
from ladder.web.staff import POSTING, ProgramKey, responses

routes = new_routes()

LARGE = "/members/file"  # the end of the paths whose body may hold a file
MOST_SHOWN = 100  # of problems, and of users of a kind
NO_CHANGE = Enrolment(roster=(), joined=(), changed=(), returned=(), left=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """The platform's names of the first hundred, and how many there are."""

    users: tuple[str, ...]
    count: int

    @classmethod
    def of(cls, users: tuple[str, ...]) -> Self:
        return cls(users=users[:MOST_SHOWN], count=len(users))


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPreview:
    """What a file changes, or changed where it `applied`; nothing is said where it has problems.

    `rows`: members that the file lists; `playing`: members until then. `confirm_leaving`: so many leave that `leaving`
    has to name the number, for a list that was cut off would take most of them out of the program.
    """

    rows: int
    problems: tuple[RosterProblem, ...]
    problems_found: int
    playing: int
    joined: Users
    changed: Users
    returned: Users
    left: Users
    confirm_leaving: bool
    applied: bool


@routes.post(
    "/admin/programs/<program>/members/file",
    summary="Enrol members from a file: look at what it would change, then apply it; who is not listed leaves",
    responses=responses(good={200: "What it would change, or changed"}, refused=POSTING),
    operation_id="enrolFromFile",
)
def enrol_from_file(program: ProgramKey, body: Annotated[RosterFileBody, Body()]) -> RosterPreview:
    """Look at a file, or make it the roster. Applying the same file again changes nothing.

    Raises InvalidRequest where a file with problems shall be applied, Conflict where many would leave and `leaving`
    does not say so many, and where somebody else changed the roster at the same moment.
    """
    context = request_context(routes).administer(program)
    programs = context.services.programs
    found = read_roster(body.text, channels=programs.current(program).delivery.with_listed_addresses)
    roster = programs.roster(program)
    playing = sum(member.active for member in roster)
    listed = None if found.problems else found.rows  # what half of a list would change says nothing
    enrolment = enrolled(roster, listed, new_id=_new_id, at=context.now) if listed is not None else NO_CHANGE
    many = many_leave(enrolment, playing)
    if body.apply and listed is None:
        raise InvalidRequest(Message("members.file_refused", {"problems": len(found.problems)}))
    if body.apply and many and body.leaving != len(enrolment.left):
        raise Conflict(Message("members.many_would_leave", {"left": len(enrolment.left), "playing": playing}))
    if body.apply and listed is not None:
        enrolment = enrol(
            context.staff,
            listed,
            request=body.request,
            now=context.now,
            programs=programs,
            decisions=context.services.decisions,
            new_id=_new_id,
        )
    return RosterPreview(
        rows=len(found.rows),
        problems=found.problems[:MOST_SHOWN],
        problems_found=len(found.problems),
        playing=playing,
        joined=Users.of(enrolment.joined),
        changed=Users.of(enrolment.changed),
        returned=Users.of(enrolment.returned),
        left=Users.of(enrolment.left),
        confirm_leaving=many,
        applied=body.apply,
    )


def _new_id() -> str:
    return secrets.token_hex(16)
