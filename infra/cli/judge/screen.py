"""What came of posts, as people read it."""

from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import Any

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
TELLING = ("granted", "unjudged", "proposed", "refused")  # what tells most comes first
MOST_SHOWN, QUOTED = 20, 60  # posts; characters of a quote


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """`told`: a report, and by which model it was judged."""
    yield f"{told['badge']}, policy {told['policy']}, judged by {told['model']}:"
    yield from (f"  {told[name]:>7}  {words}" for name, words in ROWS.items())
    yield from (f"  {count:>7}  answers not taken: {reason}" for reason, count in told["answers_refused"].items())
    telling = sorted(told["heard"], key=lambda each: TELLING.index(each["outcome"]))
    yield from map(_post, telling[:MOST_SHOWN])
    if (left := len(told["heard"]) - MOST_SHOWN) > 0:
        yield f"  … and {left} more, which --json lists"


def _post(heard: Mapping[str, Any]) -> str:
    quote = f": “{shorten(heard['quote'], QUOTED, placeholder=' …')}”" if heard["quote"] else ""
    return f"  line {heard['line']:>4}  {heard['outcome']:<8}  {heard['because']}{quote}"
