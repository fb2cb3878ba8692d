"""Audit records, and the digest of a stored item: SHA-256 of it in DynamoDB's JSON, names sorted, ASCII, no spaces.

An item is found by `program` and `key`. Anybody can compute its digest without Ladder:
`aws dynamodb get-item … --query Item | jq -jacS '{program: .pk, key: .sk} + del(.pk, .sk)' | sha256sum`. Every value
carries its type, so that no two different items have the same text.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from ladder.domain.message import VERBATIM, Message, verbatim

type StoredItem = Mapping[str, Any]  # by name; `program` and `key` among them


def digest(item: StoredItem) -> bytes:
    return hashlib.sha256(canonical(item).encode()).digest()


def canonical(item: StoredItem) -> str:
    typed = {name: _typed(value) for name, value in item.items()}
    return json.dumps(typed, sort_keys=True, separators=(",", ":"))


def salted_digest(text: str, salt: bytes) -> bytes:
    """Return the digest of a text that may have to be erased: while the salt exists, it proves which text was meant.

    The salt is stored and deleted with the text, so that nobody can guess the text from what remains.
    """
    return hashlib.sha256(salt + text.encode()).digest()


def _typed(value: object) -> dict[str, object]:
    """Return the value with its DynamoDB type; a type that Ladder never writes gets "?", so that it differs."""
    convert = CONVERTERS.get(type(value))
    return convert(value) if convert else {"?": repr(value)}


CONVERTERS: Mapping[type, Callable[[Any], dict[str, object]]] = {
    str: lambda value: {"S": value},
    int: lambda value: {"N": str(value)},
    bytes: lambda value: {"B": b64encode(value).decode()},
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    dict: lambda value: {"M": {name: _typed(field) for name, field in value.items()}},
}


NO_MEMBER = "0" * 32  # no member's id: those are drawn at random
SEALS, MARKS = "SEAL#", "SEALED#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record of one decision, which determines `key`: the same decision twice is one record.

    It has no digest of its own, because whoever can rewrite a record can rewrite that too. The seal has it.
    Text that may have to be erased stays outside: a record holds its digest at most. A record about a member is
    stored as `private` makes it.
    """

    program: str
    key: str
    what: str  # a reason code; what its sentence holds is in `about`
    who: str  # a person, or the part of Ladder that did it
    at: datetime
    why: Message | None = None  # the reason that a person gave, in their words, or that of the rule which decided
    about: Mapping[str, str | int] = field(default_factory=dict)  # the ids to find it by: member, decision, rotation …
    digest: bytes | None = None  # of erasable text, salted where it could be guessed; the salt is deleted with the text
    why_digest: bytes | None = None  # in place of `why`, where a person gave it and it is about a member

    def __post_init__(self) -> None:
        if is_reserved(self.key):
            raise ValueError(f"the key {self.key!r} is reserved for the sealer")

    @property
    def member(self) -> str | None:
        """Return the member it is about; None where it is about the program."""
        member = self.about.get("member", NO_MEMBER)
        return None if member == NO_MEMBER else str(member)

    @property
    def said(self) -> str | None:
        """Return the reason that a person gave, in their words; None where it is a rule's, or there is none."""
        return str(self.why.parameters["text"]) if self.why and self.why.code == VERBATIM else None

    @property
    def is_private(self) -> bool:
        """Return whether it names a member beside anything that may say who that is."""
        return self.member is not None and (self.said is not None or not PRIVATE.isdisjoint(self.about))

    @property
    def item(self) -> dict[str, Any]:
        return {
            "program": self.program,
            "key": self.key,
            "what": self.what,
            "who": self.who,
            "at": self.at.astimezone(UTC).isoformat(),
            "about": dict(self.about),
            **({"why": json.dumps(self.why.to_dict(), ensure_ascii=False)} if self.why else {}),
            **({"digest": self.digest} if self.digest else {}),
            **({"why_digest": self.why_digest} if self.why_digest else {}),
        }


# Of `about`: words that others chose, or that are made of them.
PRIVATE = frozenset({"event", "subject", "case", "decision", "request"})


def private(record: Record, salt: bytes) -> Record:
    """Return the record of a member as it is stored: ids that others chose, and a person's reason, as salted digests.

    Another system's id of an event may hold a name or a ticket number, and the ids of reviews and verdicts are made of
    such ids. The salt is the member's own and is deleted with them: then nobody can guess what a record was about.
    """
    if not record.is_private:
        return record
    about = {name: reference(str(value), salt) if name in PRIVATE else value for name, value in record.about.items()}
    return replace(
        record,
        key=record.key if PRIVATE.isdisjoint(about) else private_key(record.key, salt),
        about=about,
        why=None if record.said is not None else record.why,
        why_digest=None if record.said is None else salted_digest(record.said, salt),
    )


def private_key(key: str, salt: bytes) -> str:
    """Return the key of a record that names an event: its kind, and a reference to all that follows."""
    kind, _, rest = key.partition("#")
    return f"{kind}#{reference(rest, salt)}"


def reference(text: str, salt: bytes) -> str:
    """Return what stands for an id in a record: the first 32 digits of its salted digest."""
    return salted_digest(text, salt).hex()[:32]


def stored_reason(item: StoredItem) -> Message | None:
    """Return the reason of a stored record; its text as it is where somebody has spoiled it."""
    try:
        return Message.from_dict(json.loads(item["why"])) if "why" in item else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return verbatim(str(item["why"]))


def is_reserved(key: str) -> bool:
    """Return whether only the sealer writes this key; every other key is a record's."""
    return key.startswith((SEALS, MARKS))
