"""The desk: who asks, when, and everything that an act may look through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from admin.erase import Archive
from admin.export import Shelves
from admin.grant import AdminCommand
from admin.link import Linking
from admin.publish import current_of
from admin.simulate_draft import Ledgers
from admin.staff import Colleagues
from ladder.domain.activities.ports import Activities, Identities, Logins
from ladder.domain.challenges.ports import Executions, MemberMetrics, MemberStandings, Rotations
from ladder.domain.errors import NotFound
from ladder.domain.judging.ports import Verdicts
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, Ledger
from ladder.domain.program_check import Models
from ladder.domain.programs.ports import Programs, Publications
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
from ladder.web.app import VISIT

TRIAL_SECONDS = 15.0  # of the 30 after which the API gives up


class Routes(Protocol):
    @property
    def context(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`models`: that judges may be; `ledger`: one that knows a program's names; `book`: a version, made ready."""

    programs: Programs
    publications: Publications
    decisions: Decisions
    activities: Activities
    people: People
    identities: Identities
    links: Links
    logins: Logins
    declarations: Declarations
    erasures: Erasures
    reviews: ReviewQueue
    reviewers: Reviewers
    disputes: Disputes
    verdicts: Verdicts
    rotations: Rotations
    placements: MemberStandings
    models: Models
    executions: Callable[[], Executions]
    figures: Callable[[], MemberMetrics]
    ledger: Callable[[Program | None], Ledger]
    belongings: Callable[[Program], PersonalData]
    current: Callable[[str], CompiledProgram]
    book: Callable[[str, int], CompiledProgram]
    pause: Callable[[int], None]

    @property
    def linking(self) -> Linking:
        return Linking(programs=self.programs, links=self.links, reviews=self.reviews)

    @property
    def colleagues(self) -> Colleagues:
        return Colleagues(reviewers=self.reviewers, logins=self.logins, declarations=self.declarations)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request. `seconds`: how long it has been under way."""

    staff: Staff
    now: datetime
    desk: Services
    seconds: Callable[[], float]

    @property
    def program(self) -> Program:
        """As it is played now. Raises NotThere where nothing was ever published."""
        current = current_of(self.staff.program, self.desk.programs)
        if current is None:
            raise NotFound(f"{self.staff.program} was never published")
        return current

    def administer(self, program: str) -> "RequestContext":
        """Roles first; another's program is as if it were not there. Raises NotAllowed or NotThere."""
        authorize(self.staff, "administer")
        return self.inside(program)

    def inside(self, program: str) -> "RequestContext":
        """Raises NotThere for another program than the login looks after."""
        if program != self.staff.program:
            raise NotFound("there is no such program")
        return self

    @property
    def book(self) -> CompiledProgram:
        return self.desk.current(self.staff.program)

    def version(self, version: int) -> CompiledProgram:
        return self.desk.book(self.staff.program, version)

    def hand(self, request: str, reason: str) -> AdminCommand:
        return AdminCommand(
            staff=self.staff,
            request=request,
            reason=reason,
            now=self.now,
            decisions=self.desk.decisions,
            activities=self.desk.activities,
            people=self.desk.people,
        )

    def ledgers(self) -> Ledgers:
        return Ledgers(people=self.desk.people, ledger=self.desk.ledger(None), books=self.version)

    def in_time(self) -> bool:
        return self.seconds() < TRIAL_SECONDS

    def shelves(self, program: Program) -> Shelves:
        return Shelves(
            programs=self.desk.programs,
            belongings=self.desk.belongings(program),
            rotations=self.desk.rotations,
            placements=self.desk.placements,
            figures=self.desk.figures(),
            decisions=self.desk.decisions,
        )

    def archive(self, program: Program) -> Archive:
        return Archive(
            programs=self.desk.programs,
            people=self.desk.people,
            identities=self.desk.identities,
            ledger=self.desk.ledger(program),
            books=self.version,
            decisions=self.desk.decisions,
            erasures=self.desk.erasures,
        )


def request_context(routes: Routes) -> RequestContext:
    visit: RequestContext = routes.context[VISIT]
    return visit
