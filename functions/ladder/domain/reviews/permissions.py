"""A declaration: which member somebody of the staff is in their program, or that they do not play.

It is asked for before anybody decides, because a second account that is linked to nobody would hide whose case it is.
What was declared once is never taken back: a new declaration adds to it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, Self

from ladder.domain.errors import Conflict, LadderError, NotAuthorized
from ladder.domain.programs.program import Program
from ladder.domain.reviews.review import Kind, Review


@dataclass(frozen=True, slots=True)
class Declaration:
    """`member` None: they say that they do not play. `own`: every member they ever declared or were linked to.

    `times`: how often they have declared; 0: never.
    """

    member: str | None = None
    own: frozenset[str] = frozenset()
    times: int = 0

    @property
    def made(self) -> bool:
        return self.times > 0

    def says(self, member: str | None) -> bool:
        return self.made and self.member == member


class DeclarationChanged(LadderError):
    """The same person declared something else in the same moment."""


def how_to_declare(program: str) -> str:
    return (
        f'say first who you are in this program: PUT /admin/programs/{program}/me with {{"member": "your member id"}}, '
        'or with {"plays": false} if you do not play in it'
    )


DAILY_FACTOR = 10  # times what may be given at once


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyGrant:
    """Points that a decision gives; `most`: what its person may give on that day (UTC)."""

    program: str
    by: str
    day: date
    points: int
    most: int

    @classmethod
    def of(cls, program: Program, *, by: str, points: int, at: datetime) -> Self:
        most = DAILY_FACTOR * program.rulebook.most_granted
        return cls(program=program.key, by=by, day=at.astimezone(UTC).date(), points=points, most=most)

    def after(self, given: int) -> int:
        """What they have given with this. Raises InConflict where that is more than they may."""
        if given + self.points > self.most:
            raise Conflict(
                f"you have given {given:,} points today, and a person gives {self.most:,} a day at most: "
                "ask a colleague, or wait until tomorrow"
            )
        return given + self.points


Role = Literal["viewer", "reviewer", "admin"]
StaffAction = Literal["read", "declare", "assign", "decide", "open", "administer"]

ROLES: tuple[Role, ...] = ("viewer", "reviewer", "admin")  # each may do what those before it may
REQUIRED_ROLE: Mapping[StaffAction, Role] = {
    "read": "viewer",
    "declare": "reviewer",
    "assign": "reviewer",
    "decide": "reviewer",
    "open": "reviewer",
    "administer": "admin",
}
BY_KIND: Mapping[Kind, Role] = {"link": "admin"}  # where a decision takes more than others do
UNDECLARED: frozenset[StaffAction] = frozenset({"read", "declare"})  # what may be done before one said who one is


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


def authorize(staff: Staff, act: StaffAction, *, member: str | None = None) -> None:
    """`member`: whose case it is. Raises NotAllowed. Whose program it is is no question: nobody sees another's."""
    if ROLES.index(staff.role) < ROLES.index(REQUIRED_ROLE[act]):
        raise NotAuthorized(f"this takes the role {REQUIRED_ROLE[act]}, and yours is {staff.role}")
    if act in UNDECLARED:
        return
    if not staff.declared:
        raise NotAuthorized(how_to_declare(staff.program))
    if member is not None and member in staff.own:
        raise NotAuthorized("this is your own case: somebody else decides it")


def may_decide(subject: str, review: Review) -> bool:
    """Whether somebody else opened it."""
    return review.opened_by != subject


def role_to_decide(review: Review) -> Role:
    """The role that a decision of it takes at least."""
    return BY_KIND.get(review.kind, REQUIRED_ROLE["decide"])


def authorize_review(staff: Staff, act: StaffAction, review: Review) -> None:
    """As `allow`, in this very case. Raises NotAllowed."""
    for member in sorted(review.members):
        authorize(staff, act, member=member)
    if act != "decide":
        return
    if ROLES.index(staff.role) < ROLES.index(least := role_to_decide(review)):
        raise NotAuthorized(f"this takes the role {least}, and yours is {staff.role}")
    if not may_decide(staff.subject, review):
        raise NotAuthorized("you opened this review: a colleague decides it")
