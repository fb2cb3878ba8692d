"""The stores and services of the publishing function, and the context of one request."""

from collections.abc import Callable
from dataclasses import dataclass

from ladder.domain.judging.check import Models
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.files import WrittenPrograms
from ladder.domain.programs.ports import Publications
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import Decisions, People, ReviewQueue
from ladder.web.app import REQUEST_CONTEXT, Routes
from ladder.web.staff import StaffRequest, StaffServices


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(StaffServices):
    """`models`: those that judges may use; `ledger`: one that knows a program's names."""

    publications: Publications
    written: WrittenPrograms
    decisions: Decisions
    people: People
    reviews: ReviewQueue
    models: Models
    ledger: Callable[[Program | None], Ledger]


type RequestContext = StaffRequest[Services]


def request_context(routes: Routes) -> RequestContext:
    context: RequestContext = routes.context[REQUEST_CONTEXT]
    return context
