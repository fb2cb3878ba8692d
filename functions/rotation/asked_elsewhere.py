"""Find the agents whom another program asks, so that nobody is asked, and paid, twice for one day and metric."""

from collections import defaultdict
from collections.abc import Iterator, Set

import numpy as np

from ladder.domain.challenges.history import Flags
from ladder.domain.challenges.ports import Assignments, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.members.roster import Roster
from ladder.domain.programs.other_programs import contested_metrics, has_precedence
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program

type Asked = tuple[Set[str], bytes | None]  # metrics, and the tiers that members play on them; None: all who are active


def asked_elsewhere(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
) -> dict[str, Flags]:
    """Return, by metric, the members whom another program on the same platform asks for it on this date: (M,)."""
    flags = defaultdict[str, Flags](lambda: np.zeros(len(roster), dtype=np.bool))
    for key in programs.keys():  # noqa: SIM118  a port, not a dict
        if key == program.key:
            continue
        asked = list(_asked(claim, program, key, programs=programs, rotations=rotations, assignments=assignments))
        if not asked:
            continue
        theirs, slots = programs.roster(key), {member.user: slot for slot, member in enumerate(roster) if member.active}
        both = [(slot, slots[member.user]) for slot, member in enumerate(theirs) if member.user in slots]
        for metrics, played in asked:
            tiers = bytes(member.active for member in theirs) if played is None else played
            members = [mine for slot, mine in both if slot < len(tiers) and tiers[slot]]
            for metric in metrics if members else ():
                flags[metric][members] = True
    return dict(flags)


def _asked(
    claim: Claim,
    program: Program,
    key: str,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
) -> Iterator[Asked]:
    """Yield what another program asks its members for on the date, as far as `program` cannot ask the same.

    A program with precedence asks for all of its metrics on every date, drawn or not: so it does not matter whose night
    is first. What any program has planned for the date it settles, however rosters and versions have changed since.
    """
    other = programs.current(key)
    contested = contested_metrics(program, other, other.challenges.asked_metrics)
    if contested and has_precedence(other, program) and not other.paused:
        yield contested, None
    for rotation in rotations.between(key, claim.date, claim.date):
        if not rotation.plan or (rotation.superseded and not rotation.reached("active")):
            continue
        version = programs.version(key, rotation.program_version)
        categories = [version.challenges.category(selected) for selected in rotation.plan.selected]
        if contested_metrics(program, version, {category.metric for category in categories}):
            assignment = assignments.load(key, rotation.claim.rotation)
            for category in categories:
                yield contested_metrics(program, version, {category.metric}), assignment[category.key].played
