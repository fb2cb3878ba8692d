"""`ladder program check FILE [--json]`: can this program be played, and what would it do? `schema`, `reference`: what
a file may hold. The rest is `admin`'s.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from infra.cli.admin.command import add_commands
from infra.cli.program.reference import page, schema
from infra.cli.program.summary import summary
from infra.models import MODELS
from ladder.adapters.program_file import CheckedProgram, read_program
from ladder.domain.program_check import Problem, check_model_end, check_model_granted, warning
from ladder.domain.programs.program import Program
from ladder.domain.reviews.opening import overdue_badges

PLAYABLE, REFUSED = 0, 2


def run(arguments: Sequence[str], *, today: date | None = None) -> int:
    """The exit status: 0 where the program can be played, 2 where it is refused."""
    asked = _parser().parse_args(arguments)
    if "act" in asked:
        return int(asked.act(asked))
    checked = _with_doubts(read_program(asked.file), asked.file, today or datetime.now(UTC).date())
    if asked.json:
        print(json.dumps(_as_json(asked.file, checked), indent=2))
    else:
        print("\n".join(printable(line) for line in _lines(asked.file, checked)))
    return REFUSED if checked.program is None else PLAYABLE


def printable(text: str) -> str:
    """Signs that would steer a terminal are spelled out."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ladder program", description="Program files.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="say whether a program file can be played, and what to mend")
    check.add_argument("file", type=Path, metavar="FILE", help="a program file, in YAML or JSON")
    check.add_argument("--json", action="store_true", help="print one JSON object for other programs to read")
    editors = commands.add_parser("schema", help="print the JSON Schema of a program file, for editors")
    editors.set_defaults(act=lambda _: _printed(json.dumps(schema(), indent=2, ensure_ascii=False)))
    reference = commands.add_parser("reference", help="print every key of a program file, as a page in Markdown")
    reference.set_defaults(act=lambda _: _printed(page().rstrip()))
    add_commands(commands)
    return parser


def _printed(text: str) -> int:
    print(text)
    return PLAYABLE


def _lines(file: Path, checked: CheckedProgram) -> list[str]:
    found = [str(problem) for problem in checked.problems]
    if checked.program is None:
        return [*found, f"{file} cannot be played: {_count(checked.problems)}."]
    return [*found, f"{file} can be played: {_count(checked.problems)}.", *summary(checked.program)]


def _with_doubts(checked: CheckedProgram, file: Path, today: date) -> CheckedProgram:
    """Beside what the file itself tells: what it takes a clock, or the bundle, to know."""
    if checked.program is None:
        return checked
    models = (replace(each, severity="warning") for each in check_model_granted(checked.program, MODELS))
    found = (*models, *check_model_end(checked.program, MODELS, today), *_overdue(checked.program, today))
    refused = any(each.severity == "error" for each in found)
    problems = (*checked.problems, *(replace(each, file=str(file)) for each in found))
    return CheckedProgram(None if refused else checked.program, problems)


def _overdue(program: Program, today: date) -> Iterator[Problem]:
    for badge in overdue_badges(program, today):
        yield warning(
            (badge.section, badge.key, "review_on"),
            f"its review was due on {badge.review_on}",
            f"Ask {badge.owner} whether it still rewards what it should, and write the next day.",
        )


def _count(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    counts = [(errors, "error"), (len(problems) - errors, "warning")]
    said = [f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count]
    return " and ".join(said) or "nothing to mend"


def _as_json(file: Path, checked: CheckedProgram) -> dict[str, object]:
    return {
        "file": str(file),
        "playable": checked.program is not None,
        "problems": [_problem(problem) for problem in checked.problems],
        "summary": [] if checked.program is None else summary(checked.program),
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "path": problem.where,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }
