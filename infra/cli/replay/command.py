"""`ladder replay --source xapi|standard --file FILE`: events through the whole path, then every balance checked."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from rich.console import Console

from infra.cli.line_files import FileRefused
from infra.cli.program.check import printable
from infra.cli.replay.drive import ReplayFailed
from infra.cli.replay.lines import read_lines, told
from infra.cli.replay.plan import plan
from infra.cli.replay.play import play
from infra.cli.replay.report import Replayed, show
from infra.cli.replay.stage import Ground, counting_back, ground, prepared
from ladder.adapters.program_file import load_program

PROGRAM = Path(__file__).parents[2] / "programs" / "academy.yaml"
DONE, FAILED, REFUSED = 0, 1, 2
WIDTH_IN_FILES = 110
MOST_RATE = 1_000.0


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 where every balance is right, 1 where one is not, 2 where the file needs mending."""
    asked, said = _parser().parse_args(arguments), Console(stderr=True)
    try:
        wanted = prepared(load_program(asked.program), asked.source)
        now = datetime.now(UTC)
        lines = read_lines(asked.file, asked.source, wanted.source, now=now, limit=asked.limit)
        planned = plan(lines, duplicates=asked.duplicates, late=asked.late, seed=asked.seed, most=_most(asked.rate))
        with ground() as on:
            back = counting_back(wanted, [each.activity for each in told(lines)], now=now)
            replayed = play(on, back, lines, planned, rate=asked.rate, said=said)
            _print(replayed, as_json=asked.json)
            if asked.keep and on.own:
                _keep(on, said)
    except FileRefused as refused:
        print("\n".join(map(printable, str(refused).split("\n"))), file=sys.stderr)
        return REFUSED
    except ReplayFailed as failed:
        print(printable(f"ladder replay: {failed}"), file=sys.stderr)
        return FAILED
    return FAILED if replayed.compared.mismatches or replayed.dead else DONE


def _most(rate: float | None) -> int | None:
    """Events in one post: no more than a second's worth."""
    return None if rate is None else max(math.floor(rate), 1)


def _print(replayed: Replayed, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(replayed.document, indent=2, ensure_ascii=False), flush=True)
        return
    console = Console()
    show(replayed, console if console.is_terminal else Console(width=WIDTH_IN_FILES))


def _keep(on: Ground, said: Console) -> None:
    said.print(f"The stage stays at {on.aws.endpoint}. Try `ladder ledger verify` in another window; Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ladder replay",
        description="Drive a stage with a file of events and compare every balance with an independent oracle.",
    )
    parser.add_argument("--source", choices=("xapi", "standard"), required=True, help="what the file's lines are")
    parser.add_argument("--file", type=Path, required=True, metavar="FILE", help="JSON lines, .jsonl or .jsonl.gz")
    parser.add_argument("--rate", type=_rate, metavar="N", help="events a second at most; without, as fast as it goes")
    parser.add_argument("--duplicates", type=_share, default=0.0, metavar="5%", help="share of events sent again")
    parser.add_argument("--late", type=_share, default=0.0, metavar="2%", help="share of events held back")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N lines of the file")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of chance; 0 if left out")
    parser.add_argument("--program", type=Path, default=PROGRAM, metavar="FILE", help="by default the bundled academy")
    parser.add_argument("--json", action="store_true", help="print one JSON document, and nothing else, on stdout")
    parser.add_argument(
        "--keep", action="store_true", help="leave a stage that was started for this running afterwards"
    )
    return parser


def _share(text: str) -> float:
    """`5%` or `0.05`."""
    percent = text.strip().endswith("%")
    try:
        found = float(text.strip().removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        found = math.nan
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no share; write 5% or 0.05, from 0 to 1')
    return found


def _rate(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found <= MOST_RATE:
        raise argparse.ArgumentTypeError(f'"{text}" is no rate; write events a second, above 0 and up to {MOST_RATE:g}')
    return found


def _count(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of lines; write 1 or more')
    return int(text)
