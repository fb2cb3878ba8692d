"""`ladder judge --posts FILE`: what the badges function would make of posts, for who tunes prompts and policies."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.cli.judge.evaluate import at_its_worst, badge_of, court
from infra.cli.judge.key import key_of
from infra.cli.judge.posts import read_posts
from infra.cli.judge.report import holds, report
from infra.cli.judge.screen import lines
from infra.cli.line_files import FileRefused
from infra.cli.program.check import printable
from infra.local.fake_model import MODEL, FakeLLM
from ladder.adapters.openai import read_endpoint
from ladder.adapters.program_file import load_program
from ladder.adapters.secrets import Secret
from ladder.domain.errors import Rejected

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
DONE, FAILED, REFUSED = 0, 1, 2
OBEDIENT = (
    "the worst case: the stand-in does whatever the text says, the policy is auto and its probation over, and every "
    "post comes with all the numbers that the badge asks for"
)
POSTS = (
    'JSON lines, .jsonl or .jsonl.gz: {"text": "…", "label": …}; '
    "label may be left out, 1 or attack for a known attack, 0 or harmless for what is none; "
    '"attributes": {"helpful": 3} are numbers that the sender sends with the post'
)


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 where no post brought a badge by itself, 1 where one did, 2 where the file needs mending."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if wrong := _contradiction(asked):
        parser.error(wrong)
    try:
        posts, api_key = read_posts(asked.posts), key_of(asked.model_key_file)
    except FileRefused as refused:
        print("\n".join(map(printable, str(refused).split("\n"))), file=sys.stderr)
        return REFUSED
    program = load_program(asked.program)
    badge = badge_of(program, asked.badge)
    with _model(asked) as url:
        model = asked.model or MODEL
        judged = at_its_worst(badge) if asked.obedient else badge
        sitting = court(program, judged, url=url, model=model, api_key=api_key)
        told = {"model": model, **report(sitting, sitting.hear(posts))}
    print(json.dumps(told, indent=2) if asked.json else "\n".join(map(printable, lines(told))))
    return DONE if holds(told) else FAILED


def _contradiction(asked: argparse.Namespace) -> str:
    """What would be passed over in silence; "" where nothing is."""
    if asked.obedient and asked.model_url:
        return "--obedient is for the stand-in: leave it out, or leave out --model-url"
    if not asked.model_url and (asked.model or asked.model_key_file):
        return "--model and --model-key-file are for a service of your own: say where it is with --model-url"
    return ""


@contextmanager
def _model(asked: argparse.Namespace) -> Iterator[str]:
    if asked.model_url:
        yield asked.model_url
        return
    with FakeLLM(obedient=asked.obedient) as model:
        yield model.url


def _address(text: str) -> str:
    try:
        return read_endpoint(Secret("--model-url", json.dumps({"base_url": text}))).base_url
    except Rejected as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a model: write https://… (http:// on this machine only)"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ladder judge",
        description="Run posts through the badges function's own code, on stores in memory.",
    )
    parser.add_argument("--posts", type=Path, required=True, metavar="FILE", help=POSTS)
    parser.add_argument("--obedient", action="store_true", help=OBEDIENT)
    parser.add_argument(
        "--model-url", type=_address, metavar="URL", help="a service of OpenAI's kind; without, the stand-in"
    )
    parser.add_argument("--model", metavar="NAME", help="as the service at --model-url names it")
    parser.add_argument("--model-key-file", type=Path, metavar="FILE", help="holds the service's key, if it wants one")
    parser.add_argument("--program", type=Path, default=PROGRAM, metavar="FILE", help="by default the bundled bank")
    parser.add_argument("--badge", metavar="KEY", help="by default the program's first that is judged by posts")
    parser.add_argument("--json", action="store_true", help="print one JSON document, and nothing else, on stdout")
    return parser
