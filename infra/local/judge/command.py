"""`ladder judge --posts FILE`: what the badges function would make of posts, for who tunes prompts and policies."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.judge.court import badge_of, court
from infra.local.judge.key import key_of
from infra.local.judge.posts import read_posts
from infra.local.judge.report import holds, report
from infra.local.line_files import FileRefused
from infra.local.program_command import printable
from infra.local.stand_in import StandIn
from infra.local.stand_in.completion import MODEL
from ladder.adapters.program_file import load_program

PROGRAM = Path(__file__).parents[2] / "programs" / "bank.yaml"
DONE, FAILED, REFUSED = 0, 1, 2
ROWS: Mapping[str, str] = {
    "posts": "posts judged",
    "attacks": "known attacks among them",
    "proposed": "proposed, for a person to decide",
    "attacks_proposed": "known attacks among those",
    "granted": "granted without a reviewer",
    "outside_allow_list": "of a badge that was not offered",
    "evidence_missing": "on evidence that is not in the post",
    "harmless_refused": "harmless posts left without a verdict",
    "tokens": "tokens, as the model counts them",
}


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 where no post brought a badge by itself, 1 where one did, 2 where the file needs mending."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.obedient and asked.model_url:
        parser.error("--obedient is for the stand-in: leave it out, or leave out --model-url")
    try:
        posts, api_key = read_posts(asked.posts), key_of(asked.model_key_file)
    except FileRefused as refused:
        print("\n".join(map(printable, str(refused).split("\n"))), file=sys.stderr)
        return REFUSED
    program = load_program(asked.program)
    badge = badge_of(program, asked.badge)
    with _model(asked) as url:
        sitting = court(program, badge, url=url, model=asked.model, api_key=api_key)
        told = {"model": asked.model, **report(sitting, sitting.hear(posts))}
    print(json.dumps(told, indent=2) if asked.json else _table(told))
    return DONE if holds(told) else FAILED


@contextmanager
def _model(asked: argparse.Namespace) -> Iterator[str]:
    if asked.model_url:
        yield asked.model_url
        return
    with StandIn(obedient=asked.obedient) as model:
        yield model.url


def _table(told: Mapping[str, Any]) -> str:
    head = f"{told['badge']}, policy {told['policy']}, judged by {told['model']}:"
    rows = [f"  {told[name]:>7}  {words}" for name, words in ROWS.items()]
    reasons = [f"  {count:>7}  answers not taken: {reason}" for reason, count in told["answers_refused"].items()]
    return "\n".join([head, *rows, *reasons])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ladder judge",
        description="Run posts through the badges function's own code, on stores in memory.",
    )
    parser.add_argument("--posts", type=Path, required=True, metavar="FILE", help="JSON lines, .jsonl or .jsonl.gz")
    parser.add_argument("--obedient", action="store_true", help="let the stand-in do whatever the text says")
    parser.add_argument("--model-url", metavar="URL", help="an OpenAI-compatible service; without, the stand-in")
    parser.add_argument("--model", default=MODEL, metavar="NAME", help="as the service names it")
    parser.add_argument("--model-key-file", type=Path, metavar="FILE", help="holds the service's key, if it wants one")
    parser.add_argument("--program", type=Path, default=PROGRAM, metavar="FILE", help="by default the bundled bank")
    parser.add_argument("--badge", metavar="KEY", help="by default the program's first that is judged by posts")
    parser.add_argument("--json", action="store_true", help="print one JSON document, and nothing else, on stdout")
    return parser
