"""Plan: decide the whole night before anything outside is touched."""

from dataclasses import replace
from datetime import date, timedelta

from ladder.domain.calendar import night_falls_at
from ladder.domain.challenges.difficulty_relief import LOOKBACK
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.ownership import everybodys, taken_metrics
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.plan import first_history_day, plan_rotation, relieved_members
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, DifficultyReliefs, Histories, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.members.roster import Roster
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program


def plan(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    histories: Histories,
    eases: DifficultyReliefs,
    platform: ChallengePlatform,
) -> None:
    """Write the night and its assignment under this rotation. What is planned already is kept as it is.

    Budgets are fixed once per date: what a later revision pays beyond the first one's comes from the reserve.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("planned"):
        return
    before = rotations.before(claim.program, claim.date)
    previous = assignments.load(claim.program, before.claim.rotation) if before else {}
    history = _history(claim, program, roster, histories, first_history_day(program, claim.date, previous))
    everybody = population(program, roster, claim.date)
    planned = plan_rotation(
        program,
        claim.date,
        population=everybody,
        history=history,
        previous=previous,
        last_selected=before.plan.last_selected if before and before.plan else {},
        taken=taken_metrics(platform.active(), program, everybodys(claim, rotations, programs)),
        eased=_eased(claim, program, roster, eases),
    )
    if planned.budgets is not None:
        assignments.fix_budgets(claim.program, claim.date, planned.budgets)
    assignments.save(claim, planned.assignment)
    night = replace(planned.rotation_plan, warnings=(*planned.rotation_plan.warnings, *rotation.warnings))
    rotations.advance(replace(rotation, step="planned", plan=night))


def _history(claim: Claim, program: Program, roster: Roster, histories: Histories, first: date) -> History:
    last = claim.date - timedelta(days=1)
    metrics = tuple(metric.key for metric in program.metrics)
    return histories.load(claim.program, first=first, last=last, members=len(roster), metrics=metrics)


def _eased(claim: Claim, program: Program, roster: Roster, eases: DifficultyReliefs) -> dict[str, Flags]:
    since = night_falls_at(program.schedule, claim.date) - LOOKBACK
    return relieved_members(program, claim.date, roster, eases.decided(claim.program, since=since))
