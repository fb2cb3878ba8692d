"""Paths: steps that can be taken, in an order that has a beginning."""

from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, nearest
from ladder.domain.program_check.rulebook.circles import circle
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program
from ladder.domain.programs.rulebook import Path as LearningPath


def check_paths(program: Program) -> Iterator[Problem]:
    for path in program.rulebook.paths:
        yield from _steps(("paths", path.key, "steps"), path)


def _steps(at: Path, path: LearningPath) -> Iterator[Problem]:
    known = {step.key for step in path.steps}
    for step in path.steps:
        for place, before in enumerate(step.after):
            if before not in known:
                mend = nearest(before, known)
                yield error((*at, step.key, "after", place), f"{before} is no step of this path", mend)
    round_trip = circle({step.key: [before for before in step.after if before in known] for step in path.steps})
    if round_trip:
        message = f"nobody can begin: {' → '.join(round_trip)}, each waits for the next"
        yield error((*at, round_trip[0], "after"), message, "Take one of these out of after.")
