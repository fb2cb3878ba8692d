"""`ladder demo`: the command."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from random import Random
from threading import Event

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.cli.arguments import json_option, whole_number
from infra.cli.demo.document import Summary
from infra.cli.demo.history import CallHistory, call_history
from infra.cli.demo.model import RealModel, real_model
from infra.cli.demo.play import nights_of, on_one_per_metric, play, played_today
from infra.cli.demo.screen import show
from infra.cli.demo.stopping import Stopped, stopped_once
from infra.cli.input_files import read_key_file
from infra.local.fake_model import MODEL as STAND_IN
from infra.local.stage import Stage, stage
from ladder.adapters.program_file import load_program

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
SEED = 1999
WIDTH_IN_FILES = 110


@click.command()
@click.option("--nights", type=whole_number(1), metavar="N", help="Play N nights. Default: the whole history.")
@click.option("--one-per-metric", is_flag=True, help="Use a platform that allows one active challenge per metric.")
@click.option("--model-url", metavar="URL", help="An OpenAI-compatible service that judges. Default: a fake model.")
@click.option("--model", "model_name", default=STAND_IN, metavar="NAME", help="The model's name at that service.")
@click.option("--model-key-file", type=Path, metavar="FILE", help="A file that holds the service's API key.")
@json_option
@click.option("--keep", is_flag=True, help="Leave the stage running afterwards, to look around.")
def demo(
    *,
    nights: int | None,
    one_per_metric: bool,
    model_url: str | None,
    model_name: str,
    model_key_file: Path | None,
    as_json: bool,
    keep: bool,
) -> int:
    """Deploy Ladder to an embedded AWS and play two months of a contact centre."""
    told = Console(stderr=True)
    try:
        with stopped_once():
            history = call_history(SEED)
            # a model that does not answer as it is given is refused before anything starts
            model = real_model(model_url, model_name, read_key_file(model_key_file)) if model_url else None
            with _opened(history, model, told, one_per_metric=one_per_metric) as on:
                summary = _played(on, history, nights_of(history, nights), told)
                _print(summary, as_json=as_json)
                if keep:
                    _keep(on, told)
    except Stopped as stopped:
        told.print("stopped")
        return stopped.status
    return 0


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
