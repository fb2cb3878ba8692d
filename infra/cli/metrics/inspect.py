"""`ladder metrics inspect FILE`: guesses how a file is read, says how sure it is and why, and writes the section."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from infra.cli.arguments import file_argument, json_option
from infra.cli.input_files import InputFileError
from infra.cli.metrics.guess import guess_file, trial_program
from infra.cli.metrics.inputs import answers, roster_option, set_option, time_zone_option, types_option
from infra.cli.metrics.sample import Guess
from infra.cli.metrics.section import flow, section_lines
from infra.cli.metrics.workbook import read_metrics
from infra.cli.terminal import print_lines
from ladder.adapters.metric_files import MetricTable

DONE, UNSURE = 0, 2
MISSING_ZONE = "UTC: name the zone of the centre with --time-zone"


@click.command()
@file_argument
@roster_option
@types_option
@set_option
@time_zone_option
@click.option("--write", "target", type=Path, metavar="FILE.yaml", help="Write the sections of a program to this file.")
@json_option
def inspect(
    *,
    file: Path,
    roster: Path | None,
    types: Path | None,
    given: tuple[str, ...],
    time_zone: str | None,
    target: Path | None,
    as_json: bool,
) -> int:
    """Guess how a file is read: a CSV file of any system (or .gz), or a workbook.

    It says what it guessed, how sure it is and why, the sections of a program, and what the whole file then holds.
    Where it is unsure it asks: answer with --set, such as --set date_format=dd/mm/yyyy.

    Exit status: 0 done, 2 something essential is unsure, or the file has errors.
    """
    guessed = guess_file(file, roster=roster, types=types, given=answers(given), time_zone=time_zone or "UTC")
    table = read_metrics(file, trial_program(guessed, time_zone or "UTC")) if guessed.files else None
    section = list(section_lines(guessed))
    refused = bool(guessed.questions) or table is None or table.refused
    if target and not refused:
        try:
            target.write_text("\n".join([f"# How {file.name} is read.", *section, ""]), encoding="utf-8")
        except OSError as error:
            raise InputFileError(f"--write {target}: it cannot be written: {error.strerror or error}") from error
    if as_json:
        print(json.dumps(_document(file, guessed, section, table), indent=2, ensure_ascii=False, default=str))
        return UNSURE if refused else DONE
    print_lines(guess_lines(file, guessed))
    if section:
        print_lines(["", *section])
    if table:
        print_lines(
            ["", *_table_lines(table, zone=time_zone, has_times=bool(guessed.files and guessed.files.has_times))]
        )
    print_lines(question_lines(guessed))
    if target:
        print_lines(["", f"{target} was not written." if refused else f"Written: {target}."])
    return UNSURE if refused else DONE


def guess_lines(file: Path, guessed: Guess) -> list[str]:
    lines = [f"{file}: what stands where"]
    for finding in guessed.findings:
        shown = "?" if finding.sure == "unsure" else _shown(finding.value)
        lines.append(f"  {finding.sure:8} {finding.key}: {shown}  ({finding.why})")
    if guessed.unused:
        lines.append(f"  columns of figures that are not used: {', '.join(guessed.unused)}")
    return lines


def question_lines(guessed: Guess) -> list[str]:
    lines = []
    for finding in guessed.questions:
        lines += ["", f"Question: {finding.key}: {finding.why}."]
        if finding.choices:
            lines += [f"  --set '{finding.key}={_shown(choice)}'" for choice in finding.choices[:20]]
        else:
            lines.append(f"  Answer with --set '{finding.key}=…'")
    return lines


def _shown(value: object) -> str:
    return value if isinstance(value, str) else flow(value)


def _table_lines(table: MetricTable, *, zone: str | None, has_times: bool) -> list[str]:
    lines = [str(problem) for problem in table.problems]
    if table.first:
        zoned = f" Days begin at midnight in {zone or MISSING_ZONE}." if has_times else ""
        lines.append(
            f"{table.read:,} rows, {len(table.agents):,} agents, {len(table.day):,} agent-days "
            f"from {table.first} to {table.last}.{zoned}"
        )
    return lines


def _document(file: Path, guessed: Guess, section: list[str], table: MetricTable | None) -> dict[str, object]:
    return {
        "file": str(file),
        "findings": [asdict(finding) for finding in guessed.findings],
        "questions": [finding.key for finding in guessed.questions],
        "unused": guessed.unused,
        "section": "\n".join(section),
        "problems": [str(problem) for problem in table.problems] if table else [],
        "refused": table is None or table.refused,
        "rows": table.read if table else 0,
        "agents": len(table.agents) if table else 0,
        "agent_days": len(table.day) if table else 0,
        "first": table.first if table else None,
        "last": table.last if table else None,
    }
