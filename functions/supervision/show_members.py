"""Show members: those whom the viewer may see, by name; no list has anybody's points, and none is a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ladder.domain.members.roster import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMember:
    """`user`: the platform's, or the roster's, id of them."""

    member: str
    name: str
    user: str
    team: str | None
    channel: str
    hired_on: date | None
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """`after`: the parameter of the next page; None on the last one. `found`: members on all pages."""

    members: tuple[ListedMember, ...]
    after: str | None
    found: int


def listed(member: Member) -> ListedMember:
    return ListedMember(
        member=member.id,
        name=member.display_name,
        user=member.user,
        team=member.team,
        channel=member.channel,
        hired_on=member.hired_on,
        active=member.active,
    )


def show_members(
    visible: Sequence[Member], *, search: str, team: str | None, active: bool, limit: int, after: str | None
) -> MemberPage:
    """Return a page of members in the order of their names.

    `search`: a part of a name or of an id, in any case; `active`: those who play now, or those who left.
    """
    wanted = search.casefold().strip()
    found = sorted(
        (
            member
            for member in visible
            if member.active == active
            and (team is None or member.team == team)
            and (wanted in member.display_name.casefold() or wanted in member.user.casefold())
        ),
        key=_position,
    )
    rest = [member for member in found if after is None or _position(member) > _position_of(after)]
    page = rest[:limit]
    more = len(rest) > len(page)
    return MemberPage(
        members=tuple(map(listed, page)),
        after="\n".join(_position(page[-1])) if more else None,
        found=len(found),
    )


def _position(member: Member) -> tuple[str, str]:
    return member.display_name.casefold(), member.id


def _position_of(after: str) -> tuple[str, str]:
    name, _, member = after.rpartition("\n")
    return name, member
