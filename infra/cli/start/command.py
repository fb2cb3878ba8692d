"""`ladder start FILE`: makes a checked program of a metric file, and plays the file by it."""

import sys
from pathlib import Path

import click

from infra.cli.arguments import file_argument
from infra.cli.backtest.command import replay_file
from infra.cli.backtest.html_report import html_report
from infra.cli.backtest.screen import show
from infra.cli.input_files import InputFileError
from infra.cli.metrics.guess import guess_file, trial_program
from infra.cli.metrics.inputs import answers, roster_option, set_option, time_zone_option, types_option
from infra.cli.metrics.inspect import guess_lines, question_lines
from infra.cli.metrics.workbook import read_metrics
from infra.cli.pages.page_file import write_page
from infra.cli.program.summary import summary
from infra.cli.program_file import read_program
from infra.cli.start.starter import starter_program
from infra.cli.tables import console
from infra.cli.terminal import print_lines

DONE, REFUSED = 0, 2


@click.command()
@file_argument
@roster_option
@types_option
@set_option
@time_zone_option
@click.option("--out", type=Path, default=Path(), metavar="FOLDER", help="Where program.yaml and backtest.html go.")
def start(
    *,
    file: Path,
    roster: Path | None,
    types: Path | None,
    given: tuple[str, ...],
    time_zone: str | None,
    out: Path,
) -> int:
    """Make a program of a metric file of any system, check it, and play the file by it.

    Writes program.yaml, with comments that explain it, and backtest.html. Where the file can be read in several ways
    it asks, and writes nothing.

    Exit status: 0 done, 2 a question must be answered, or the file has errors.
    """
    program_file, page = out / "program.yaml", out / "backtest.html"
    if program_file.exists():
        raise InputFileError(f"{program_file} exists, and may hold what you changed. Name another folder with --out.")
    guessed = guess_file(file, roster=roster, types=types, given=answers(given), time_zone=time_zone or "UTC")
    print_lines(guess_lines(file, guessed))
    if guessed.files is None or guessed.questions:
        print_lines([*question_lines(guessed), "", "Nothing was written."])
        return REFUSED
    is_local = any(finding.key == "time_zone" and finding.sure == "likely" for finding in guessed.findings)
    if time_zone is None and guessed.files.has_times and not is_local:
        raise InputFileError(
            f"{file}  its times are not in the zone of the centre, so its days cannot be told. Write --time-zone with "
            "the zone of the centre, such as --time-zone Europe/Berlin."
        )
    table = read_metrics(file, trial_program(guessed, time_zone or "UTC"))
    if table.refused:
        raise InputFileError("\n".join([*map(str, table.problems), f"{file} has errors."]))
    try:
        starter = starter_program(guessed, table, file=file, time_zone=time_zone)
    except ValueError as error:
        raise InputFileError(f"{file}  no challenge can be made of it: {error}.") from error
    try:
        out.mkdir(parents=True, exist_ok=True)
        program_file.write_text(starter.text, encoding="utf-8")
    except OSError as error:
        raise InputFileError(f"{program_file} cannot be written: {error.strerror or error}") from error
    checked = read_program(program_file)
    print_lines(["", *map(str, checked.problems), *(f"Note: {reason}." for reason in starter.unpaid)])
    if checked.program is None:
        return REFUSED
    print_lines([*summary(checked.program), "", f"Program written to {program_file}."])
    try:
        report = replay_file(table, checked.program, [*map(str, (*checked.problems, *table.problems))])
    except InputFileError as short:
        print(f"It cannot be played yet: {short}", file=sys.stderr)
        return DONE
    write_page(page, html_report(report))
    show(report, console())
    print_lines([f"The same as a page, with each agent: {page}."])
    return DONE
