"""Who may do what with reviews: by his role, in his own program, and never in his own case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ladder.domain.asked import NotAllowed

Role = Literal["viewer", "reviewer", "admin"]
Act = Literal["read", "assign", "decide", "open", "administer"]

ROLES: tuple[Role, ...] = ("viewer", "reviewer", "admin")  # each may do what those before it may
LEAST: Mapping[Act, Role] = {
    "read": "viewer",
    "assign": "reviewer",
    "decide": "reviewer",
    "open": "reviewer",
    "administer": "admin",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who looks after a program. `member`: who he is where he plays in it himself."""

    subject: str  # of his login
    program: str
    role: Role
    member: str | None = None


def role_of(groups: Collection[str]) -> Role | None:
    """The highest of them; groups that are no roles of ours count for nothing."""
    return next((role for role in reversed(ROLES) if role in groups), None)


def allow(staff: Staff, act: Act, *, member: str | None = None) -> None:
    """`member`: whose case it is. Raises NotAllowed. Whose program it is is no question: nobody sees another's."""
    if ROLES.index(staff.role) < ROLES.index(LEAST[act]):
        raise NotAllowed(f"this takes the role {LEAST[act]}, and yours is {staff.role}")
    if act != "read" and member is not None and member == staff.member:
        raise NotAllowed("this is your own case: somebody else decides it")
