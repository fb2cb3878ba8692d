"""Find the agents whom another program asks, so that nobody is asked, and paid, twice for one day and metric."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

import numpy as np

from ladder.domain.challenges.history import Flags
from ladder.domain.challenges.plan import participants
from ladder.domain.challenges.ports import Assignments, Participation, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.members.roster import Roster
from ladder.domain.programs.other_programs import contested_metrics, has_precedence
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program

type Asked = tuple[Set[str], bytes]  # metrics, and of each of the other program's members whether they are asked


def asked_elsewhere(
    claim: Claim,
    program: Program,
    roster: Roster,
    others: Iterable[Program],
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    participation: Participation,
) -> dict[str, Flags]:
    """Return, by metric, the members whom another program of the same instance asks for it on this date: (M,).

    A program with precedence asks for all of its metrics on every date, drawn or not: so it does not matter whose night
    is first. What any program has planned for the date it settles, however rosters and versions have changed since.

    `others`: all other programs, as they are published now.
    """
    flags = defaultdict[str, Flags](lambda: np.zeros(len(roster), dtype=np.bool))
    for other in others:
        asked = list(_planned(claim, program, other, programs=programs, rotations=rotations, assignments=assignments))
        if has_precedence(other, program) and not other.paused:
            asked += _asked_every_day(claim, program, other, programs=programs, participation=participation)
        if not asked:
            continue
        slots = {member.user: slot for slot, member in enumerate(roster) if member.active}
        theirs = programs.roster(other.key)
        both = [(slot, slots[member.user]) for slot, member in enumerate(theirs) if member.user in slots]
        for metrics, members in asked:
            mine = [slot for their, slot in both if their < len(members) and members[their]]
            for metric in metrics if mine else ():
                flags[metric][mine] = True
    return dict(flags)


def _planned(
    claim: Claim,
    program: Program,
    other: Program,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
) -> Iterator[Asked]:
    """Yield what the other program has planned for the date, as far as `program` cannot ask the same."""
    for rotation in rotations.between(other.key, claim.date, claim.date):
        if not rotation.plan or (rotation.superseded and not rotation.reached("active")):
            continue
        version = programs.version(other.key, rotation.program_version)
        categories = [version.challenges.category(selected) for selected in rotation.plan.selected]
        if contested_metrics(program, version, {category.metric for category in categories}):
            assignment = assignments.load(other.key, rotation.claim.rotation)
            for category in categories:
                yield contested_metrics(program, version, {category.metric}), assignment[category.key].played


def _asked_every_day(
    claim: Claim, program: Program, other: Program, *, programs: Programs, participation: Participation
) -> Iterator[Asked]:
    """Yield what the other program may ask its active members for; in an opt-in category, those who take part."""
    rules = other.challenges
    if not contested_metrics(program, other, rules.asked_metrics):
        return
    roster = programs.roster(other.key)
    choices = participation.everybody(other.key) if rules.opt_in else ()
    take_part = participants(rules, other.schedule, claim.date, roster, choices)
    active = np.array([member.active for member in roster], dtype=np.bool)
    for category in rules.categories:
        asked = active & take_part.get(category.key, active)
        yield contested_metrics(program, other, {category.metric}), asked.tobytes()
