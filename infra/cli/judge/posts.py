"""A file of posts, one a line: the text, and whether it is a known attack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.cli.input_files import mistakes_error, raw_lines
from ladder.domain.activities.activity import TEXT
from ladder.domain.validation.constraints import Plain

SHAPE = '{"text": "…", "label": 0, "attributes": {"helpful": 3}}'
LABELS: Mapping[object, bool] = {
    0: False,
    1: True,
    "0": False,
    "1": True,
    "attack": True,
    "injection": True,
    "malicious": True,
    "benign": False,
    "harmless": False,
}


@dataclass(frozen=True, slots=True)
class Post:
    """`attack` None: unknown. `attributes`: the numbers that the sender sends with it."""

    number: int  # of its line
    text: str
    attack: bool | None
    attributes: Mapping[str, Plain] = field(default_factory=dict)


def read_posts(file: Path) -> list[Post]:
    """Raises InputFileError with every mistake, up to twenty."""
    posts, mistakes = list[Post](), list[str]()
    for number, raw in raw_lines(file):
        post = _read(number, raw)
        if isinstance(post, Post):
            posts.append(post)
        else:
            mistakes.append(f"{file}, line {number}: {post}")
    if not posts and not mistakes:
        mistakes.append(f"{file}: it holds no posts")
    if mistakes:
        raise mistakes_error(mistakes, f"Nothing was judged. A line reads {SHAPE}")
    return posts


def _read(number: int, raw: bytes) -> Post | str:
    """Return the post, or what is wrong and what to write."""
    try:
        document = json.loads(raw)
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.object[error.start]:#04x} at {error.start + 1}): save the file in that encoding"
    except ValueError as error:
        return f"not JSON ({error}): write {SHAPE}"
    if not isinstance(document, dict):
        return f"not a JSON object: write {SHAPE}"
    text, label, attributes = document.get("text"), document.get("label"), document.get("attributes", {})
    if not isinstance(text, str) or not text.strip():
        return 'text is missing or empty: write "text": "…", the post as it was written'
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return "text holds half a character (a lone surrogate): write whole ones"
    name = label.casefold() if isinstance(label, str) else label
    if isinstance(label, bool | float | list | dict) or (label is not None and name not in LABELS):
        return f"label {json.dumps(label)} is unknown: write 1 or attack, 0 or harmless, or leave it out"
    if not isinstance(attributes, dict) or TEXT in attributes:
        return 'attributes is not a JSON object without text: write "attributes": {"helpful": 3}, or leave it out'
    if not all(isinstance(value, str | int | float | None) for value in attributes.values()):
        return "attributes holds a list or an object: write numbers, texts, true or false"
    return Post(number, text, None if label is None else LABELS[name], attributes)
