"""The digest of an item: SHA-256 of it in DynamoDB's own JSON, names sorted, ASCII, no spaces.

So anybody can take it without us: `aws dynamodb get-item … --query Item | jq -jacS . | sha256sum`. Every value carries
its kind, so that no two different items read the same.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

type StoredItem = Mapping[str, Any]


def digest(item: StoredItem) -> bytes:
    return hashlib.sha256(canonical(item).encode()).digest()


def canonical(item: StoredItem) -> str:
    typed = {name: _typed(value) for name, value in item.items()}
    return json.dumps(typed, sort_keys=True, separators=(",", ":"))


def salted_digest(text: str, salt: bytes) -> bytes:
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


SEALS, MARKS = "SEAL#", "SEALED#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One decision. `key` follows from what was decided, so the same decision twice is one record.

    It has no digest of its own: whoever can rewrite a record can rewrite that too. The seal has it.
    """

    program: str
    key: str
    what: str
    who: str  # a person, or the part of Ladder that did it
    why: str
    at: datetime
    about: Mapping[str, str | int] = field(default_factory=dict)  # the ids it is found by: member, decision, rotation …
    digest: bytes | None = None  # of what may be erased, salted where it could be guessed; the salt goes with the text

    def __post_init__(self) -> None:
        if is_reserved(self.key):
            raise ValueError(f"the sealer alone writes what is called {self.key!r}")

    @property
    def item(self) -> dict[str, Any]:
        return {
            "pk": self.program,
            "sk": self.key,
            "what": self.what,
            "who": self.who,
            "why": self.why,
            "at": self.at.astimezone(UTC).isoformat(),
            "about": dict(self.about),
            **({"digest": self.digest} if self.digest else {}),
        }


def is_reserved(key: str) -> bool:
    """Whether the sealer writes it; everything else is a record."""
    return key.startswith((SEALS, MARKS))
