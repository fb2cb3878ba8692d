"""HTTP routes of members, for their supervisor and for admins: who they are, their days, and what to talk about."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from ladder.domain.challenges.member_days import MemberDays, read_member_days
from ladder.web.app import new_routes
from supervision.api_models import (
    LONGEST_NAME,
    MEMBER,
    MOST_MEMBERS,
    USUAL_DAYS,
    USUAL_MEMBERS,
    responses,
)
from supervision.program_routes import LastDays, Program
from supervision.services import RequestContext, request_context
from supervision.show_members import ListedMember, MemberPage, listed, show_members
from supervision.talking_points import RECENT_DAYS, TalkingPoint, talking_points

routes = new_routes()

PREFIX = "/programs/<program>/members"
Member = Annotated[str, Path(pattern=MEMBER, description="the member's random id")]


@routes.get(
    PREFIX,
    summary="List the members whom I may see, by name",
    responses=responses("A page of members, without anything that they reached"),
    operation_id="listMembers",
)
def get_members(
    program: Program,
    *,
    search: Annotated[str, Query(max_length=LONGEST_NAME, description="a part of a name or an id")] = "",
    team: Annotated[str | None, Query(max_length=LONGEST_NAME, description="only members of this team")] = None,
    active: Annotated[bool, Query(description="those who play; false: those who left")] = True,
    limit: Annotated[int, Query(ge=1, le=MOST_MEMBERS, description="members per page")] = USUAL_MEMBERS,
    after: Annotated[str | None, Query(max_length=2 * LONGEST_NAME, description="`after` of the page before")] = None,
) -> MemberPage:
    context = request_context(routes, program)
    visible = [member for _, member in context.viewer.visible(context.roster)]
    return show_members(visible, search=search, team=team, active=active, limit=limit, after=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMember:
    """`days`: the last ones, with the mix of contacts beside each value. No points: those are the member's own."""

    member: ListedMember
    days: MemberDays


@routes.get(
    f"{PREFIX}/<member>",
    summary="Show a member's last days: values against targets, tiers, and the mix beside them",
    responses=responses("The member's days"),
    operation_id="showMember",
)
def get_member(program: Program, member: Member, days: LastDays = USUAL_DAYS) -> ShownMember:
    return _shown(request_context(routes, program), member, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkingPoints:
    """For a talk with the member, not about them; `points`: up to three."""

    member: ListedMember
    points: tuple[TalkingPoint, ...]


@routes.get(
    f"{PREFIX}/<member>/talking-points",
    summary="Suggest up to three things to talk about with a member, each with facts and a question",
    responses=responses("The talking points"),
    operation_id="suggestTalkingPoints",
)
def get_talking_points(program: Program, member: Member) -> TalkingPoints:
    shown = _shown(request_context(routes, program), member, RECENT_DAYS)
    return TalkingPoints(member=shown.member, points=talking_points(shown.days))


def _shown(context: RequestContext, member: str, days: int) -> ShownMember:
    slot, known = context.viewer.find(context.roster, member)
    services = context.services
    read = read_member_days(
        context.viewer.program,
        slot,
        first=context.today - timedelta(days=days - 1),
        last=context.today,
        current=context.compiled.challenges,
        rules=context.rules,
        rotations=services.rotations,
        placements=services.placements,
        figures=services.figures(),
    )
    return ShownMember(member=listed(known), days=read)
