"""`ladder backtest --metrics FILE.csv --program FILE.yaml [--json] [--html FILE]`: replays a history night by night.

It needs no AWS: the figures pass through the rules that the deployed bundle uses.
"""

import json
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path

import click
from rich.console import Console

from infra.cli.arguments import json_option
from infra.cli.backtest.html_report import html_report
from infra.cli.backtest.replay import first_night, replay
from infra.cli.backtest.report import Report
from infra.cli.backtest.screen import show
from infra.cli.input_files import InputFileError
from infra.cli.metrics.workbook import read_metrics
from infra.cli.pages.page_file import html_option, require_page_file, write_page
from infra.cli.point_value import PointValue, currency_option, point_value_of, point_value_option
from infra.cli.program_file import read_program
from infra.cli.tables import console
from ladder.adapters.metric_files import MetricTable, as_history
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.plan import first_history_day
from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program

DONE = 0
WITHOUT_METRICS = Program(
    key="",
    name="",
    schedule=Schedule(time_zone="UTC", rotation_time=time(0)),
    challenges=ChallengeRules(),
)
WITHOUT_TYPES = (
    "Handle times are compared as they are, so whoever gets longer contacts looks slower; no contacts are known to be "
    "hard. Nights need the columns; or remove contact_types from the program."
)
MOST_AGENT_DAYS = 20_000_000  # what an ordinary machine holds in memory


@click.command()
@click.option("--metrics", type=Path, required=True, metavar="FILE.csv", help="One row per agent and day (or .csv.gz).")
@click.option("--program", type=Path, required=True, metavar="FILE.yaml", help="A program file.")
@json_option
@point_value_option
@currency_option
@html_option
def backtest(
    *,
    metrics: Path,
    program: Path,
    as_json: bool,
    html: Path | None,
    point_value: float | None,
    currency: str,
) -> int:
    """Replay your own history night by night, and see what Ladder would do.

    It shows who would have changed tier and why, whose completions would have been held, and what it would cost.

    Exit status: 0 done, 2 the input needs a change; then nothing is written.
    """
    require_page_file(html, command="backtest", inputs=(metrics, program))
    worth = point_value_of(point_value, currency)
    table, checked, file_warnings = _read(metrics, program)
    report = replay_file(table, checked, file_warnings, point_value=worth)
    if html:
        write_page(html, html_report(report))
    if as_json:
        json.dump(report.as_json(), sys.stdout, indent=2, allow_nan=False, default=str)
        sys.stdout.write("\n")
    else:
        show(report, console())
    if html:
        print(f"HTML report written to {html}.", file=sys.stderr)
    return DONE


def _read(metrics: Path, file: Path) -> tuple[MetricTable, Program, list[str]]:
    """Return the figures, the program, and the warnings. Raises InputFileError with every problem in either file."""
    checked = read_program(file)
    if checked.program and not checked.program.challenges.categories:
        raise InputFileError(
            f"{file}  challenge_library: the program has no challenges, so no night can be replayed. Add a library, as "
            "in infra/programs/bank.yaml. To see what rules for learning would pay, use ladder program publish."
        )
    program, problems = checked.program, [*map(str, checked.problems)]
    table = read_metrics(metrics, program or WITHOUT_METRICS)
    kinds = [kind.contacts for kind in program.challenges.contact_types] if program else []
    in_rows = program and program.challenges.metric_files and program.challenges.metric_files.contact_type
    if program and table.read and kinds and not in_rows and table.series.keys().isdisjoint(kinds):
        program = without_contact_types(program)
        table = read_metrics(metrics, program)
        problems.append(f"{metrics}  warning: it has no contact types ({', '.join(kinds)}). {WITHOUT_TYPES}")
    problems += map(str, table.problems)
    if program is None:
        # without a program, no column is known to be missing
        known = [str(problem) for problem in table.problems if table.read or not problem.path]
        raise InputFileError("\n".join([*map(str, checked.problems), *known, f"{file} has errors."]))
    if table.refused:
        raise InputFileError("\n".join([*problems, f"{metrics} has errors."]))
    return table, program, problems


def without_contact_types(program: Program) -> Program:
    """Return the program as it plays where contacts have no types."""
    metrics = tuple(replace(metric, normalise_by=None) for metric in program.challenges.metrics)
    rules = replace(program.challenges, contact_types=(), metrics=metrics, hard_contacts=None)
    return replace(program, challenges=rules)


def replay_file(
    table: MetricTable, program: Program, file_warnings: list[str], *, point_value: PointValue | None = None
) -> Report:
    """Raises InputFileError where the history is too short or too long."""
    if table.first is None or table.last is None:
        raise InputFileError(f"{table.file} has no rows.")
    first = first_night(table.first, table.last, program)
    if first is None:
        raise InputFileError(
            f"{table.file}  the figures of {table.first} to {table.last} become final after {table.last}, so no night "
            "knows them. Add more days."
        )
    start = min(table.first, first_history_day(program.challenges, first, {}))
    days = (table.last - start).days + 1
    if len(table.agents) * days > MOST_AGENT_DAYS:
        raise InputFileError(
            f"{table.file}  {len(table.agents):,} agents over {days:,} days do not fit into memory (at most "
            f"{MOST_AGENT_DAYS:,} agent-days). Replay fewer agents or days at a time."
        )
    roster = tuple(Member(id=f"{slot:032x}", user=agent) for slot, agent in enumerate(table.agents))
    history = as_history(table, program, table.agents, first=start)
    with Console(stderr=True).status(f"Replaying {(table.last - first).days + 1:,} nights of {len(roster):,} agents …"):
        replayed = replay(history, program, roster, first=first, last=table.last)
        return Report.of(replayed, file=table.file, file_warnings=file_warnings, point_value=point_value)
