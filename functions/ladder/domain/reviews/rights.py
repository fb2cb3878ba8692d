"""Who may do what with reviews: by his role, in his own program, and never in his own case.

What somebody wants verified by somebody else (`peer`) is not his own case, and yet not his to decide.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ladder.domain.asked import NotAllowed
from ladder.domain.reviews.review import Review

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


def may_decide(subject: str, review: Review) -> bool:
    """Whether it is another's than his who asked for a second pair of eyes."""
    return review.kind != "peer" or review.opened_by != subject


def allow_in(staff: Staff, act: Act, review: Review) -> None:
    """As `allow`, in this very case. Raises NotAllowed."""
    allow(staff, act, member=review.member)
    if act == "decide" and not may_decide(staff.subject, review):
        raise NotAllowed("you asked for somebody else to verify this: a colleague decides it")
