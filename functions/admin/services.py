"""The stores and services of the admin function, and the context of one request."""

from collections.abc import Callable
from dataclasses import dataclass

from ladder.domain.activities.ports import Activities, Identities
from ladder.domain.challenges.ports import Executions, MemberMetrics, MemberStandings, OwnFiguresOfToday, Rotations
from ladder.domain.judging.ports import Verdicts
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.fulfilment import Fulfilments
from ladder.domain.points.ports import Disputes, Ledger
from ladder.domain.programs.ports import Publications
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import Decisions, Erasures, Links, People, PersonalData, ReviewQueue
from ladder.web.app import REQUEST_CONTEXT, Routes
from ladder.web.staff import StaffRequest, StaffServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(StaffServices):
    """`ledger`: one that knows a program's names; `compiled`: as played now; `publications`: drafts to be shown."""

    publications: Publications
    decisions: Decisions
    activities: Activities
    people: People
    identities: Identities
    links: Links
    erasures: Erasures
    reviews: ReviewQueue
    disputes: Disputes
    fulfilments: Fulfilments
    verdicts: Verdicts
    rotations: Rotations
    placements: MemberStandings
    executions: Callable[[], Executions]
    figures: Callable[[], MemberMetrics]
    figures_of_today: OwnFiguresOfToday
    ledger: Callable[[Program | None], Ledger]
    personal_data: Callable[[Program], PersonalData]
    compiled: Callable[[str], CompiledProgram]
    backoff: Callable[[int], None]


type RequestContext = StaffRequest[Services]


def request_context(routes: Routes) -> RequestContext:
    context: RequestContext = routes.context[REQUEST_CONTEXT]
    return context
