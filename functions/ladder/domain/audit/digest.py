"""The digest of an item: SHA-256 of it in DynamoDB's own JSON, names sorted, ASCII, no spaces.

So anybody can take it without us: `aws dynamodb get-item … --query Item | jq -jacS . | sha256sum`. Every value carries
its kind, so that no two different items read the same.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

type StoredItem = Mapping[str, Any]


def digest(item: StoredItem) -> bytes:
    return hashlib.sha256(canonical(item).encode()).digest()


def canonical(item: StoredItem) -> str:
    typed = {name: _typed(value) for name, value in item.items()}
    return json.dumps(typed, sort_keys=True, separators=(",", ":"))


def salted(text: str, salt: bytes) -> bytes:
    """Of a text that somebody may want erased: whoever knows it can say that it was this one, while the salt is kept.

    The salt is kept beside the text and goes with it, so that nobody can guess the text from what is left.
    """
    return hashlib.sha256(salt + text.encode()).digest()


def _typed(value: object) -> dict[str, object]:
    """What Ladder never writes has a kind of its own, whatever it is: it differs, which is all that is asked of it."""
    told = KINDS.get(type(value))
    return told(value) if told else {"?": repr(value)}


KINDS: Mapping[type, Callable[[Any], dict[str, object]]] = {
    str: lambda value: {"S": value},
    int: lambda value: {"N": str(value)},
    bytes: lambda value: {"B": b64encode(value).decode()},
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    dict: lambda value: {"M": {name: _typed(each) for name, each in value.items()}},
}
