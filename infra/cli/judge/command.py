"""`ladder judge --posts FILE`: what the badges function would make of posts, to tune prompts and policies."""

import json
from contextlib import nullcontext
from pathlib import Path

import click

from infra.cli.arguments import json_option
from infra.cli.input_files import read_key_file
from infra.cli.judge.evaluate import find_badge, local_evaluation, worst_case
from infra.cli.judge.posts import read_posts
from infra.cli.judge.report import holds, report, report_lines
from infra.cli.terminal import print_lines
from infra.local.fake_model import MODEL, FakeLLM
from ladder.adapters.openai import read_endpoint
from ladder.adapters.program_file import load_program
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected

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


def _model_url(text: str) -> str:
    try:
        return read_endpoint(Secret("--model-url", json.dumps({"base_url": text}))).base_url
    except Rejected as error:
        raise click.BadParameter(
            f"{text!r} is not the address of a model: write https://… (http:// on this machine only)"
        ) from error


@click.command(short_help="Run posts through the badges function, and count what it grants.")
@click.option("--posts", "file", type=Path, required=True, metavar="FILE", help=POSTS)
@click.option("--obedient", is_flag=True, help=OBEDIENT)
@click.option("--model-url", type=_model_url, metavar="URL", help="OpenAI-compatible service. Default: a fake model.")
@click.option("--model", metavar="NAME", help="The model's name at the service of --model-url.")
@click.option("--model-key-file", type=Path, metavar="FILE", help="A file that holds the service's API key.")
@click.option("--program", "program_file", type=Path, default=PROGRAM, metavar="FILE", help="Default: the bank.")
@click.option("--badge", metavar="KEY", help="Default: the program's first badge that is judged by posts.")
@json_option
def judge(
    *,
    file: Path,
    obedient: bool,
    model_url: str | None,
    model: str | None,
    model_key_file: Path | None,
    program_file: Path,
    badge: str | None,
    as_json: bool,
) -> int:
    """Run posts through the code of the badges function, with all stores in memory.

    Exit status: 0 no post earned a badge by itself, 1 a post did, 2 the file must be changed.
    """
    if obedient and model_url:
        raise click.UsageError("--obedient is for the fake model: leave it out, or leave out --model-url")
    if not model_url and (model or model_key_file):
        raise click.UsageError("--model and --model-key-file need --model-url: the address of your own service")
    posts, api_key, name = read_posts(file), read_key_file(model_key_file), model or MODEL
    program = load_program(program_file)
    judged = find_badge(program, badge)
    with nullcontext() if model_url else FakeLLM(obedient=obedient) as fake:
        evaluation = local_evaluation(
            program,
            worst_case(judged) if obedient else judged,
            url=model_url or (fake.url if fake else ""),
            model=name,
            api_key=api_key,
        )
        document = {"model": name, **report(evaluation, evaluation.evaluate_posts(posts))}
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        print_lines([*report_lines(document)])
    return DONE if holds(document) else FAILED
