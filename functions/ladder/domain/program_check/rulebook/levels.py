"""Levels: the first is everybody's, and each asks for more than the one before."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ladder.domain.program_check.problem import Problem, error
from ladder.domain.programs.program import Program


def check_levels(program: Program) -> Iterator[Problem]:
    levels = program.rulebook.levels
    if levels and levels[0].points != 0:
        message = f"the first level stands at {levels[0].points} points, so a new member has none"
        yield error(("levels", levels[0].name), message, "Let the first stand at 0.")
    for below, level in pairwise(levels):
        if level.points <= below.points:
            message = f"{level.points} points are not more than the {below.points} of {below.name} before it"
            yield error(("levels", level.name), message, "Write the levels in order, each with more points.")
    for name, times in Counter(level.name for level in levels).items():
        if times > 1:
            yield error(("levels", name), f"{times} levels have this name", "Give each a name of its own.")
