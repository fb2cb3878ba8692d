"""The types of activities that a rulebook may speak of: those that Ladder knows, and those that a source brings."""

from ladder.domain.activity import AMENDMENTS, BADGE_GRANTED, COMPLETED, DAY_OFF, ORDERED
from ladder.domain.inbound import CANONICAL
from ladder.domain.program import Program

ACCESSED = "content.accessed"
COMPLETED_MODULE = "learner.completed_module"

BOOKED = frozenset(
    {*AMENDMENTS, ORDERED, DAY_OFF, BADGE_GRANTED}
)  # said about activities, points and days: nobody earns by them


def known_types(program: Program) -> frozenset[str]:
    brought = {kind for source in program.sources for kind in source.events.values()}
    return (CANONICAL | brought | {COMPLETED}) - BOOKED
