"""Me: whose progress it is. Nothing of anybody else is ever asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ladder.domain.asked import NotAMember, NotLoggedIn
from ladder.domain.inbound import LOGIN
from ladder.ports import Logins

PROGRAM = "custom:program"
UNLINKED = "this login is not linked to a member; ask your administrator"

type Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Me:
    program: str
    member: str


def me(claims: Claims, *, now: datetime, logins: Logins) -> Me:
    """Who asks, by the claims that the gateway has verified.

    Raises NotLoggedIn for what is no id token of this moment, NotAMember for a login that leads to nobody: it makes
    nobody known. An authorizer may let a token without an end pass, or one that is meant for another use.
    """
    subject = _one(claims.get("sub"))
    if _one(claims.get("token_use")) != "id" or not subject:
        raise NotLoggedIn("send the id token of your login")
    if not _ends_after(claims.get("exp"), now):
        raise NotLoggedIn("your login has ended: log in again")
    program = _one(claims.get(PROGRAM))
    member = logins.find(program, LOGIN, subject) if program else None
    if program is None or member is None:
        raise NotAMember(UNLINKED)
    return Me(program, member)


def _ends_after(exp: object, now: datetime) -> bool:
    try:
        return datetime.fromtimestamp(float(str(exp)), tz=UTC) > now
    except (ValueError, OverflowError, OSError):
        return False


def _one(claim: object) -> str | None:
    """A claim's only value. The gateway writes a list as "[a b]"."""
    text = str(claim) if isinstance(claim, str | int) else ""
    values = text[1:-1].split() if text.startswith("[") and text.endswith("]") else [text]
    return values[0] if len(values) == 1 and values[0] else None
