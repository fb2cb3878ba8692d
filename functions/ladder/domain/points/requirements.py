"""Requirements of badges and unlocks: how far a member is, in the unit of what is asked."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ladder.domain.points.matching import filter_fingerprint
from ladder.domain.points.state import FINISHED, Fingerprint, State
from ladder.domain.programs.rulebook import Requirement, Rulebook

type Amount = Callable[[State], int]


@dataclass(frozen=True, slots=True)
class Goal:
    requirement: Requirement
    needed: int
    amount: Amount


def all_met(goals: Sequence[Goal], state: State) -> bool:
    for each in goals:  # noqa: SIM110 - quicker than all(), and run for every badge and activity
        if each.amount(state) < each.needed:
            return False
    return True


def goal(requirement: Requirement, book: Rulebook) -> Goal:
    return Goal(requirement, requirement.amount, _amount(requirement, book))


def level(book: Rulebook, earned: int) -> int:
    """Levels count from 1; without any in the rulebook everybody is at 1."""
    return max(bisect_right(book.levels, earned, key=lambda each: each.points), 1)


def counter_fingerprint(requirement: Requirement) -> Fingerprint:
    """What a `count` requirement counts: two that count the same share it."""
    if requirement.count is None:
        raise ValueError("a requirement that counts says what it counts")
    return filter_fingerprint(requirement.count.match, requirement.count.distinct)


def _amount(requirement: Requirement, book: Rulebook) -> Amount:
    key = requirement.key or ""
    match requirement.need:
        case "level":
            amount: Amount = lambda state: level(book, state.earned)
        case "points":
            amount = lambda state: state.earned
        case "streak":
            amount = lambda state: state.streaks[key].best if key in state.streaks else 0
        case "path":
            amount = lambda state: int(FINISHED in state.paths.get(key, ()))
        case "badge":
            amount = lambda state: state.badges[key][0] if key in state.badges else 0
        case "unlock":
            amount = lambda state: int(key in state.unlocks)
        case "count":
            counted = counter_fingerprint(requirement)
            amount = lambda state: state.counts.get(counted, 0)
    return amount
