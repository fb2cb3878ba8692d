"""`ladder backtest --metrics FILE.csv --program FILE.yaml [--json] [--html FILE]`: what Ladder would have done.

No AWS: the figures are replayed night by night through the rules that the deployed bundle uses.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import time
from pathlib import Path

from rich.console import Console

from infra.cli.backtest.page import page
from infra.cli.backtest.replay import days_before, first_night, replay
from infra.cli.backtest.report import Report, report
from infra.cli.backtest.screen import show
from infra.cli.program.check import printable
from ladder.adapters.metric_files import MetricTable, as_history, read_metric_file
from ladder.adapters.program_file import CheckedProgram, read_program
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Platform, Program, Schedule

DONE, REFUSED = 0, 2
WIDTH_IN_FILES = 110
NOTHING_WANTED = Program(
    key="",
    name="",
    schedule=Schedule(time_zone="UTC", rotation_time=time(0)),
    platform=Platform(kind="wem"),
    metrics=(),
    categories=(),
)
MOST_PLACES = 20_000_000  # agents times days: what an ordinary machine holds in memory


class Refused(Exception):
    """The files or arguments need mending; the message says what."""


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 2 where anything has to be mended first; then nothing is written."""
    asked = _parser().parse_args(arguments)
    try:
        _writable(asked.html, asked.metrics, asked.program)
        found = _backtest(asked.metrics, asked.program)
        if asked.html:
            _write(asked.html, page(found))
    except Refused as refused:
        print(printable_lines(str(refused)), file=sys.stderr)
        return REFUSED
    _tell(found, asked.html, as_json=asked.json)
    return DONE


def printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ladder backtest", description="What Ladder would have done with a history, night by night."
    )
    parser.add_argument(
        "--metrics", type=Path, required=True, metavar="FILE.csv", help="one row an agent and day (also FILE.csv.gz)"
    )
    parser.add_argument("--program", type=Path, required=True, metavar="FILE.yaml", help="a program file")
    parser.add_argument("--json", action="store_true", help="print one JSON object, and nothing else, on stdout")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write one page with pictures, complete in itself")
    return parser


def _backtest(metrics: Path, file: Path) -> Report:
    """Raises Refused with all that is to be mended in either file."""
    checked = read_program(file)
    if checked.program is None:
        raise Refused(
            "\n".join([*map(str, checked.problems), *_of_the_file_alone(metrics), f"{file} cannot be played."])
        )
    if not checked.program.categories:
        raise Refused(
            f"{file}  challenge_library: there is none, so no night would decide anything. Add one, as in "
            "infra/programs/bank.yaml; what rules for learning would have paid, ladder program publish says."
        )
    table = read_metric_file(metrics, checked.program)
    if table.refused:
        raise Refused("\n".join([*map(str, (*checked.problems, *table.problems)), f"{metrics} cannot be replayed."]))
    return _replayed(table, checked, checked.program)


def _of_the_file_alone(metrics: Path) -> list[str]:
    """What is wrong with the figures whatever the program; without one, no column is known to be missing."""
    table = read_metric_file(metrics, NOTHING_WANTED)
    return [str(problem) for problem in table.problems if table.rows.read or not problem.path]


def _replayed(table: MetricTable, checked: CheckedProgram, program: Program) -> Report:
    if table.first is None or table.last is None:
        raise Refused(f"{table.file} has no rows.")
    first = first_night(table.first, table.last, program)
    if first is None:
        raise Refused(
            f"{table.file}  the figures of {table.first} to {table.last} become final too late for any night to know "
            "them. Add more days."
        )
    start = min(table.first, days_before(program, first))
    if len(table.agents) * ((table.last - start).days + 1) > MOST_PLACES:
        raise Refused(
            f"{table.file}  {len(table.agents):,} agents over {(table.last - start).days + 1:,} days are more than "
            f"fit into memory ({MOST_PLACES:,} agent-days). Replay fewer agents or days at a time."
        )
    roster = tuple(Member(id=f"{slot:032x}", user=agent) for slot, agent in enumerate(table.agents))
    history = as_history(table, program, table.agents, first=start)
    with Console(stderr=True).status(f"Replaying {(table.last - first).days + 1:,} nights of {len(roster):,} agents …"):
        replayed = replay(history, program, roster, first=first, last=table.last)
        return report(replayed, file=table.file, found=[*map(str, (*checked.problems, *table.problems))])


def _writable(html: Path | None, *inputs: Path) -> None:
    if html is None:
        return
    if not html.absolute().parent.is_dir():
        raise Refused(f"--html {html}: there is no folder {html.parent}. Make it first, or name another.")
    if html.is_dir():
        raise Refused(f"--html {html} is a folder. Name a file in it, such as {html / 'backtest.html'}.")
    if any(each.exists() and html.exists() and html.samefile(each) for each in inputs):
        raise Refused(f"--html {html} would overwrite what is read. Name another file.")


def _write(file: Path, text: str) -> None:
    """Whole or not at all."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as failed:
        part.unlink(missing_ok=True)
        raise Refused(f"--html {file} cannot be written: {(failed.strerror or str(failed)).lower()}.") from failed


def _tell(found: Report, html: Path | None, *, as_json: bool) -> None:
    if as_json:
        json.dump(found.as_json(), sys.stdout, indent=2, allow_nan=False)
        sys.stdout.write("\n")
    else:
        console = Console()
        show(found, console if console.is_terminal else Console(width=WIDTH_IN_FILES))
    if html:
        print(f"The page with the pictures is in {html}.", file=sys.stderr)
