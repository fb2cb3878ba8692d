"""Staff declare which member they are, or that they do not play, before they decide anything."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.reviews.permissions import DeclarationChanged, Staff, authorize
from ladder.domain.reviews.ports import Declarations, People


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
        declarations.declare(staff.program, staff.subject, member, role=staff.role, after=existing, at=now)
    except DeclarationChanged as changed:
        raise Conflict(Message("admin.declared_at_same_moment")) from changed
    return Declared(member=member, again=False)
