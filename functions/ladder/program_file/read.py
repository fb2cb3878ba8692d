"""A program file, read whole: every problem with its line.

Two passes: all that is wrong by itself is told together; only where nothing is, the checks across sections are asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ladder.domain.programs.check import check
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem, error
from ladder.program_file.form import Form
from ladder.program_file.tree import Read, Tree, parse, read_tree
from ladder.program_validation import checked

_HOW = "Write program:, name:, time_zone: and so on, one to a line."


@dataclass(frozen=True, slots=True)
class CheckedProgram:
    """The contents of a file: the program where it can be played, and all that was found, in the file's order."""

    program: Program | None
    problems: tuple[Problem, ...]
    tree: Tree = field(repr=False, compare=False)

    def located(self, problem: Problem) -> Problem:
        """Return a problem of the program with the file and the line on which it stands."""
        return self.tree.located(problem)


def read_program(name: str, read: Read) -> CheckedProgram:
    """Return the program of the file `name`. Never raises for what stands in it, nor for there being none."""
    tree = read_tree(name, read)
    program, problems = None, list(tree.problems)
    if isinstance(tree.value, Mapping):
        form = Form(tree.value.get("program"))
        program, of_values = checked(form.whole(tree.value, Program, ()), tree.value)
        # One problem a place, and none where the place was refused already, itself or for a part of it.
        taken = {problem.path[:end] for problem in problems for end in range(1, len(problem.path) + 1)}
        for problem in (*form.problems, *of_values):
            if problem.path not in taken:
                problems.append(problem)
                taken.add(problem.path)
    elif not problems:
        problems = [
            error((), f"the file {'is empty' if tree.value is None else 'does not hold keys with values'}", _HOW)
        ]
    if program and not problems:
        problems = [*check(program)]
    elif problems:
        program = None
    located = [tree.located(problem) for problem in problems]
    main = tree.lines.get((), (name, 1))[0]
    in_order = sorted(located, key=lambda problem: (problem.file != main, problem.file, problem.line))
    refused = any(problem.severity == "error" for problem in in_order)
    return CheckedProgram(None if refused else program, tuple(in_order), tree)


def read_texts(texts: Mapping[str, str], name: str) -> CheckedProgram:
    """Return the program of the file `name` among texts by their file names."""

    def read(part: str) -> Tree:
        if part not in texts:
            missing = error((), "there is no such file", "Send it with the program file, under this name.")
            return Tree(problems=[replace(missing, file=part)])
        return parse(texts[part], part)

    return read_program(name, read)
