"""HTTP routes of the whole program: who asks, its teams, its nights, and completion by tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from ladder.web.app import REQUEST_CONTEXT, new_routes
from ladder.web.program_named import ProgramNamed
from supervision.api_models import (
    CSV,
    LONGEST_NAME,
    LONGEST_POSITION,
    MEMBER,
    MOMENT,
    MOST_DAYS,
    MOST_EXPORTED,
    MOST_ORDERS,
    MOST_VERSIONS,
    NEWEST_VERSION,
    POSITION,
    PROGRAM,
    REVIEW,
    USUAL_DAYS,
    USUAL_ORDERS,
    USUAL_VERSIONS,
    responses,
)
from supervision.services import RequestContext, request_context
from supervision.show_audit import AuditFilter, AuditPage, show_audit
from supervision.show_completion import Completions, show_completion
from supervision.show_messages import ProgramMessages, show_messages
from supervision.show_nights import NightContext, Nights, show_nights
from supervision.show_orders import OrderPage, orders_as_csv, show_orders
from supervision.show_team import Team as ShownTeam
from supervision.show_team import show_team
from supervision.show_versions import (
    Changes,
    ShownVersion,
    VersionPage,
    show_changes,
    show_version,
    show_versions,
)
from supervision.show_waiting import WaitingList, show_waiting

routes = new_routes()

PREFIX = "/programs/<program>"
Program = Annotated[str, Path(pattern=PROGRAM, description="the program of the login")]
Team = Annotated[str, Path(max_length=LONGEST_NAME, description="the team's name, as in the roster")]
Version = Annotated[int, Path(ge=1, le=NEWEST_VERSION, description="the version's number")]
LastDays = Annotated[int, Query(ge=1, le=MOST_DAYS, description="how many days, up to today")]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffProfile:
    """`declared`: they have said which `member` they are, or that they do not play; `name`: that member's."""

    subject: str
    name: str | None
    member: str | None
    program: ProgramNamed
    roles: Sequence[str]
    teams: Sequence[str]
    declared: bool


@routes.get(
    "/me",
    summary="Show who I am among the staff: my program, my roles, my teams, and which member I said to be",
    responses=responses("Who asks", refused=()),
    operation_id="showMyself",
)
def get_me() -> StaffProfile:
    context: RequestContext = routes.context[REQUEST_CONTEXT]
    viewer = context.viewer
    declaration = context.services.declarations.of(viewer.program, viewer.subject)
    own = next((member for member in context.roster if member.id == declaration.member), None)
    return StaffProfile(
        subject=viewer.subject,
        name=own.display_name if own else None,
        member=declaration.member,
        program=ProgramNamed.of(context.compiled),
        roles=sorted(viewer.roles),
        teams=viewer.teams,
        declared=declaration.made,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamNamed:
    team: str
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamList:
    """Teams that the viewer looks after; an admin sees all."""

    teams: tuple[TeamNamed, ...]


@routes.get(
    f"{PREFIX}/teams",
    summary="List the teams that I look after",
    responses=responses("The teams, by name"),
    operation_id="listTeams",
)
def get_teams(program: Program) -> TeamList:
    context = request_context(routes, program)
    names = [member.team for _, member in context.viewer.visible(context.roster) if member.team and member.active]
    return TeamList(teams=tuple(TeamNamed(team=team, members=names.count(team)) for team in sorted(set(names))))


@routes.get(
    f"{PREFIX}/teams/<team>",
    summary="Show a team: who may need help, what waits for a decision, what to recognise soon",
    responses=responses("The team; its members in the order of their names"),
    operation_id="showTeam",
)
def get_team(program: Program, team: Team) -> ShownTeam:
    context = request_context(routes, program)
    roster = context.roster
    context.viewer.require_team(team, {member.team for member in roster if member.team})
    members = [
        (slot, member) for slot, member in context.viewer.visible(roster) if member.team == team and member.active
    ]
    states = context.services.states(context.compiled).states_of(program, [member.id for _, member in members])
    return show_team(context, team, members, states)


@routes.get(
    f"{PREFIX}/nights",
    summary="List the nights: what ran, with which targets, what a cap lowered or dropped, and why",
    responses=responses("The nights, newest first"),
    operation_id="listNights",
)
def get_nights(program: Program, days: LastDays = USUAL_DAYS) -> Nights:
    context = request_context(routes, program)
    first, last = context.today - timedelta(days=days - 1), context.today + timedelta(days=1)
    rotations = context.services.rotations.between(program, first, last)
    usage = context.services.night_usage
    about = NightContext(
        rules={version: context.rules(version) for version in {rotation.program_version for rotation in rotations}},
        names=context.staff_names,
        usage=usage.between(program, first, last),
        model_tokens=usage.model_tokens(program, {rotation.claim.date for rotation in rotations}),
    )
    return Nights(program=program, nights=show_nights(rotations, about))


@routes.get(
    f"{PREFIX}/completion",
    summary="Count by day, category and tier who was asked, and who met their target",
    responses=responses("The counts; nobody is named"),
    operation_id="showCompletion",
)
def get_completion(
    program: Program,
    days: LastDays = USUAL_DAYS,
    team: Annotated[str | None, Query(max_length=LONGEST_NAME, description="only members of this team")] = None,
) -> Completions:
    context = request_context(routes, program)
    slots = None
    if team is not None:
        roster = context.roster
        context.viewer.require_team(team, {member.team for member in roster if member.team})
        slots = [slot for slot, member in enumerate(roster) if member.team == team and member.active]
    return show_completion(
        program,
        first=context.today - timedelta(days=days - 1),
        last=context.today,
        team=team,
        slots=slots,
        current=context.compiled.challenges,
        rotations=context.services.rotations,
        assignments=context.services.assignments,
    )


@routes.get(
    f"{PREFIX}/waiting",
    summary="List what waits for a confirmation or a review about members whom I may see, and whose turn it is",
    responses=responses("What waits, the longest first"),
    operation_id="listWaiting",
)
def get_waiting(program: Program) -> WaitingList:
    context = request_context(routes, program)
    return show_waiting(context, [member for _, member in context.viewer.visible(context.roster)])


@routes.get(
    f"{PREFIX}/audit",
    summary="Look something up in the audit: by member, review or night, newest first",
    responses=responses("A page of records, each with the seal that proves it"),
    operation_id="showAudit",
)
def get_audit(
    program: Program,
    *,
    member: Annotated[str | None, Query(pattern=MEMBER, description="about this member, or by them")] = None,
    decision: Annotated[str | None, Query(pattern=REVIEW, description="about this review, by its address")] = None,
    night: Annotated[date | None, Query(description="about the rotation of this date")] = None,
    before: Annotated[str | None, Query(pattern=MOMENT, description="`before` of the page before")] = None,
) -> AuditPage:
    context = request_context(routes, program)
    context.viewer.require_admin()
    services = context.services
    salt = services.salt(program, decision.partition(".")[0]) if decision else None
    wanted = AuditFilter(member=member, decision=decision, night=night, salt=salt)
    return show_audit(program, wanted, before=before, audit=services.audit, names=context.staff_names)


@routes.get(
    f"{PREFIX}/messages",
    summary="List what waits to be said, by channel, and what no channel takes; without words of it",
    responses=responses("What waits, the first that is due first"),
    operation_id="showWaitingMessages",
)
def get_messages(program: Program) -> ProgramMessages:
    context = request_context(routes, program)
    context.viewer.require_admin()
    rules = context.services.programs.current(program).delivery
    return show_messages(program, rules, outbox=context.services.outbox, now=context.now)


@routes.get(
    f"{PREFIX}/orders",
    summary="List what members ordered",
    responses=responses("A page of orders, newest first"),
    operation_id="listOrders",
)
def get_orders(
    program: Program,
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_ORDERS, description="orders per page")] = USUAL_ORDERS,
    before: Annotated[
        str | None, Query(pattern=POSITION, max_length=LONGEST_POSITION, description="`before` of the page before")
    ] = None,
) -> OrderPage:
    context = request_context(routes, program)
    context.viewer.require_admin()
    return show_orders(context, before=before, limit=limit)


