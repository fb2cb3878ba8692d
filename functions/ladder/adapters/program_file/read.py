"""A program file, read whole: every problem with its line.

Two passes: all that is wrong by itself is told together; only where nothing is, the checks across sections are asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from ladder.adapters.program_file.form import stored_form
from ladder.adapters.program_file.tree import Tree, read_tree
from ladder.domain.errors import ProgramRefused
from ladder.domain.programs.check import check
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem, error
from ladder.program_validation import checked

_HOW = "Write program:, name:, time_zone: and so on, one to a line."


@dataclass(frozen=True, slots=True)
class CheckedProgram:
    """What a file holds: the program where it can be played, and everything that was found, in the file's order."""

    program: Program | None
    problems: tuple[Problem, ...]


def read_program(file: File) -> CheckedProgram:
    """Never raises for what stands in the file, nor for there being none."""
    tree = read_tree(file)
    program, problems = _by_value(tree)
    if program:
        problems = [*check(program)]
    located = [tree.located(problem) for problem in problems]
    in_order = sorted(located, key=lambda problem: (problem.file != str(file), problem.file, problem.line))
    refused = any(problem.severity == "error" for problem in in_order)
    return CheckedProgram(None if refused else program, tuple(in_order))


def load_program(file: File) -> Program:
    """Raises ProgramRefused with every problem in its text."""
    read = read_program(file)
    if read.program is None:
        raise ProgramRefused("\n".join(map(str, read.problems)))
    return read.program


def _by_value(tree: Tree) -> tuple[Program | None, list[Problem]]:
    if not isinstance(tree.value, Mapping):
        words = "the file is empty" if tree.value is None else "the file does not hold keys with values"
        return None, tree.problems or [error((), words, _HOW)]
    stored, of_form = stored_form(tree.value)
    program, of_values = checked(stored, tree.value)
    found = _news([*of_form, *of_values], tree.problems)
    problems = [*tree.problems, *found]
    return (None if problems else program), problems


def _news(found: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
    """One problem a place, and none where the place was refused already, itself or for a part of it."""
    refused = {problem.path[:end] for problem in known for end in range(1, len(problem.path) + 1)}
    news: dict[object, Problem] = {}
    for problem in found:
        if problem.path not in refused:
            news.setdefault(problem.path, problem)
    return list(news.values())
