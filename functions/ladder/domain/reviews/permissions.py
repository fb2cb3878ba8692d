"""Permissions of staff: by role, in their own program, after they declared who they are, and never in their own case.

Whoever opened a review does not decide it, whatever its kind, and whoever plays decides nothing about their own team. A
declaration is required before anybody decides, because a second account that is linked to nobody would hide whose case
it is. A declaration is never removed: a new one adds to it. What one person gives in a day, by grants and by reviews
that change an entry, is limited in sum; above a share of it another admin confirms each grant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from ladder.domain.errors import Conflict, LadderError, NotAuthorized
from ladder.domain.message import Message
from ladder.domain.reviews.review import Kind, Review

Role = Literal["viewer", "reviewer", "admin"]
StaffAction = Literal["read", "declare", "assign", "decide", "open", "administer"]

ROLES: tuple[Role, ...] = ("viewer", "reviewer", "admin")  # each includes those before it
REQUIRED_ROLE: Mapping[StaffAction, Role] = {
    "read": "viewer",
    "declare": "reviewer",
    "assign": "reviewer",
    "decide": "reviewer",
    "open": "reviewer",
    "administer": "admin",
}
ROLE_BY_KIND: Mapping[Kind, Role] = {  # where a decision requires more than REQUIRED_ROLE
    "link": "admin",
    "publication": "admin",
    "erasure": "admin",
    "grant": "admin",
}
UNDECLARED: frozenset[StaffAction] = frozenset({"read", "declare"})  # allowed before a declaration
OF_TEAMMATES: frozenset[StaffAction] = frozenset({"open", "assign"})  # allowed in the cases of one's own team
DAILY_FACTOR = 10  # times the most points that one grant may give
MINUTE_SECONDS, MINUTES_A_DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Declaration:
    """Which member somebody of the staff is in their program; `member` None: they do not play.

    `own`: every member they ever declared or were linked to. `times`: how often they have declared; 0: never.
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
    """The same person declared something else at the same time."""


class SecondPersonRequired(LadderError):
    """One person may not do this alone: another admin has to confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyGrant:
    """Points that a decision gives, or makes spendable; `limit`: what its person may give in 24 hours.

    `alone`: what of it they give without another person; None: as much as the limit. Minutes are counted from 1970:
    the 24 hours are those before the decision, and begin anew at no midnight.
    """

    program: str
    by: str
    minute: int
    points: int
    limit: int
    alone: int | None = None

    @classmethod
    def of(
        cls, program: str, *, most_granted: int, by: str, points: int, at: datetime, alone: int | None = None
    ) -> Self:
        minute = int(at.timestamp()) // MINUTE_SECONDS
        return cls(program=program, by=by, minute=minute, points=points, limit=DAILY_FACTOR * most_granted, alone=alone)

    def after(self, by_minute: Mapping[int, int]) -> dict[int, int]:
        """Return the points given by minute, with this decision, without those that are older than a day.

        Raises Conflict where they exceed the limit, SecondPersonRequired where they exceed what one gives alone.
        """
        lately = {at: points for at, points in by_minute.items() if at > self.minute - MINUTES_A_DAY}
        given = sum(lately.values())
        if given + self.points > self.limit:
            raise Conflict(Message("admin.daily_grants_used", {"given": given, "limit": self.limit}))
        if self.alone is not None and given + self.points > self.alone:
            raise SecondPersonRequired(Message("admin.second_person_for_grant", {"given": given, "alone": self.alone}))
        return {**lately, self.minute: lately.get(self.minute, 0) + self.points}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who looks after a program. `own`: every member that they are, were linked to, or ever said to be.

    `teammates`: those who are in a team with one of them, or were lately. `declared`: they said which member they are,
    or that they do not play.
    """

    subject: str  # of their login
    program: str
    role: Role
    own: frozenset[str] = frozenset()
    declared: bool = False
    teammates: frozenset[str] = frozenset()


def authorize(staff: Staff, action: StaffAction, *, member: str | None = None) -> None:
    """Raise NotAuthorized where they may not do this; `member`: whose case it is.

    The program is not checked: another program's data is never loaded.
    """
    _require_role(staff, REQUIRED_ROLE[action])
    if action in UNDECLARED:
        return
    if not staff.declared:
        raise NotAuthorized(Message("admin.declare_first", {"program": staff.program}))
    if member is not None and member in staff.own:
        raise NotAuthorized(Message("admin.own_case"))
    if member is not None and member in staff.teammates and action not in OF_TEAMMATES:
        raise NotAuthorized(Message("admin.own_team"))


def _require_role(staff: Staff, role: Role) -> None:
    if ROLES.index(staff.role) < ROLES.index(role):
        raise NotAuthorized(Message("admin.role_required", {"role": role, "yours": staff.role}))


def may_decide(subject: str, review: Review) -> bool:
    """Return whether somebody else opened the review."""
    return review.opened_by != subject


def role_to_decide(review: Review) -> Role:
    return ROLE_BY_KIND.get(review.kind, REQUIRED_ROLE["decide"])


def authorize_review(staff: Staff, action: StaffAction, review: Review) -> None:
    """Raise NotAuthorized where they may not do this to the review: see `authorize`."""
    for member in sorted(review.members):
        authorize(staff, action, member=member)
    if action != "decide":
        return
    _require_role(staff, role_to_decide(review))
    if not may_decide(staff.subject, review):
        raise NotAuthorized(Message("admin.opened_it_yourself"))
