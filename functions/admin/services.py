"""The stores and services of the admin function, and the context of one request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from admin.staff import Colleagues, SecondAdmin
from admin.versions import current_of
from ladder.domain.activities.ports import Activities, Identities, Logins
from ladder.domain.challenges.ports import Executions, MemberMetrics, MemberStandings, Rotations
from ladder.domain.errors import NotFound
from ladder.domain.judging.check import Models
from ladder.domain.judging.ports import Verdicts
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, Ledger
from ladder.domain.programs.files import WrittenPrograms
from ladder.domain.programs.ports import Programs, Publications, TeamRosters
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import (
    Decisions,
    Declarations,
    Erasures,
    Links,
    People,
    PersonalData,
    Reviewers,
    ReviewQueue,
)
from ladder.web.app import REQUEST_CONTEXT

SIMULATION_SECONDS = 15.0  # of the 30 after which the API gives up


class Routes(Protocol):
    @property
    def context(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`models`: those that judges may use; `ledger`: one that knows a program's names; `compiled`: as played now.

    `production`: no program lowers here what takes a second person.
    """

    programs: Programs
    publications: Publications
    written: WrittenPrograms
    decisions: Decisions
    activities: Activities
    people: People
    identities: Identities
    links: Links
    logins: Logins
    declarations: Declarations
    rosters: TeamRosters
    erasures: Erasures
    reviews: ReviewQueue
    reviewers: Reviewers
    disputes: Disputes
    verdicts: Verdicts
    rotations: Rotations
    placements: MemberStandings
    models: Models
    production: bool
    executions: Callable[[], Executions]
    figures: Callable[[], MemberMetrics]
    ledger: Callable[[Program | None], Ledger]
    personal_data: Callable[[Program], PersonalData]
    compiled: Callable[[str], CompiledProgram]
    compiled_version: Callable[[str, int], CompiledProgram]
    backoff: Callable[[int], None]

    @property
    def colleagues(self) -> Colleagues:
        return Colleagues(
            reviewers=self.reviewers, logins=self.logins, declarations=self.declarations, rosters=self.rosters
        )

    @property
    def second_admin(self) -> SecondAdmin:
        return SecondAdmin(production=self.production, colleagues=self.colleagues)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who asks, when, and the services. `seconds`: how long the request has been running."""

    staff: Staff
    now: datetime
    services: Services
    seconds: Callable[[], float]

    @property
    def program(self) -> Program:
        """Return the current version. Raises NotFound where nothing was ever published."""
        current = current_of(self.staff.program, self.services.programs)
        if current is None:
            raise NotFound(Message("admin.never_published", {"program": self.staff.program}))
        return current

    def administer(self, program: str) -> "RequestContext":
        """Check the role first, then the program. Raises NotAuthorized or NotFound."""
        authorize(self.staff, "administer")
        return self.within(program)

    def within(self, program: str) -> "RequestContext":
        """Raises NotFound for another program than the login looks after: nobody learns which others there are."""
        if program != self.staff.program:
            raise NotFound(Message("admin.no_such_program"))
        return self

    def compiled(self) -> CompiledProgram:
        return self.services.compiled(self.staff.program)

    def version(self, version: int) -> CompiledProgram:
        return self.services.compiled_version(self.staff.program, version)


def request_context(routes: Routes) -> RequestContext:
    context: RequestContext = routes.context[REQUEST_CONTEXT]
    return context
