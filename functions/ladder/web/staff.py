"""What the functions in which staff act share: who asks, by their token, and the program that they look after."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, StrictStr

from ladder.domain.activities.ports import Logins
from ladder.domain.errors import NotAuthorized, NotFound
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.programs.ports import Programs, TeamRosters, current_of
from ladder.domain.programs.program import Program
from ladder.domain.reviews.colleagues import Colleagues, SecondAdmin, linked
from ladder.domain.reviews.permissions import ROLES, Staff, authorize
from ladder.domain.reviews.ports import Declarations, Reviewers
from ladder.web.app import Responses, documented_responses
from ladder.web.claims import Claims, login

PROGRAM = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
ProgramKey = Annotated[str, Path(pattern=PROGRAM, description="the program that the login looks after")]
Reason = Annotated[StrictStr, Field(pattern=r"\S", min_length=3, max_length=500)]

ERRORS: Mapping[int, str] = {
    403: "Your role does not allow this, or it is your own case",
    404: "Not found in this program",
    409: "Conflict: see `detail`",
}
ONE = (404,)
POSTING = (404, 409, 413, 415)


def responses(*, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Responses:
    return documented_responses(ERRORS, good=good, refused=refused)


def staff(claims: Claims, *, now: datetime, logins: Logins, declarations: Declarations, rosters: TeamRosters) -> Staff:
    """Return who asks, by the claims of their token.

    Nobody decides their own case, which is that of members that their login leads or once led to, and of those that
    they declared; nor anything about the teams that these are in.

    Raises NotAuthenticated for no valid id token, NotAuthorized for one without a program or a role.
    """
    user = login(claims, now=now)
    role = next((role for role in reversed(ROLES) if role in user.groups), None)  # groups that are no role are ignored
    if user.program is None:
        raise NotAuthorized(Message("admin.no_single_program"))
    if role is None:
        raise NotAuthorized(Message("admin.no_role", {"roles": ", ".join(ROLES)}))
    declaration = declarations.of(user.program, user.subject)
    own = declaration.own | linked(user.program, user.subject, logins)
    teammates = rosters.teammates(user.program, own) if own else frozenset[str]()
    return Staff(user.subject, user.program, role, own, declared=declaration.made, teammates=teammates)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """The stores by which a function knows its staff and their program. `compiled_version`: a published version.

    `production`: no program lowers here what takes a second person.
    """

    programs: Programs
    logins: Logins
    declarations: Declarations
    rosters: TeamRosters
    reviewers: Reviewers
    production: bool
    compiled_version: Callable[[str, int], CompiledProgram]

    @property
    def colleagues(self) -> Colleagues:
        return Colleagues(
            reviewers=self.reviewers, logins=self.logins, declarations=self.declarations, rosters=self.rosters
        )

    @property
    def second_admin(self) -> SecondAdmin:
        return SecondAdmin(production=self.production, colleagues=self.colleagues)


@dataclass(frozen=True, slots=True)
class StaffRequest[S: StaffServices]:
    """Who asks, when, and the services of the function. `seconds`: how long the request has been running."""

    staff: Staff
    now: datetime
    services: S
    seconds: Callable[[], float]

    @property
    def program(self) -> Program:
        """Return the current version. Raises NotFound where nothing was ever published."""
        current = current_of(self.staff.program, self.services.programs)
        if current is None:
            raise NotFound(Message("admin.never_published", {"program": self.staff.program}))
        return current

    def administer(self, program: str) -> "StaffRequest[S]":
        """Check the role first, then the program. Raises NotAuthorized or NotFound."""
        authorize(self.staff, "administer")
        return self.within(program)

    def within(self, program: str) -> "StaffRequest[S]":
        """Raises NotFound for another program than the login looks after: nobody learns which others there are."""
        if program != self.staff.program:
            raise NotFound(Message("admin.no_such_program"))
        return self

    def version(self, version: int) -> CompiledProgram:
        return self.services.compiled_version(self.staff.program, version)


def asked_by[S: StaffServices](claims: Claims, services: Callable[[], S]) -> StaffRequest[S]:
    """Return the context of a request. Raises NotAuthenticated or NotAuthorized: see `staff`."""
    began, now, made = time.monotonic(), datetime.now(UTC), services()
    user = staff(claims, now=now, logins=made.logins, declarations=made.declarations, rosters=made.rosters)
    return StaffRequest(user, now, made, lambda: time.monotonic() - began)
