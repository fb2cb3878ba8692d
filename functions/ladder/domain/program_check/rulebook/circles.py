"""What waits for what: never for itself, however long the way round."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from ladder.domain.program_check.problem import Problem, error
from ladder.domain.programs.program import Program
from ladder.domain.programs.rulebook import Requirement

type _Node = tuple[str, str]  # section and key

_SECTIONS = {"unlock": "unlocks", "badge": "badges", "path": "paths", "streak": "streaks"}


def check_circles(program: Program) -> Iterator[Problem]:
    """What counts activities waits for nothing; rules wait for unlocks, and nothing waits for a rule."""
    found = circle(_waits(program))
    if found:
        message = f"nobody can ever have it: {' → '.join(map(_named, found))}, each waits for the next"
        yield error(found[0], message, "Take one of these requirements out.")


def circle[N: str | tuple[str, str]](waits: Mapping[N, Iterable[N]]) -> list[N]:
    """A circle, in the order of waiting, from its first in the alphabet back to it; empty where there is none."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as found:
        round_trip: list[N] = found.args[1][:0:-1]  # graphlib names who is waited for first
        first = min(range(len(round_trip)), key=lambda place: str(round_trip[place]))
        return [*round_trip[first:], *round_trip[:first], round_trip[first]]
    return []


def _waits(program: Program) -> dict[_Node, list[_Node]]:
    book = program.rulebook
    unlocks = {("unlocks", unlock.key): _needed(unlock.requires) for unlock in book.unlocks}
    badges = {
        ("badges", badge.key): _needed(asked for tier in badge.tiers for asked in tier.requires)
        for badge in book.badges
    }
    rules = {("rules", rule.key): [("unlocks", rule.requires)] for rule in book.rules if rule.requires}
    return {**unlocks, **badges, **rules}


def _needed(requires: Iterable[Requirement]) -> list[_Node]:
    return [(_SECTIONS[asked.need], asked.key) for asked in requires if asked.key]


def _named(node: _Node) -> str:
    section, key = node
    return key if section == "unlocks" else f"{section.removesuffix('s')} {key}"
