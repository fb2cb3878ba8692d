"""Declare: somebody of the staff says which member they are in their program, or that they do not play in it."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.inbound import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import Conflict, NotFound
from ladder.domain.reviews.permissions import DeclarationChanged, Staff, authorize
from ladder.domain.reviews.ports import Declarations, People


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """`member` None: they do not play. `again`: they had said the same before."""

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
    """Audited; running it again changes nothing. Whoever they declared before stays their own case, too.

    Raises NotThere for nobody of the program, InConflict where they say that they do not play and their login leads to
    a member, or where they declared something else in the same moment.
    """
    authorize(staff, "declare")
    standing = declarations.of(staff.program, staff.subject)
    if standing.says(member):
        return Declared(member=member, again=True)
    if member is not None and not people.known(staff.program, member):
        raise NotFound("there is no such member")
    if member is None and logins.find(staff.program, LOGIN, staff.subject):
        raise Conflict("your login is linked to a member: declare that one")
    try:
        declarations.declare(staff.program, staff.subject, member, after=standing, at=now)
    except DeclarationChanged as changed:
        raise Conflict("you declared something else in the same moment: look again") from changed
    return Declared(member=member, again=False)
