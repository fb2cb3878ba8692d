"""Who may do what with reviews: by role, in their own program, once they said who they are, never in their own case.

Whoever opened a review does not decide it, whatever its kind.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ladder.domain.errors import NotAuthorized
from ladder.domain.reviews.declaration import how_to_declare
from ladder.domain.reviews.review import Kind, Review

Role = Literal["viewer", "reviewer", "admin"]
Act = Literal["read", "declare", "assign", "decide", "open", "administer"]

ROLES: tuple[Role, ...] = ("viewer", "reviewer", "admin")  # each may do what those before it may
LEAST: Mapping[Act, Role] = {
    "read": "viewer",
    "declare": "reviewer",
    "assign": "reviewer",
    "decide": "reviewer",
    "open": "reviewer",
    "administer": "admin",
}
BY_KIND: Mapping[Kind, Role] = {"link": "admin"}  # where a decision takes more than others do
UNDECLARED: frozenset[Act] = frozenset({"read", "declare"})  # what may be done before one said who one is


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who looks after a program. `own`: every member that they are, were linked to, or ever said to be.

    `declared`: they said which member they are, or that they do not play.
    """

    subject: str  # of their login
    program: str
    role: Role
    own: frozenset[str] = frozenset()
    declared: bool = False


def role_of(groups: Collection[str]) -> Role | None:
    """The highest of them; groups that are no roles of ours count for nothing."""
    return next((role for role in reversed(ROLES) if role in groups), None)


def allow(staff: Staff, act: Act, *, member: str | None = None) -> None:
    """`member`: whose case it is. Raises NotAllowed. Whose program it is is no question: nobody sees another's."""
    if ROLES.index(staff.role) < ROLES.index(LEAST[act]):
        raise NotAuthorized(f"this takes the role {LEAST[act]}, and yours is {staff.role}")
    if act in UNDECLARED:
        return
    if not staff.declared:
        raise NotAuthorized(how_to_declare(staff.program))
    if member is not None and member in staff.own:
        raise NotAuthorized("this is your own case: somebody else decides it")


def may_decide(subject: str, review: Review) -> bool:
    """Whether somebody else opened it."""
    return review.opened_by != subject


def least_to_decide(review: Review) -> Role:
    """The role that a decision of it takes at least."""
    return BY_KIND.get(review.kind, LEAST["decide"])


def allow_in(staff: Staff, act: Act, review: Review) -> None:
    """As `allow`, in this very case. Raises NotAllowed."""
    for member in sorted(review.members):
        allow(staff, act, member=member)
    if act != "decide":
        return
    if ROLES.index(staff.role) < ROLES.index(least := least_to_decide(review)):
        raise NotAuthorized(f"this takes the role {least}, and yours is {staff.role}")
    if not may_decide(staff.subject, review):
        raise NotAuthorized("you opened this review: a colleague decides it")
