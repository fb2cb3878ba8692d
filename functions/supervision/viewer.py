"""The person who asks: their roles, their program, their teams, and whose progress they may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.errors import NotAuthorized, NotFound
from ladder.domain.members.roster import Member, Roster
from ladder.domain.message import Message
from ladder.web.claims import Claims, login

EVERYBODY = frozenset({"admin"})  # roles that may see each member
PROGRAM = frozenset({"viewer", "reviewer", "supervisor", "admin"})  # roles that may see figures of the whole program
SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """`teams`: those that a supervisor looks after."""

    subject: str
    program: str
    roles: frozenset[str]
    teams: tuple[str, ...]

    def require_program(self, program: str) -> None:
        """Raise NotFound for another program than theirs."""
        if program != self.program:
            raise NotFound(Message("admin.no_such_program"))

    def require_admin(self) -> None:
        """Raise NotAuthorized for somebody who may not change the program."""
        if not self.roles & EVERYBODY:
            raise NotAuthorized(
                Message("admin.role_required", {"role": "admin", "yours": ", ".join(sorted(self.roles))})
            )

    def may_see(self, member: Member) -> bool:
        """Return whether they may see the member's days: an admin everybody's, a supervisor those of their teams."""
        if member.erased:
            return False
        return bool(self.roles & EVERYBODY) or (SUPERVISOR in self.roles and member.team in self.teams)

    def visible(self, roster: Roster) -> Sequence[tuple[int, Member]]:
        """Return the members that they may see, each with their slot."""
        return [(slot, member) for slot, member in enumerate(roster) if self.may_see(member)]

    def find(self, roster: Roster, member: str) -> tuple[int, Member]:
        """Return a member and their slot. Raises NotFound also for somebody whom they may not see."""
        found = next(((slot, known) for slot, known in enumerate(roster) if known.id == member), None)
        if found is None or not self.may_see(found[1]):
            raise NotFound(Message("admin.no_such_member"))
        return found

    def require_team(self, team: str, teams: Iterable[str]) -> None:
        """Raise NotFound for no team of the program, and for one that they do not look after."""
        known = team in teams and (bool(self.roles & EVERYBODY) or (SUPERVISOR in self.roles and team in self.teams))
        if not known:
            raise NotFound(Message("supervision.no_such_team"))


def viewer(claims: Claims, *, now: datetime) -> Viewer:
    """Return who asks, by the claims that the gateway has verified.

    Raises NotAuthenticated for no valid id token, NotAuthorized for one without a program or a role.
    """
    user = login(claims, now=now)
    roles = frozenset(user.groups) & PROGRAM
    if user.program is None:
        raise NotAuthorized(Message("admin.no_single_program"))
    if not roles:
        raise NotAuthorized(Message("admin.no_role", {"roles": ", ".join(sorted(PROGRAM))}))
    return Viewer(
        subject=user.subject,
        program=user.program,
        roles=roles,
        teams=user.teams,
    )
