"""Me: whose progress it is. Nothing of anybody else is ever asked for."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.inbound import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import NotAMember
from ladder.web.claims import Claims, login

UNLINKED = "this login is not linked to a member; ask your administrator"


@dataclass(frozen=True, slots=True)
class Me:
    program: str
    member: str


def me(claims: Claims, *, now: datetime, logins: Logins) -> Me:
    """Who asks, by the claims that the gateway has verified.

    Raises NotLoggedIn for what is no id token of this moment, NotAMember for a login that leads to nobody: it makes
    nobody known.
    """
    asking = login(claims, now=now)
    member = logins.find(asking.program, LOGIN, asking.subject) if asking.program else None
    if asking.program is None or member is None:
        raise NotAMember(UNLINKED)
    return Me(asking.program, member)
