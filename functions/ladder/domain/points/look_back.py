"""What an edit gives at once: an easier badge or unlock, a path whose last open step is gone, what a pause kept.

It would come with the member's next event, which may be weeks away. So Ladder reports that the program was edited, to
those for whom that changes something, and all that happened is looked at again under the version that is live.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import EDITED, LADDER, Activity
from ladder.domain.points.achievements import award_achievements
from ladder.domain.points.compiled import CompiledProgram, Goal
from ladder.domain.points.ledger import FINISHED, State


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far the roster was looked at for a version; `next_slot` None: everybody was."""

    version: int
    next_slot: int | None = 0


def program_edited(version: int, at: datetime) -> Activity:
    """Return the event that lets a member have what a version gives: one a version, however often it is sent."""
    return Activity(source=LADDER, id=f"edited:{version}", type=EDITED, occurred_at=at, attributes={"version": version})


def gains_at_once(compiled: CompiledProgram, state: State, replayed: Callable[[], State]) -> bool:
    """Return whether an event of no rule would bring the member something.

    `replayed`: their state by the whole ledger, asked for only where it has to be counted what was not counted before.
    """
    if not state.version:
        return False
    if not compiled.carries.keys().isdisjoint(state.carried_over):
        return True
    for path in compiled.paths:
        done = path.counted(state.paths.get(path.item.key, frozenset()))
        if done and FINISHED not in done and path.marks <= done:
            return True
    if award_achievements(compiled, state.copy()):
        return True
    if state.counted == compiled.digest or not any(goal.requirement.count for goal in _open_goals(compiled, state)):
        return False
    after = replayed()
    return after.unlocks != state.unlocks or any(
        tiers[0] != state.badges.get(badge, (frozenset(), 0))[0] for badge, tiers in after.badges.items()
    )


def _open_goals(compiled: CompiledProgram, state: State) -> Iterator[Goal]:
    """Yield what is asked for what the member has not."""
    yield from (goal for unlock, goals in compiled.unlocks if unlock.key not in state.unlocks for goal in goals)
    for badge, tiers in compiled.badges:
        held = state.badges.get(badge.key, (frozenset(), 0))[0]
        yield from (
            goal
            for mark, goals in zip(compiled.tiers[badge.key], tiers, strict=True)
            if mark not in held
            for goal in goals
        )
