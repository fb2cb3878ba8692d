"""`ladder demo`: deploys Ladder to an embedded AWS and plays a history of calls."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click
from rich.console import Console

from infra.cli.arguments import json_option, language_option, whole_number
from infra.cli.demo.console import add_console_users, console_lines
from infra.cli.demo.dates import dated, dated_files
from infra.cli.demo.play import play
from infra.cli.demo.said import say_what_happens
from infra.cli.demo.screen import show
from infra.cli.driver.model import ModelService, model_options
from infra.cli.driver.progress import keep_running, stoppable
from infra.cli.program_file import load_files
from infra.cli.tables import console
from infra.cli.texts import texts
from infra.local.call_history import call_history
from infra.local.people import named_rows
from infra.local.running import announce_users
from infra.local.stage import stage
from ladder.adapters.secrets import secret_name
from ladder.domain.points.judged_badge import JudgeModel

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
SEED = 1999


@click.command(short_help="Play two months of a call centre on this machine.")
@click.option("--nights", type=whole_number(1), metavar="N", help="Play N nights, the last of them today. Default: 46.")
@click.option("--one-per-metric", is_flag=True, help="Use a platform that allows one active challenge per metric.")
@model_options
@language_option
@json_option
@click.option("--keep", is_flag=True, help="Leave the stage running afterwards, to look around.")
@stoppable
def demo(
    *,
    nights: int | None,
    one_per_metric: bool,
    service: ModelService | None,
    language: str,
    as_json: bool,
    keep: bool,
) -> int:
    """Deploy Ladder to an embedded AWS and play two months of a contact centre."""
    status, say, history, rng = Console(stderr=True), texts(language), call_history(SEED), Random(SEED)  # noqa: S311
    written, files = load_files(PROGRAM)
    program, history = dated(written, history, nights, now=datetime.now(UTC))
    if platform := program.challenges.platform:
        platform = replace(
            platform, one_active_per_metric=one_per_metric or platform.one_active_per_metric, language=language
        )
        program = replace(program, challenges=replace(program.challenges, platform=platform))
    if service:
        service.check()  # a model that does not answer is refused before anything starts
        settings = program.judge or JudgeModel(model="")
        program = replace(program, judge=replace(settings, kind="openai", model=service.name))
    starting = status.status(say("demo.starting"))
    # ids come from the seed, so every run puts the same members into a cohort
    people = named_rows(history.users) if keep else None  # the pages show names and teams
    with (
        starting,
        stage(program, history, new_id=lambda: rng.randbytes(16).hex(), rows=people, console=keep) as running,
    ):
        if service:
            name = secret_name(running.outputs["Environment"], program.key, "judge")
            running.aws.client("secretsmanager").create_secret(Name=name, SecretString=service.secret.text)
        starting.stop()
        running.keep_files(dated_files(files, program))
        summary = play(running, history, say=say, status=status)
        with status.status(say("demo.saying")):
            summary = replace(summary, said=say_what_happens(running))
        if as_json:
            print(json.dumps(summary.as_json(), indent=2), flush=True)
        else:
            show(summary, console(), say)
        if keep:
            users = add_console_users(running, summary.points.agent)
            announce_users(running.aws.endpoint, users)
            for line in console_lines(running.outputs["ConsoleUrl"], users, say):
                status.print(line, highlight=False, soft_wrap=True)
            keep_running(running.aws, running.outputs, status)
    return 0
