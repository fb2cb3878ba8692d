"""HTTP routes that change a program: checks of files, drafts, versions, pauses, and reviews of the program itself."""

from dataclasses import asdict, replace
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from ladder.domain.errors import InvalidRequest
from ladder.domain.message import Message
from ladder.domain.points.edit_effects import EffectSummary
from ladder.domain.programs.json_patch import PatchStep
from ladder.domain.programs.ports import current_of
from ladder.domain.programs.program import Program
from ladder.domain.reviews.colleagues import Waiting
from ladder.domain.reviews.permissions import authorize
from ladder.program_validation import stored_form
from ladder.web.app import created, new_routes
from ladder.web.reviews import Address, DecisionBody, DecisionResult
from ladder.web.staff import POSTING, ProgramKey, responses
from publishing.api_models import DraftBody, FilesBody, PatchBody, PauseBody, VersionBody
from publishing.decide_review import decide_review
from publishing.drafts import CheckedFiles, check_files, read_draft, read_files
from publishing.propose import ProposedRules, propose
from publishing.services import RequestContext, request_context
from publishing.trial import SimulationReport, effects_on_members, simulate_draft
from publishing.versions import Published, WaitingVersion, pause, publish

routes = new_routes()

PREFIX, RULES = "/admin/programs/<program>", "/api/gamification/rules"  # of the program that the login looks after
LARGE = ("/checks", "/drafts", "/versions")  # routes whose bodies hold a whole program
TRIAL_SECONDS = 15.0  # of the 30 after which the API gives up


def _draft(context: RequestContext, body: DraftBody) -> Program:
    """Return the program of a request, and keep the files that it was written in.

    Raises InvalidRequest with every problem, or where it holds neither form, or both.
    """
    if (body.program is None) == (body.files is None):
        raise InvalidRequest(Message("admin.program_or_files"))
    if body.files is None:
        return read_draft(body.program or {})
    draft = read_files(body.files.files)
    if draft.key == context.staff.program:
        context.services.written.keep(draft, body.files.files)
    return draft


@routes.post(
    f"{PREFIX}/checks",
    summary="Check a program's files: every problem with its line; nothing is written",
    responses=responses(good={200: "The problems, or none"}, refused=POSTING),
    operation_id="checkFiles",
)
def post_check(program: ProgramKey, body: Annotated[FilesBody, Body()]) -> CheckedFiles:
    context = request_context(routes).administer(program)
    services = context.services
    return check_files(
        context.staff, body.files, models=services.models, today=context.now.date(), programs=services.programs
    )


@routes.post(
    f"{PREFIX}/drafts",
    summary="Simulate a draft: who would have earned what in the last 30 days; only the audit is written",
    responses=responses(good={200: "Members whose results would change"}, refused=POSTING),
    operation_id="simulateDraft",
)
def post_draft(program: ProgramKey, body: Annotated[DraftBody, Body()]) -> SimulationReport:
    context = request_context(routes).administer(program)
    return _simulated(context, _draft(context, body))


def _simulated(context: RequestContext, draft: Program) -> SimulationReport:
    services, program = context.services, context.staff.program
    simulation = simulate_draft(
        context.staff,
        draft,
        now=context.now,
        models=services.models,
        programs=services.programs,
        people=services.people,
        ledger=services.ledger(current_of(program, services.programs)),
        version=context.version,
        decisions=services.decisions,
        time_left=lambda: context.seconds() < TRIAL_SECONDS,
    )
    return SimulationReport.of(simulation, services.programs.roster(program))


@routes.patch(
    RULES,
    summary="Propose a change of the rules: it is tried, and another admin decides about it; nothing goes live",
    responses=responses(
        good={202: "Another admin has to confirm it: see `review`, and `trial` for what it changes"}, refused=POSTING
    ),
    operation_id="proposeRules",
)
def patch_rules(body: Annotated[PatchBody, Body()]) -> Response[ProposedRules]:
    context = request_context(routes).administer(request_context(routes).staff.program)
    services, live = context.services, context.program
    proposed = propose(
        context.staff,
        [PatchStep(op=step.op, path=step.path, value=step.value) for step in body.operations],
        live=live,
        stored=stored_form(live),
        after=body.after,
        reason=body.reasons,
        now=context.now,
        models=services.models,
        programs=services.programs,
        publications=services.publications,
        second=services.second_admin,
        reviews=services.reviews,
        simulate=lambda draft: _simulated(context, draft),
    )
    return created(proposed, again=proposed.review.again, waits=True)


@routes.post(
    f"{PREFIX}/versions",
    summary="Publish a draft as the version after the one it was made from",
    responses=responses(
        good={
            200: "The same was published before",
            201: "Published",
            202: "Another admin has to confirm it: see `review`",
        },
        refused=POSTING,
    ),
    operation_id="publishVersion",
)
def post_version(program: ProgramKey, body: Annotated[VersionBody, Body()]) -> Response[Published | WaitingVersion]:
    context = request_context(routes).administer(program)
    draft = _draft(context, body)
    services, live = context.services, current_of(program, context.services.programs)
    published = publish(
        context.staff,
        draft,
        after=body.after,
        reason=body.reason,
        now=context.now,
        models=context.services.models,
        programs=context.services.programs,
        publications=context.services.publications,
        second=context.services.second_admin,
        reviews=context.services.reviews,
    )
    looked_at, effects = 0, tuple[EffectSummary, ...]()
    if live and (isinstance(published, Waiting) or not published.again):
        looked_at, effects = effects_on_members(
            live, draft, programs=services.programs, states=services.ledger(live), now=context.now
        )
    if isinstance(published, Waiting):
        waiting = WaitingVersion(**asdict(published), looked_at=looked_at, effects=effects)
        return created(waiting, again=published.again, waits=True)
    return created(replace(published, looked_at=looked_at, effects=effects), again=published.again)


@routes.post(
    f"{PREFIX}/pauses",
    summary="Pause or resume a rule, a badge or the whole program",
    responses=responses(good={200: "No change", 201: "Paused or resumed from now on"}, refused=POSTING),
    operation_id="pause",
)
def post_pause(program: ProgramKey, body: Annotated[PauseBody, Body()]) -> Response[Published]:
    context = request_context(routes).administer(program)
    published = pause(
        context.staff,
        body.what,
        body.key,
        paused=body.paused,
        reason=body.reason,
        now=context.now,
        programs=context.services.programs,
        publications=context.services.publications,
    )
    return created(published, again=published.again)


@routes.post(
    f"{PREFIX}/reviews/<review>/decision",
    summary="Approve or reject a review of the program itself: a version, or a badge",
    responses=responses(good={200: "The same was decided before", 201: "Decided"}, refused=POSTING),
    operation_id="decideProgramReview",
)
def post_decision(
    program: ProgramKey, review: Address, body: Annotated[DecisionBody, Body()]
) -> Response[DecisionResult]:
    context = request_context(routes)
    authorize(context.staff, "decide")
    services = context.within(program).services
    result = decide_review(
        context.staff,
        review,
        body.terms,
        body.reason,
        now=context.now,
        models=services.models,
        programs=services.programs,
        publications=services.publications,
        reviews=services.reviews,
        colleagues=services.colleagues,
    )
    return created(result, again=result.again)
