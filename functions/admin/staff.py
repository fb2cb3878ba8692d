"""Staff: who asks, which program they look after, their role, and which cases are their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.message import Message
from ladder.domain.reviews.permissions import (
    ROLES,
    DeclarationChanged,
    Staff,
    authorize,
    may_decide,
    role_to_decide,
)
from ladder.domain.reviews.ports import Declarations, People, Reviewers
from ladder.domain.reviews.review import Review
from ladder.web.claims import Claims, login


def staff(claims: Claims, *, now: datetime, logins: Logins, declarations: Declarations) -> Staff:
    """Return who asks, by the claims of their token.

    Nobody decides their own case: members that their login leads or once led to, and those that they declared.

    Raises NotAuthenticated for no valid id token, NotAuthorized for one without a program or a role.
    """
    user = login(claims, now=now)
    role = next((role for role in reversed(ROLES) if role in user.groups), None)  # groups that are no role are ignored
    if user.program is None:
        raise NotAuthorized(Message("admin.no_single_program"))
    if role is None:
        raise NotAuthorized(Message("admin.no_role", {"roles": ", ".join(ROLES)}))
    declaration = declarations.of(user.program, user.subject)
    own = declaration.own | _linked(user.program, user.subject, logins)
    return Staff(user.subject, user.program, role, own, declared=declaration.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """Those who may decide reviews, and which cases are their own."""

    reviewers: Reviewers
    logins: Logins
    declarations: Declarations

    def of(self, review: Review) -> Sequence[str]:
        """Return the subjects of everybody whose role is enough for the review."""
        return self.reviewers.of(review.program, role_to_decide(review))

    def is_own(self, subject: str, review: Review) -> bool:
        declared = self.declarations.of(review.program, subject).own
        return bool(review.members & (declared | _linked(review.program, subject, self.logins)))

    def free(self, review: Review) -> list[str]:
        """Return everybody who may decide it: it is not their own case, and they did not open it."""
        return [
            subject for subject in self.of(review) if may_decide(subject, review) and not self.is_own(subject, review)
        ]


def _linked(program: str, subject: str, logins: Logins) -> frozenset[str]:
    member = logins.find(program, LOGIN, subject)
    return frozenset({member} if member else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """`member` None: they do not play. `again`: they declared the same before."""

    member: str | None
    again: bool


def declare(
    staff: Staff,
    member: str | None,
    *,
    now: datetime,
    people: People,
    logins: Logins,
    declarations: Declarations,
) -> Declared:
    """Declare which member somebody of the staff is, or that they do not play. Audited; running it again does nothing.

    A member that they declared before stays their own case, too.

    Raises NotFound for no member of the program; Conflict where they declare that they do not play and their login
    leads to a member, or where they declared something else at the same moment.
    """
    authorize(staff, "declare")
    existing = declarations.of(staff.program, staff.subject)
    if existing.says(member):
        return Declared(member=member, again=True)
    if member is not None and not people.known(staff.program, member):
        raise NotFound(Message("admin.no_such_member"))
    if member is None and logins.find(staff.program, LOGIN, staff.subject):
        raise Conflict(Message("admin.declare_linked_member"))
    try:
        declarations.declare(staff.program, staff.subject, member, after=existing, at=now)
    except DeclarationChanged as changed:
        raise Conflict(Message("admin.declared_at_same_moment")) from changed
    return Declared(member=member, again=False)
