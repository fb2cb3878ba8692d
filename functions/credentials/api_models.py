"""Answers of the credentials API, and the responses that its routes document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ladder.web.app import Responses, documented_responses

BADGE = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
PROGRAM = r"^[a-z0-9-]{1,30}$"
MOST_LISTS = 99_999
ERRORS: Mapping[int, str] = {
    403: "The login is not linked to a member",
    404: "Not found: see `detail`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCredential:
    """`id`: the same each time. `jwt`: the signed Open Badge; `issuer`: whose document has the keys to verify it."""

    id: str
    badge: str
    title: str
    issuer: str
    issued_at: datetime
    jwt: str


def responses(description: str, media_type: str | None = None) -> Responses:
    """Return the responses of a route. `media_type`: of an answer that is not JSON."""
    documented = documented_responses(ERRORS, good={200: description}, refused=(404,))
    if media_type:
        form = {"format": "binary"} if media_type.startswith("image/") else {}
        documented[200]["content"] = {media_type: {"schema": {"type": "string", **form}}}
    return documented
