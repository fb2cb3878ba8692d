"""`ladder demo`: deploys Ladder to an embedded AWS and plays a history of calls."""

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
from infra.cli.demo.model import RealModel, check_model
from infra.cli.demo.play import accepting_late_events, nights_of, play, with_one_challenge_per_metric
from infra.cli.demo.screen import show
from infra.cli.demo.stopping import Stopped, stopped_once
from infra.cli.input_files import read_key_file
from infra.cli.tables import console
from infra.local.call_history import CallHistory, call_history
from infra.local.fake_model import MODEL as FAKE_MODEL
from infra.local.stage import Stage, stage
from ladder.adapters.program_file import load_program

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
SEED = 1999


@click.command(short_help="Play two months of a call centre on this machine.")
@click.option("--nights", type=whole_number(1), metavar="N", help="Play N nights. Default: the whole history.")
@click.option("--one-per-metric", is_flag=True, help="Use a platform that allows one active challenge per metric.")
@click.option("--model-url", metavar="URL", help="An OpenAI-compatible service that judges. Default: a fake model.")
@click.option("--model", "model_name", default=FAKE_MODEL, metavar="NAME", help="The model's name at that service.")
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
    status = Console(stderr=True)
    try:
        with stopped_once():
            history = call_history(SEED)
            # a model that does not answer is refused before anything starts
            model = check_model(model_url, model_name, read_key_file(model_key_file)) if model_url else None
            with _open_stage(history, model, status, one_per_metric=one_per_metric) as running:
                summary = _play(running, history, nights_of(history, nights), status)
                if as_json:
                    json.dump(summary.as_json(), sys.stdout, indent=2)
                    sys.stdout.write("\n")
                else:
                    show(summary, console())
                if keep:
                    _wait(running, status)
    except Stopped as stopped:
        status.print("stopped")
        return stopped.status
    return 0


@contextmanager
def _open_stage(
    history: CallHistory, model: RealModel | None, status: Console, *, one_per_metric: bool
) -> Iterator[Stage]:
    """Deploy the stage. Ids come from the seed, so every run puts the same members into a cohort."""
    program, rng = accepting_late_events(load_program(PROGRAM)), Random(SEED)  # noqa: S311
    program = with_one_challenge_per_metric(program) if one_per_metric else program
    starting = status.status("Starting an embedded AWS, building the bundle, deploying it …")
    program = model.judging(program) if model else program
    with starting, stage(program, history, new_id=lambda: rng.randbytes(16).hex()) as running:
        if model:
            model.connect(running.aws, running.outputs, program.key)
        starting.stop()
        yield running


def _play(running: Stage, history: CallHistory, nights: list[date], status: Console) -> Summary:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=status) as progress:
        bar = progress.add_task("Nights", total=len(nights))

        def show_night(done: int, _of: int, night: date) -> None:
            progress.update(bar, completed=done, description=f"Night of {night}")

        summary = play(running, history, nights, progress=show_night)
        progress.update(bar, completed=len(nights))
    return summary


def _wait(running: Stage, status: Console) -> None:
    """Wait for Enter, or for Ctrl-C where there is no keyboard. Any AWS tool can connect with dummy keys."""
    status.print(
        f"The stage is still running: AWS at {running.aws.endpoint}, platform at {running.simulator.base_url}."
    )
    for name, value in running.outputs.items():
        status.print(f"  {name}: {value}")
    status.print("Press Enter or Ctrl-C to stop it.")
    with suppress(KeyboardInterrupt):
        if not sys.stdin.readline():
            Event().wait()
