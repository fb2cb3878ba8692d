"""OAuth client credentials."""

from urllib.parse import urlencode

import urllib3
from pydantic import BaseModel

from ladder.adapters.wem.answers import Answer, parse
from ladder.adapters.wem.connection import Connection
from ladder.adapters.wem.link import Token
from ladder.domain.errors import Rejected

SCOPES = "wem:gamification:read wem:gamification:write wem:metrics:read wem:users:read"
EARLY_SECONDS = 60.0  # renewed this long before the platform would refuse it
UNTOLD_SECONDS = 600.0  # believed of a token that comes without `expires_in`


class Grant(BaseModel):
    access_token: str
    expires_in: float = UNTOLD_SECONDS


def credentials(connection: Connection) -> tuple[dict[str, str], bytes]:
    """The headers and the body that ask for a token."""
    basic = urllib3.make_headers(basic_auth=f"{connection.client_id}:{connection.client_secret}")
    headers = {**basic, "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return headers, urlencode({"grant_type": "client_credentials", "scope": SCOPES}).encode()


def granted(answer: Answer, connection: Connection, *, now: float) -> Token:
    """Raises Rejected where the credentials are wrong, without echoing what the token service says about them."""
    if answer.refused:
        raise Rejected(f"the platform refuses the credentials of {connection.secret!r} ({answer.status})")
    grant = parse(Grant, answer)
    return Token(grant.access_token, now + max(grant.expires_in - EARLY_SECONDS, grant.expires_in / 2))