@routes.get(
    f"{PREFIX}/orders.csv",
    summary="Download the newest orders as a table",
    responses=responses("A table of comma-separated values", media_type=CSV),
    operation_id="exportOrders",
)
def get_orders_csv(program: Program) -> Response[str]:
    context = request_context(routes, program)
    context.viewer.require_admin()
    named = {"content-disposition": 'attachment; filename="orders.csv"', "x-content-type-options": "nosniff"}
    return Response(200, CSV, orders_as_csv(context, most=MOST_EXPORTED), named)


@routes.get(
    f"{PREFIX}/versions",
    summary="List the versions of the program: who published which, and what each has paused",
    responses=responses("The versions, newest first"),
    operation_id="listVersions",
)
def get_versions(
    program: Program,
    *,
    limit: Annotated[int, Query(ge=1, le=MOST_VERSIONS, description="versions per page")] = USUAL_VERSIONS,
    before: Annotated[
        int, Query(ge=1, le=NEWEST_VERSION, description="the `before` of the page before")
    ] = NEWEST_VERSION,
) -> VersionPage:
    context = request_context(routes, program)
    context.viewer.require_admin()
    return show_versions(
        program, before=before, limit=limit, published=context.services.published, names=context.staff_names
    )


@routes.get(
    f"{PREFIX}/versions/<version>",
    summary="Show a version as it was written, and as it is stored",
    responses=responses("The version"),
    operation_id="showVersion",
)
def get_version(program: Program, version: Version) -> ShownVersion:
    context = request_context(routes, program)
    context.viewer.require_admin()
    return show_version(
        program, version, context.services.published, context.services.written, names=context.staff_names
    )


@routes.get(
    f"{PREFIX}/versions/<version>/changes",
    summary="Compare a version with another, line by line",
    responses=responses("The lines that changed, with some around them"),
    operation_id="showChanges",
)
def get_changes(
    program: Program,
    version: Version,
    since: Annotated[int, Query(ge=1, le=NEWEST_VERSION, description="the version to compare with")],
) -> Changes:
    context = request_context(routes, program)
    context.viewer.require_admin()
    return show_changes(program, version, since, context.services.published, context.services.written)
