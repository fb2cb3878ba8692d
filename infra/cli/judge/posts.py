"""A file of posts, one a line: the text, and whether it is a known attack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ladder.domain.activities.activity import TEXT
from ladder.domain.errors import Rejected
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


def read_post(number: int, raw: bytes) -> Post:
    """Raises Rejected, with what to write."""
    try:
        document = json.loads(raw)
    except UnicodeDecodeError as error:
        byte = f"byte {error.object[error.start]:#04x} at {error.start + 1}"
        raise Rejected(f"not UTF-8 ({byte}): save the file in that encoding") from error
    except ValueError as error:
        raise Rejected(f"not JSON ({error}): write {SHAPE}") from error
    if not isinstance(document, dict):
        raise Rejected(f"not a JSON object: write {SHAPE}")
    text, label, attributes = document.get("text"), document.get("label"), document.get("attributes", {})
    if not isinstance(text, str) or not text.strip():
        raise Rejected('text is missing or empty: write "text": "…", the post as it was written')
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Rejected("text holds half a character (a lone surrogate): write whole ones")
    name = label.casefold() if isinstance(label, str) else label
    if isinstance(label, bool | float | list | dict) or (label is not None and name not in LABELS):
        raise Rejected(f"label {json.dumps(label)} is unknown: write 1 or attack, 0 or harmless, or leave it out")
    if not isinstance(attributes, dict) or TEXT in attributes:
        raise Rejected('attributes is not a JSON object without text: write {"helpful": 3}, or leave it out')
    if not all(isinstance(value, str | int | float | None) for value in attributes.values()):
        raise Rejected("attributes holds a list or an object: write numbers, texts, true or false")
    return Post(number, text, None if label is None else LABELS[name], attributes)
