"""`ladder program check FILE`: the problems of a program file, and what the program would do."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from infra.cli.arguments import file_argument, json_option
from infra.cli.program.summary import summary
from infra.cli.program_file import read_program
from infra.cli.terminal import print_lines
from infra.cli.texts import quantity
from infra.models import MODELS
from ladder.domain.judging.check import check_model_end, check_model_granted
from ladder.domain.reviews.opening import overdue_badges
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
    checked = read_program(file)
    program, problems = checked.program, list(checked.problems)
    if program:
        # what depends on the date, and on the models that the deployed stack may ask
        day = today or datetime.now(UTC).date()
        more = [replace(problem, severity="warning") for problem in check_model_granted(program.judge, MODELS)]
        more += check_model_end(program.judge, MODELS, day)
        for badge in overdue_badges(program.rulebook, day):
            message = f"its review was due on {badge.review_on}"
            hint = f"Ask {badge.owner} whether it still rewards what it should, and write the next date."
            more.append(warning((badge.section, badge.key, "review_on"), message, hint))
        problems += [replace(problem, file=str(file)) for problem in more]
    errors = sum(problem.severity == "error" for problem in problems)
    lines = summary(program) if program and not errors else []
    if as_json:
        listed = [
            {
                "file": problem.file,
                "line": problem.line,
                "path": problem.where,
                "severity": problem.severity,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in problems
        ]
        document = {"file": str(file), "valid": not errors, "problems": listed, "summary": lines}
        print(json.dumps(document, indent=2))
    else:
        warnings = len(problems) - errors
        counts = quantity(errors, "error") if errors else "no errors" if warnings else "no errors or warnings"
        counts += f", {quantity(warnings, 'warning')}" if warnings else ""
        verdict = "not valid" if errors else "valid"
        print_lines([*map(str, problems), f"{file}: {verdict}: {counts}.", *lines])
    return REFUSED if errors else DONE
