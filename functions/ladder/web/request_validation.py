"""The door: what cannot be a request of ours is refused before anything reads it."""

import base64
import json
from collections.abc import Mapping

from ladder.domain.activities.inbound import TooLarge, Unsupported
from ladder.domain.errors import InvalidRequest

MOST_BYTES = 16_384  # of a body: text of 1,000 characters, however they are escaped
JSON = "application/json"


def refuse_unreadable(body: str, *, encoded: bool, content_type: str, most_bytes: int = MOST_BYTES) -> None:
    """`encoded`: the gateway has made base64 of it. A body that is not called anything is taken for JSON."""
    try:
        read = base64.b64decode(body, validate=True) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError as error:
        raise InvalidRequest("body: it is not what the gateway says it is") from error
    if len(read) > most_bytes:
        raise TooLarge(f"send at most {most_bytes} bytes")
    if content_type.partition(";")[0].strip().lower() not in {"", JSON}:
        raise Unsupported(f"send {JSON}")
    try:
        json.loads(read or b"null")
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("body: it is not JSON") from error


def content_type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")


def told(place: str, what: str) -> str:
    """One thing that is wrong, without what would not survive the way back."""
    return f"{place[:100]}: {what}".encode("utf-8", "replace").decode()
