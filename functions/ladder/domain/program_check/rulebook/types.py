"""The types of activities that a rulebook may speak of: those that Ladder knows, and those that a source brings."""

from ladder.domain.activities.activity import COMPLETED, CORRECTED, DAY_OFF
from ladder.domain.activities.inbound import CANONICAL, OURS
from ladder.domain.programs.program import Program

ACCESSED = "content.accessed"
COMPLETED_MODULE = "learner.completed_module"

# Said about activities, points and days: nobody earns by them.
BOOKED = (OURS - {COMPLETED}) | {CORRECTED, DAY_OFF}


def known_types(program: Program) -> frozenset[str]:
    brought = {kind for source in program.sources for kind in source.events.values()}
    return (CANONICAL | brought | {COMPLETED}) - BOOKED
