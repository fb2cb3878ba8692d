"""`ladder replay --source xapi|standard --file FILE`: events through the whole path, then every balance checked."""

import json
import math
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from infra.cli.arguments import json_option, whole_number
from infra.cli.driver.lines import SHAPES, read_line
from infra.cli.driver.progress import keep_running, stoppable
from infra.cli.input_files import read_lines
from infra.cli.program_file import load_program
from infra.cli.replay.plan import plan
from infra.cli.replay.play import play, prepare, with_late_days
from infra.cli.replay.report import show_result
from infra.cli.tables import console
from infra.local.stage import open_stage

PROGRAM = Path(__file__).parents[2] / "programs" / "academy.yaml"
DONE, FAILED = 0, 1
MIN_RATE, MAX_RATE = 0.01, 1_000.0
KINDS = ("standard", "xapi")


def _number(name: str, hint: str, *, least: float, most: float) -> Callable[[object], float]:
    """Return a parser of numbers such as `0.05` or `5%`; `hint` says what to write."""

    def parse(text: object) -> float:
        digits = str(text).strip()
        try:
            number = float(digits.removesuffix("%")) / (100 if digits.endswith("%") else 1)
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            raise click.BadParameter(f'"{text}" is not a {name}; write {hint}')
        return number

    return parse


_share = _number("share", "5% or 0.05, from 0 to 1", least=0, most=1)
_rate = _number("rate", f"events a second, from {MIN_RATE:g} to {MAX_RATE:g}", least=MIN_RATE, most=MAX_RATE)


@click.command(short_help="Send a file of events, and compare every balance.")
@click.option("--source", "kind", type=click.Choice(KINDS), required=True, help="Kind of the events.")
@click.option("--file", type=Path, required=True, metavar="FILE", help="JSON lines, .jsonl or .jsonl.gz.")
@click.option("--rate", type=_rate, metavar="N", help="At most N events a second. Default: as fast as possible.")
@click.option("--duplicates", type=_share, default=0.0, metavar="5%", help="Share of events to send again. Default: 0.")
@click.option("--late", type=_share, default=0.0, metavar="2%", help="Share of events to send late. Default: 0.")
@click.option("--limit", type=whole_number(1), metavar="N", help="Only the first N lines of the file.")
@click.option("--seed", type=int, default=0, metavar="S", help="Seed of the random numbers. Default: 0.")
@click.option("--program", type=Path, default=PROGRAM, metavar="FILE", help="Default: the bundled academy.")
@json_option
@click.option("--keep", is_flag=True, help="Leave the stage running afterwards, if this command started it.")
@stoppable
def replay(
    *,
    kind: Literal["standard", "xapi"],
    file: Path,
    rate: float | None,
    duplicates: float,
    late: float,
    limit: int | None,
    seed: int,
    program: Path,
    as_json: bool,
    keep: bool,
) -> int:
    """Send a file of events to a stage, and compare every balance with an independent reference model.

    Exit status: 0 every balance is right, 1 one is not, 2 the file must be changed.
    """
    status, prepared, now = Console(stderr=True), prepare(load_program(program), kind), datetime.now(UTC)
    read = partial(read_line, source=prepared.source, now=now)
    lines = read_lines(file, read, shape=SHAPES[kind], nothing="sent", limit=limit)
    most = max(math.floor(rate), 1) if rate else None  # events in one post: at most those of one second
    planned = plan(lines, duplicates=duplicates, late=late, seed=seed, most=most)
    with open_stage() as stage:
        prepared = with_late_days(prepared, lines, now=now)
        result = play(stage, prepared, planned, lines=len(lines), rate=rate, status=status)
        if as_json:
            print(json.dumps(result.document, indent=2, ensure_ascii=False), flush=True)
        else:
            show_result(result, console())
        if keep and stage.pid == os.getpid():
            keep_running(stage.aws, stage.outputs, status)
    return FAILED if result.comparison.mismatches or result.failed_messages else DONE
