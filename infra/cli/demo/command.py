"""`ladder demo`: the command."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from random import Random
from threading import Event

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.cli.demo.document import Summary
from infra.cli.demo.history import CallHistory, call_history
from infra.cli.demo.model import RealModel, real_model
from infra.cli.demo.play import nights_of, on_one_per_metric, play, played_today
from infra.cli.demo.screen import show
from infra.cli.demo.stopping import Stopped, stopped_once
from infra.cli.judge.key import key_of
from infra.local.fake_model import MODEL as STAND_IN
from infra.local.stage import Stage, stage
from ladder.adapters.program_file import load_program

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
SEED = 1999
WIDTH_IN_FILES = 110


def run(arguments: Sequence[str]) -> int:
    asked, told = _parser().parse_args(arguments), Console(stderr=True)
    try:
        with stopped_once():
            _show(asked, told)
    except Stopped as stopped:
        told.print("stopped")
        return stopped.status
    return 0


def _show(asked: argparse.Namespace, told: Console) -> None:
    history, model = call_history(SEED), _model(asked)
    with _opened(history, model, told, one_per_metric=asked.one_per_metric) as on:
        summary = _played(on, history, nights_of(history, asked.nights), told)
        _print(summary, as_json=asked.json)
        if asked.keep:
            _keep(on, told)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ladder demo", description="Deploy the bundle to an embedded AWS and play two months of a call centre."
    )
    parser.add_argument("--nights", type=_count, metavar="N", help="play N nights (by default all of the history)")
    parser.add_argument(
        "--one-per-metric", action="store_true", help="on a platform that allows one active challenge per metric"
    )
    parser.add_argument("--model-url", metavar="URL", help="an OpenAI-compatible service judges; without, a stand-in")
    parser.add_argument("--model", default=STAND_IN, metavar="NAME", help="as the service names it")
    parser.add_argument("--model-key-file", type=Path, metavar="FILE", help="holds the service's key, if it wants one")
    parser.add_argument("--json", action="store_true", help="print one JSON document, and nothing else, on stdout")
    parser.add_argument("--keep", action="store_true", help="leave the stage running afterwards, to look around")
    return parser


def _model(asked: argparse.Namespace) -> RealModel | None:
    """Raises Rejected where it does not answer as it is given: before anything starts."""
    return real_model(asked.model_url, asked.model, key_of(asked.model_key_file)) if asked.model_url else None


@contextmanager
def _opened(history: CallHistory, model: RealModel | None, told: Console, *, one_per_metric: bool) -> Iterator[Stage]:
    """Ids from the seed: whom chance draws into a cohort is the same in every run, so that figures can be compared."""
    program, chance = played_today(load_program(PROGRAM)), Random(SEED)  # noqa: S311
    program = on_one_per_metric(program) if one_per_metric else program
    waiting = told.status("Starting an embedded AWS, synthesising the bundle, deploying it …")
    judged = model.judging(program) if model else program
    with waiting, stage(judged, history, new_id=lambda: chance.randbytes(16).hex()) as on:
        if model:
            model.connect(on.aws, on.outputs, program.key)
        waiting.stop()
        yield on


def _played(on: Stage, history: CallHistory, nights: list[date], told: Console) -> Summary:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=told) as progress:
        bar = progress.add_task("Nights", total=len(nights))

        def tell(done: int, _of: int, night: date) -> None:
            progress.update(bar, completed=done, description=f"Night of {night}")

        summary = play(on, history, nights, tell=tell)
        progress.update(bar, completed=len(nights))
    return summary


def _print(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        json.dump(summary.as_json(), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        console = Console()
        show(summary, console if console.is_terminal else Console(width=WIDTH_IN_FILES))


def _keep(on: Stage, told: Console) -> None:
    """Until Enter, or until Ctrl-C where there is no keyboard. Any AWS tool can look around with dummy keys."""
    told.print(f"The stage is still up: AWS at {on.aws.endpoint}, the platform at {on.simulator.base_url}.")
    for name, value in on.outputs.items():
        told.print(f"  {name}: {value}")
    told.print("Enter or Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        if not sys.stdin.readline():
            Event().wait()


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of nights: write 1 or more")
    return int(text)
