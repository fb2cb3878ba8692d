"""A program file, read whole: door and rules together, every problem with its line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as File

from pydantic import ValidationError

from ladder.adapters.program_file.build import build, disagreements, gaps
from ladder.adapters.program_file.explain import explain
from ladder.adapters.program_file.include import with_parts
from ladder.adapters.program_file.schema import ProgramShape
from ladder.adapters.program_file.source import Source, read_source
from ladder.adapters.program_file.stand_in import unrelated, with_stand_ins
from ladder.domain.errors import ProgramRefused
from ladder.domain.program import Program
from ladder.domain.program_check import Path, Problem, check, error


@dataclass(frozen=True, slots=True)
class CheckedProgram:
    """What a file holds: the program where it can be played, and everything that was found, in the file's order."""

    program: Program | None
    problems: tuple[Problem, ...]


def read_program(file: File) -> CheckedProgram:
    """Never raises for what stands in the file, nor for there being none."""
    source = with_parts(read_source(file), file.parent)
    program, found = _parsed(source)
    problems = _in_order(source, (*source.problems, *found), str(file))
    refused = any(problem.severity == "error" for problem in problems)
    return CheckedProgram(None if refused else program, problems)


def load_program(file: File) -> Program:
    """Raises ProgramRefused with every problem in its text."""
    checked = read_program(file)
    if checked.program is None:
        raise ProgramRefused("\n".join(map(str, checked.problems)))
    return checked.program


def _parsed(source: Source) -> tuple[Program | None, list[Problem]]:
    if not isinstance(source.tree, Mapping):
        return None, [] if source.problems else [_no_keys(source.tree)]
    try:
        shape = ProgramShape.model_validate(source.tree)
    except ValidationError as fault:
        found = _news(explain(fault, source.tree), source.problems)
        return None, [*found, *_found_besides(source, [*found, *source.problems])]
    return _judged(shape, [problem.path for problem in source.problems if problem.path])


def _found_besides(source: Source, known: Iterable[Problem]) -> list[Problem]:
    """What the rules say of the rest, where stand-ins make the file whole enough to ask them."""
    wrong = [problem.path for problem in known if problem.path]
    try:
        shape = ProgramShape.model_validate(with_stand_ins(source.tree, wrong))
    except ValidationError:
        return []
    _, found = _judged(shape, wrong)
    return found


def _judged(shape: ProgramShape, wrong: Sequence[Path]) -> tuple[Program, list[Problem]]:
    """What the rules say of everything that rests neither on what is wrong nor on what is missing."""
    program, missing = build(shape), [*gaps(shape)]
    told = unrelated(missing, wrong, program)
    doubtful = [*wrong, *(problem.path for problem in missing)]
    return program, [*told, *unrelated([*disagreements(shape), *check(program)], doubtful, program)]


def _news(found: list[Problem], known: Iterable[Problem]) -> list[Problem]:
    """Without those on a place that was refused already, itself or for a part of it."""
    refused = {problem.path[:end] for problem in known for end in range(1, len(problem.path) + 1)}
    return [problem for problem in found if problem.path not in refused]


def _no_keys(tree: object) -> Problem:
    if tree is None:
        return error((), "the file is empty", "Write program:, name:, time_zone: and so on, one to a line.")
    return error((), "the file does not hold keys with values", "Begin with program:, name: and so on, one to a line.")


def _in_order(source: Source, problems: Iterable[Problem], first: str) -> tuple[Problem, ...]:
    located = [source.located(problem) for problem in problems]
    return tuple(sorted(located, key=lambda problem: (problem.file != first, problem.file, problem.line)))
