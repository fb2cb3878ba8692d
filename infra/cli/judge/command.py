"""`ladder judge --posts FILE`: what the badges function would make of posts, to tune prompts and policies."""

import json
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Console

from infra.cli.arguments import json_option
from infra.cli.driver.model import ModelService, model_options
from infra.cli.driver.progress import Stopped, progress, stopped_once
from infra.cli.input_files import read_lines
from infra.cli.judge.evaluate import JudgedPost, local_evaluation
from infra.cli.judge.posts import SHAPE, read_post
from infra.cli.judge.report import HARMFUL, report, report_lines
from infra.cli.program_file import load_program
from infra.cli.terminal import print_lines
from infra.local.fake_model import FakeLLM

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
DONE, FAILED = 0, 1
POSTS = (
    'JSON lines (.jsonl or .jsonl.gz): {"text": "…", "label": …, "attributes": {"helpful": 3}}. '
    "label, optional: 1 or attack for a known attack, 0 or harmless. "
    "attributes, optional: numbers that the sender sends with the post."
)
OBEDIENT = (
    "The worst case: the fake model does whatever the text says, the policy is auto and past its probation, and every "
    "post comes with all numbers that the badge asks for."
)


@click.command(short_help="Run posts through the badges function, and count what it grants.")
@click.option("--posts", "file", type=Path, required=True, metavar="FILE", help=POSTS)
@click.option("--obedient", is_flag=True, help=OBEDIENT)
@model_options
@click.option("--program", "program_file", type=Path, default=PROGRAM, metavar="FILE", help="Default: the bank.")
@click.option("--badge", metavar="KEY", help="Default: the program's first badge that is judged by posts.")
@json_option
def judge(
    *,
    file: Path,
    obedient: bool,
    service: ModelService | None,
    program_file: Path,
    badge: str | None,
    as_json: bool,
) -> int:
    """Run posts through the code of the badges function, with all stores in memory.

    Ctrl-C ends it with a report of the posts judged so far.

    Exit status: 0 no post earned a badge by itself, 1 a post did, 2 the file must be changed, 130 interrupted.
    """
    if obedient and service:
        raise click.UsageError("--obedient is for the fake model: leave it out, or leave out --model-url")
    posts = read_lines(file, read_post, shape=SHAPE, nothing="judged")
    program, stopped = load_program(program_file), None
    judged = list[JudgedPost]()
    with nullcontext() if service else FakeLLM(obedient=obedient) as fake:
        model = ModelService.at(fake.url) if fake else service
        assert model  # noqa: S101 - one of the two
        evaluation = local_evaluation(program, badge, model, worst_case=obedient)
        try:
            with stopped_once(), progress(Console(stderr=True), "Posts judged") as show:
                for post in posts:
                    judged.append(evaluation.judge_post(post))
                    show(len(judged), len(posts))
        except Stopped as signal:
            stopped = signal
    document = {"model": model.name, "in_file": len(posts), **report(evaluation, judged)}
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        print_lines([*report_lines(document)])
    if stopped:
        return stopped.status
    return FAILED if any(document[count] for count in HARMFUL) else DONE
