"""Read who asks from the claims of a token that the gateway has verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ladder.domain.errors import NotAuthenticated
from ladder.domain.message import Message

PROGRAM, GROUPS, TEAMS = "custom:program", "cognito:groups", "custom:teams"
TEAM_SEPARATOR = ";"  # between the teams of a supervisor

type Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Login:
    """`program`: None where the token names none, or several. `teams`: those that a supervisor looks after."""

    subject: str
    program: str | None
    groups: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


def login(claims: Claims, *, now: datetime) -> Login:
    """Return the login. Raises NotAuthenticated for an invalid or expired token, or one that is no id token.

    An authorizer may accept a token without an expiry, or one that is meant for another use.
    """
    subject = _one(claims.get("sub"))
    if _one(claims.get("token_use")) != "id" or not subject:
        raise NotAuthenticated(Message("web.no_id_token"))
    try:
        expires = datetime.fromtimestamp(float(str(claims.get("exp"))), tz=UTC)
    except (ValueError, OverflowError, OSError):
        expires = now
    if expires <= now:
        raise NotAuthenticated(Message("web.login_expired"))
    teams = (team.strip() for team in str(claims.get(TEAMS) or "").split(TEAM_SEPARATOR))
    groups = tuple(_all(claims.get(GROUPS)))
    return Login(subject, _one(claims.get(PROGRAM)), groups, tuple(team for team in teams if team))


def _one(claim: object) -> str | None:
    values = _all(claim)
    return values[0] if len(values) == 1 and values[0] else None


def _all(claim: object) -> list[str]:
    """The gateway writes a list as "[a b]"."""
    text = str(claim) if isinstance(claim, str | int) else ""
    return text[1:-1].split() if text.startswith("[") and text.endswith("]") else [text]
