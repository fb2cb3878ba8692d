"""`ladder program check FILE`: the problems of a program file, and what the program would do."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from infra.cli.arguments import file_argument, json_option
from infra.cli.program.summary import summary
from infra.cli.terminal import print_lines
from infra.models import MODELS
from ladder.adapters.program_file import CheckedProgram, read_program
from ladder.domain.judging.check import check_model_end, check_model_granted
from ladder.domain.reviews.opening import overdue_badges
from ladder.domain.text import quantity
from ladder.domain.validation.problem import warning

DONE, REFUSED = 0, 2


@click.command()
@file_argument
@json_option
@click.pass_obj
def check(today: date | None, *, file: Path, as_json: bool) -> int:
    """Check a program file (YAML or JSON): what to change, and what the program would do.

    Exit status: 0 the file is valid, 2 it is not.
    """
    checked = check_file(file, today or datetime.now(UTC).date())
    lines = summary(checked.program) if checked.program else []
    if as_json:
        problems = [
            {
                "file": problem.file,
                "line": problem.line,
                "path": problem.where,
                "severity": problem.severity,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in checked.problems
        ]
        document = {"file": str(file), "valid": bool(checked.program), "problems": problems, "summary": lines}
        print(json.dumps(document, indent=2))
    else:
        errors = sum(problem.severity == "error" for problem in checked.problems)
        warnings = len(checked.problems) - errors
        counts = quantity(errors, "error") if errors else "no errors" if warnings else "no errors or warnings"
        counts += f", {quantity(warnings, 'warning')}" if warnings else ""
        verdict = "valid" if checked.program else "not valid"
        print_lines([*map(str, checked.problems), f"{file}: {verdict}: {counts}.", *lines])
    return DONE if checked.program else REFUSED


def check_file(file: Path, today: date) -> CheckedProgram:
    """Check the file itself, and what depends on the date and on the models that the deployed stack may ask."""
    checked = read_program(file)
    if checked.program is None:
        return checked
    problems = [replace(problem, severity="warning") for problem in check_model_granted(checked.program.judge, MODELS)]
    problems += check_model_end(checked.program.judge, MODELS, today)
    for badge in overdue_badges(checked.program.rulebook, today):
        message = f"its review was due on {badge.review_on}"
        hint = f"Ask {badge.owner} whether it still rewards what it should, and write the next date."
        problems.append(warning((badge.section, badge.key, "review_on"), message, hint))
    refused = any(problem.severity == "error" for problem in problems)
    located = (*checked.problems, *(replace(problem, file=str(file)) for problem in problems))
    return CheckedProgram(None if refused else checked.program, located)
