"""A file of posts, each on a line of its own: what was written, and whether it is known to be an attack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.cli.input_files import InputFileError, raw_lines
from ladder.domain.activities.written_text import TEXT
from ladder.domain.programs.rules import Plain

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
MOST_TOLD = 20  # mistakes


@dataclass(frozen=True, slots=True)
class Post:
    """`attack` None: nobody said what it is. `attributes`: the numbers that its sender sends with it."""

    number: int  # of its line
    text: str
    attack: bool | None
    attributes: Mapping[str, Plain] = field(default_factory=dict)


def read_posts(file: Path) -> list[Post]:
    """All of them. Raises FileRefused with every mistake, up to twenty."""
    posts, mistakes = list[Post](), list[str]()
    for number, raw in raw_lines(file):
        found = _read(number, raw)
        if isinstance(found, Post):
            posts.append(found)
        else:
            mistakes.append(f"{file}, line {number}: {found}")
    if not posts and not mistakes:
        mistakes.append(f"{file}: it holds no posts")
    if mistakes:
        more = [f"… and {len(mistakes) - MOST_TOLD} more lines"] if len(mistakes) > MOST_TOLD else []
        raise InputFileError("\n".join([*mistakes[:MOST_TOLD], *more, f"Nothing was judged. A line reads {SHAPE}"]))
    return posts


def _read(number: int, raw: bytes) -> Post | str:
    """The post, or what is wrong and how to mend it."""
    try:
        told = json.loads(raw)
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.object[error.start]:#04x} at {error.start + 1}): save the file in that encoding"
    except ValueError as error:
        return f"not JSON ({error}): write {SHAPE}"
    if not isinstance(told, dict):
        return f"not a JSON object: write {SHAPE}"
    text, label, attributes = told.get("text"), told.get("label"), told.get("attributes", {})
    if wrong := _wrong_text(text) or _wrong_label(label) or _wrong_attributes(attributes):
        return wrong
    return Post(number, str(text), None if label is None else LABELS[_folded(label)], attributes)


def _wrong_text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        return 'text is missing or empty: write "text": "…", the post as it was written'
    return "" if _is_whole(text) else "text holds half a character (a lone surrogate): write whole ones"


def _wrong_label(label: object) -> str:
    told = label is None or (isinstance(label, str | int) and not isinstance(label, bool) and _folded(label) in LABELS)
    return "" if told else f"label {json.dumps(label)} is unknown: write 1 or attack, 0 or harmless, or leave it out"


def _wrong_attributes(attributes: object) -> str:
    if not isinstance(attributes, dict) or TEXT in attributes:
        return 'attributes is no JSON object beside the text: write "attributes": {"helpful": 3}, or leave it out'
    plain = all(isinstance(value, str | int | float | None) for value in attributes.values())
    return "" if plain else "attributes holds a list or an object: write numbers, texts, true or false"


def _folded(label: object) -> object:
    return label.casefold() if isinstance(label, str) else label


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
