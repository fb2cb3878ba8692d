"""Paths: steps that can be taken, in an order that has a beginning."""

from collections.abc import Iterator

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Path, Problem, error, nearest
from ladder.domain.program_check.rulebook.circles import circle
from ladder.domain.program_check.rulebook.names import check_key
from ladder.domain.program_check.rulebook.rules import MOST_POINTS
from ladder.domain.rulebook import Path as LearningPath

MOST_STEPS = 32  # each that is done takes three bytes of the member's state


def check_paths(program: Program) -> Iterator[Problem]:
    for path in program.rulebook.paths:
        at = ("paths", path.key)
        if not 0 <= path.points <= MOST_POINTS:
            yield error((*at, "points"), f"{path.points} points make no sense", f"Write 0 to {MOST_POINTS}.")
        if not 1 <= len(path.steps) <= MOST_STEPS:
            message = f"a path of {len(path.steps)} steps cannot be followed"
            yield error((*at, "steps"), message, f"Write 1 to {MOST_STEPS}, or make two paths.")
        yield from _steps((*at, "steps"), path)


def _steps(at: Path, path: LearningPath) -> Iterator[Problem]:
    known = {step.key for step in path.steps}
    for step in path.steps:
        yield from check_key((*at, step.key), step.key)
        for place, before in enumerate(step.after):
            if before not in known:
                mend = nearest(before, known)
                yield error((*at, step.key, "after", place), f"{before} is no step of this path", mend)
    round_trip = circle({step.key: [before for before in step.after if before in known] for step in path.steps})
    if round_trip:
        message = f"nobody can begin: {' → '.join(round_trip)}, each waits for the next"
        yield error((*at, round_trip[0], "after"), message, "Take one of these out of after.")
