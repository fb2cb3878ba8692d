"""The stores of the supervision function, and the context of one request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from ladder.domain.audit.ports import AuditTrail
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.ports import Assignments, MemberMetrics, MemberStandings, Rotations
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.delivery.ports import Outbox
from ladder.domain.errors import NotFound, Rejected
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.fulfilment import Fulfilments
from ladder.domain.points.orders import Orders
from ladder.domain.points.ports import MemberStates, Teams
from ladder.domain.programs.files import WrittenPrograms
from ladder.domain.programs.ports import Programs, PublishedVersions
from ladder.domain.reviews.ports import Declarations, WaitingReviews
from ladder.domain.reviews.staff_names import StaffNames
from ladder.usage import NightUsages
from ladder.web.app import REQUEST_CONTEXT, Routes
from supervision.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Stores that are only read. `compiled_version`: a published version of a program.

    `staff`: names of those who decide in a program, by subject; `salt`: of the audit records about a member.
    """

    programs: Programs
    rotations: Rotations
    assignments: Assignments
    placements: MemberStandings
    figures: Callable[[], MemberMetrics]
    declarations: Declarations
    teams: Teams
    orders: Orders
    waiting: WaitingReviews
    night_usage: NightUsages
    audit: AuditTrail
    staff: Callable[[str], Mapping[str, str]]
    salt: Callable[[str, str], bytes | None]
    fulfilments: Fulfilments
    outbox: Outbox
    published: PublishedVersions
    written: WrittenPrograms
    states: Callable[[CompiledProgram], MemberStates]
    compiled: Callable[[str], CompiledProgram]
    compiled_version: Callable[[str, int], CompiledProgram]


@dataclass(frozen=True)
class RequestContext:
    """Who asks, when, and the stores; what each answer needs of the program is read once."""

    viewer: Viewer
    now: datetime
    services: Services

    @cached_property
    def compiled(self) -> CompiledProgram:
        """Return the current version of the viewer's program. Raises NotFound where nothing was ever published."""
        program = self.viewer.program
        try:
            return self.services.compiled(program)
        except Rejected as error:
            raise NotFound(Message("admin.never_published", {"program": program})) from error

    @cached_property
    def roster(self) -> Roster:
        return self.services.programs.roster(self.viewer.program)

    @property
    def staff_names(self) -> StaffNames:
        names = {member.id: member.display_name for member in self.roster if not member.erased}
        return StaffNames(lambda: self.services.staff(self.viewer.program), names)

    @cached_property
    def today(self) -> date:
        return local_day(self.compiled.schedule, self.now)

    def rules(self, version: int) -> ChallengeRules:
        return self.services.compiled_version(self.viewer.program, version).challenges


def request_context(routes: Routes, program: str) -> RequestContext:
    """Return the context of a request about a program. Raises NotFound for another than the viewer's."""
    context: RequestContext = routes.context[REQUEST_CONTEXT]
    context.viewer.require_program(program)
    return context
