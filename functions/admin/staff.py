"""Staff: who asks, which program he looks after, and how far he may go there."""

from datetime import datetime

from ladder.domain.asked import NotAllowed
from ladder.domain.inbound import LOGIN
from ladder.domain.reviews.rights import ROLES, Staff, role_of
from ladder.ports.inbound import Logins
from ladder.web.claims import Claims, login


def staff(claims: Claims, *, now: datetime, logins: Logins) -> Staff:
    """Who plays in the program himself is found by the same login: nobody decides his own case.

    Raises NotLoggedIn for what is no id token of this moment, NotAllowed for one without a program or a role.
    """
    asking = login(claims, now=now)
    role = role_of(asking.groups)
    if asking.program is None:
        raise NotAllowed("this login looks after no program, or after several at once")
    if role is None:
        raise NotAllowed(f"this takes one of the roles {', '.join(ROLES)}")
    return Staff(asking.subject, asking.program, role, logins.find(asking.program, LOGIN, asking.subject))
