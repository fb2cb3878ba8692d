"""Plan: decide the whole rotation before anything outside is touched."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.difficulty_relief import LOOKBACK
from ladder.domain.challenges.ownership import own_rotations, rotations_of_others, taken_metrics
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.plan import (
    OtherPrograms,
    first_history_day,
    members_among,
    participants,
    plan_rotation,
    relieved_members,
)
from ladder.domain.challenges.ports import (
    Assignments,
    ChallengePlatform,
    DifficultyReliefs,
    Histories,
    Participation,
    Rotations,
)
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.members.objections import Objections
from ladder.domain.members.roster import Roster
from ladder.domain.programs.other_programs import groups_of, has_precedence, other_programs, programs_beside
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.programs.start_rotation import remaining_day, too_late
from rotation.asked_elsewhere import asked_elsewhere


def plan(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    histories: Histories,
    reliefs: DifficultyReliefs,
    participation: Participation,
    objections: Objections,
    platform_of: Callable[[Program], ChallengePlatform],
) -> None:
    """Write the plan and its assignment under this rotation. What is planned already stays as it is.

    Budgets are fixed once per date: what a later revision pays beyond the first one's comes from the reserve.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("planned"):
        return
    before = rotations.before(claim.program, claim.date)
    previous = assignments.load(claim.program, before.claim.rotation) if before else {}
    first, last = first_history_day(program.challenges, claim.date, previous), claim.date - timedelta(days=1)
    metrics = tuple(metric.key for metric in program.challenges.metrics)
    history = histories.load(claim.program, first=first, last=last, members=len(roster), metrics=metrics)
    since = night_falls_at(program.schedule, claim.date) - LOOKBACK
    choices = participation.everybody(claim.program) if program.challenges.opt_in else ()
    others, night = other_programs(program, programs), (claim, program, roster)
    asked = asked_elsewhere(
        *night, others, programs=programs, rotations=rotations, assignments=assignments, participation=participation
    )
    beside = programs_beside(program, others)
    taken = _taken_metrics(rotation, program, beside, programs=programs, rotations=rotations, platform_of=platform_of)
    planned = plan_rotation(
        program.challenges,
        program.caps,
        claim.date,
        seed=program.key,
        population=population(program.challenges, roster, claim.date),
        history=history,
        previous=previous,
        last_selected=before.plan.last_selected if before and before.plan else {},
        taken=taken,
        relieved=relieved_members(program.schedule, claim.date, roster, reliefs.decided(claim.program, since=since)),
        take_part=participants(program.challenges, program.schedule, claim.date, roster, choices),
        others=OtherPrograms(asked, groups_of(other for other in beside if has_precedence(other, program))),
        objecting=members_among(roster, objections.everybody(claim.program, "adaptive_difficulty")),
        too_late=too_late(rotation, program.schedule),
    )
    if planned.budgets is not None:
        assignments.fix_budgets(claim.program, claim.date, planned.budgets)
    assignments.save(claim, planned.assignment)
    warnings = (*planned.rotation_plan.warnings, *rotation.warnings)
    rotations.advance(replace(rotation, step="planned", plan=replace(planned.rotation_plan, warnings=warnings)))


def _taken_metrics(
    rotation: Rotation,
    program: Program,
    beside: Iterable[Program],
    *,
    programs: Programs,
    rotations: Rotations,
    platform_of: Callable[[Program], ChallengePlatform],
) -> dict[str, str]:
    """Return the metrics that somebody else's challenge has for the rest of the day, of no program of Ladder.

    Only an outside platform may have such. `beside`: the programs of Ladder on it.
    """
    if not program.challenges.outside_platform:
        return {}
    known = [
        *own_rotations(rotation.claim, rotations),
        *rotations_of_others(rotation.claim, rotations, programs.keys()),  # of those that cannot be read, too
    ]
    rules = [other.challenges for other in beside]
    first, last = remaining_day(rotation, program.schedule)
    return taken_metrics(platform_of(program).active(), program.challenges, known, beside=rules, first=first, last=last)
