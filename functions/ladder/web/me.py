"""Me: the member who asks. The members' API never shows anything about anybody else."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import NotAMember
from ladder.domain.message import Message
from ladder.web.claims import Claims, login


@dataclass(frozen=True, slots=True)
class Me:
    program: str
    member: str


def me(claims: Claims, *, now: datetime, logins: Logins) -> Me:
    """Return the member who asks, by the claims that the gateway has verified.

    Raises NotAuthenticated for no valid id token, NotAMember for a login that is not linked: asking links nobody.
    """
    user = login(claims, now=now)
    member = logins.find(user.program, LOGIN, user.subject) if user.program else None
    if user.program is None or member is None:
        raise NotAMember(Message("points.login_not_linked"))
    return Me(user.program, member)
