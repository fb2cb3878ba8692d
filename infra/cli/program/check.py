"""Check a program file: its problems, and what the program would do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from infra.cli.program.summary import summary
from infra.models import MODELS
from ladder.adapters.program_file import CheckedProgram, read_program
from ladder.domain.program_check import Problem, check_model_end, check_model_granted, warning
from ladder.domain.reviews.opening import overdue_badges
from ladder.domain.text import quantity


def check_file(file: Path, today: date) -> CheckedProgram:
    """Check the file itself, and what depends on the date and on the models that the deployed stack may ask."""
    checked = read_program(file)
    if checked.program is None:
        return checked
    found = [replace(problem, severity="warning") for problem in check_model_granted(checked.program, MODELS)]
    found += check_model_end(checked.program, MODELS, today)
    for badge in overdue_badges(checked.program, today):
        message = f"its review was due on {badge.review_on}"
        hint = f"Ask {badge.owner} whether it still rewards what it should, and write the next date."
        found.append(warning((badge.section, badge.key, "review_on"), message, hint))
    refused = any(problem.severity == "error" for problem in found)
    problems = (*checked.problems, *(replace(problem, file=str(file)) for problem in found))
    return CheckedProgram(None if refused else checked.program, problems)


def as_lines(file: Path, checked: CheckedProgram) -> list[str]:
    problems, counts = [str(problem) for problem in checked.problems], _counts(checked.problems)
    if checked.program is None:
        return [*problems, f"{file}: not valid: {counts}."]
    return [*problems, f"{file}: valid: {counts}.", *summary(checked.program)]


def _counts(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if not errors:
        return f"no errors, {quantity(warnings, 'warning')}" if warnings else "no errors or warnings"
    return quantity(errors, "error") + (f", {quantity(warnings, 'warning')}" if warnings else "")


def as_document(file: Path, checked: CheckedProgram) -> dict[str, object]:
    return {
        "file": str(file),
        "valid": checked.program is not None,
        "problems": [
            {
                "file": problem.file,
                "line": problem.line,
                "path": problem.where,
                "severity": problem.severity,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in checked.problems
        ],
        "summary": [] if checked.program is None else summary(checked.program),
    }
