"""Check goals: levels, learning paths, what unlocks and badges require, and team achievements."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from ladder.domain.program_check.problem import Problem, error, nearest
from ladder.domain.programs.places import Path, requirements
from ladder.domain.programs.program import Program
from ladder.domain.programs.rulebook import NEEDS, ActivityCount, Need, Requirement

MOST_COUNTS = 32  # of different things that are counted; each is kept in the member's state
_SUPPLEMENTS: dict[str, tuple[Need, ...]] = {"tier": ("badge",), "at_least": ("streak", "count")}
_SECTIONS: dict[Need, str] = {"streak": "streaks", "path": "paths", "badge": "badges", "unlock": "unlocks"}


def check_levels(program: Program) -> Iterator[Problem]:
    """Check that every member has the first level, and that each asks for more than the one before."""
    levels = program.rulebook.levels
    if levels and levels[0].points != 0:
        message = f"the first level is at {levels[0].points} points, so a new member has none"
        yield error(("levels", levels[0].name), message, "Put the first level at 0.")
    for below, level in pairwise(levels):
        if level.points <= below.points:
            message = f"{level.points} points are not more than the {below.points} of {below.name} before it"
            yield error(("levels", level.name), message, "Write the levels in order, each with more points.")
    for name, times in Counter(level.name for level in levels).items():
        if times > 1:
            yield error(("levels", name), f"{times} levels have this name", "Give each a name of its own.")


def check_paths(program: Program) -> Iterator[Problem]:
    for path in program.rulebook.paths:
        steps, known = ("paths", path.key, "steps"), {step.key for step in path.steps}
        for step in path.steps:
            for index, before in enumerate(step.after):
                if before not in known:
                    message = f"{before} is not a step of this path"
                    yield error((*steps, step.key, "after", index), message, nearest(before, known))
        cycle = find_cycle({step.key: [before for before in step.after if before in known] for step in path.steps})
        if cycle:
            message = f"nobody can begin: {' → '.join(cycle)}, each waits for the next"
            yield error((*steps, cycle[0], "after"), message, "Remove one of these from after.")


def check_requirements(program: Program) -> Iterator[Problem]:
    """Check that each requirement is one thing that exists, in an amount that can be reached."""
    counted: dict[ActivityCount, Path] = {}
    for path, requirement in requirements(program):
        if requirement.count:
            counted.setdefault(requirement.count, path)
        if len(requirement.needs) == 1:
            yield from _requirement(path, requirement, program)
        else:
            needs = " and ".join(requirement.needs)
            message = f"it asks for {needs} at once" if needs else "it asks for nothing"
            yield error(path, message, f"Write one of {', '.join(NEEDS)} in each line.")
    for path in list(counted.values())[MOST_COUNTS : MOST_COUNTS + 1]:
        message = f"{len(counted)} different things are counted for unlocks and badges"
        yield error((*path, "count"), message, f"Keep up to {MOST_COUNTS}; tiers may count the same thing.")


def _requirement(path: Path, requirement: Requirement, program: Program) -> Iterator[Problem]:
    for key, needs in _SUPPLEMENTS.items():
        if getattr(requirement, key) is not None and requirement.need not in needs:
            hint = f"Leave it out; it goes with {' or '.join(needs)}."
            yield error((*path, key), f"{requirement.need} takes no {key}", hint)
    levels = len(program.rulebook.levels)
    if requirement.level and requirement.level > levels:
        hint = f"Write {levels} or less." if levels else "Write levels: {Newcomer: 0, Regular: 500}."
        yield error((*path, "level"), f"{requirement.level} is more than the {levels} levels", hint)
    tiers = next((len(badge.tiers) for badge in program.rulebook.badges if badge.key == requirement.badge), None)
    if tiers is not None and requirement.tier and requirement.tier > tiers:
        message = f"{requirement.tier} is more than the {tiers} tiers of {requirement.badge}"
        yield error((*path, "tier"), message, f"Write {tiers} or less.")
    section = _SECTIONS.get(requirement.need)
    if section:
        known = {item.key for item in getattr(program.rulebook, section)}
        if requirement.key not in known:
            message = f"{requirement.key} is not in {section}"
            yield error((*path, requirement.need), message, nearest(requirement.key or "", known))


def check_cycles(program: Program) -> Iterator[Problem]:
    """Check that nothing waits for itself.

    What counts activities waits for nothing; rules wait for unlocks, and nothing waits for a rule.
    """
    rulebook = program.rulebook
    waits = {("unlocks", unlock.key): _required(unlock.requires) for unlock in rulebook.unlocks}
    for badge in rulebook.badges:
        waits["badges", badge.key] = _required(needed for tier in badge.tiers for needed in tier.requires)
    for rule in rulebook.rules:
        if rule.requires:
            waits["rules", rule.key] = [("unlocks", rule.requires)]
    if cycle := find_cycle(waits):
        names = [key if section == "unlocks" else f"{section.removesuffix('s')} {key}" for section, key in cycle]
        message = f"nobody can ever have it: {' → '.join(names)}, each waits for the next"
        yield error(cycle[0], message, "Remove one of these requirements.")


def _required(requires: Iterable[Requirement]) -> list[tuple[str, str]]:
    """Return section and key of everything that is required by its key."""
    return [(_SECTIONS[requirement.need], requirement.key) for requirement in requires if requirement.key]


def find_cycle[N: str | tuple[str, str]](waits: Mapping[N, Iterable[N]]) -> list[N]:
    """Return a cycle in the order of waiting, from its first in the alphabet back to it; empty where there is none."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        cycle: list[N] = error.args[1][:0:-1]  # graphlib names first what is waited for
        first = min(range(len(cycle)), key=lambda index: str(cycle[index]))
        return [*cycle[first:], *cycle[:first], cycle[first]]
    return []


def check_teams(program: Program) -> Iterator[Problem]:
    for team in program.rulebook.teams:
        if team.target < team.floor:
            message = f"the team's target of {team.target} is less than the floor of {team.floor} for one member"
            yield error(("teams", team.key, "target"), message, f"Write {team.floor} or more.")
