"""Staff: who asks, which program they look after, how far they may go there, and whose cases are their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.inbound import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import NotAuthorized
from ladder.domain.reviews.permissions import ROLES, Staff, may_decide, role_of, role_to_decide
from ladder.domain.reviews.ports import Declarations, Reviewers
from ladder.domain.reviews.review import Review
from ladder.web.claims import Claims, login


def staff(claims: Claims, *, now: datetime, logins: Logins, declarations: Declarations) -> Staff:
    """Nobody decides their own case: members that their login leads to or once led to, and those that they declared.

    Raises NotLoggedIn for what is no id token of this moment, NotAllowed for one without a program or a role.
    """
    asking = login(claims, now=now)
    role = role_of(asking.groups)
    if asking.program is None:
        raise NotAuthorized("this login looks after no program, or after several at once")
    if role is None:
        raise NotAuthorized(f"this takes one of the roles {', '.join(ROLES)}")
    declaration = declarations.of(asking.program, asking.subject)
    own = declaration.own | _linked(asking.program, asking.subject, logins)
    return Staff(asking.subject, asking.program, role, own, declared=declaration.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """Those who may decide reviews, and whose cases are their own."""

    reviewers: Reviewers
    logins: Logins
    declarations: Declarations

    def of(self, review: Review) -> Sequence[str]:
        """The subjects of those whose role is enough for it."""
        return self.reviewers.of(review.program, role_to_decide(review))

    def is_own(self, subject: str, review: Review) -> bool:
        declared = self.declarations.of(review.program, subject).own
        return bool(review.members & (declared | _linked(review.program, subject, self.logins)))

    def free(self, review: Review) -> list[str]:
        """Those who may decide it: neither is it their own case, nor have they opened it."""
        return [each for each in self.of(review) if may_decide(each, review) and not self.is_own(each, review)]


def _linked(program: str, subject: str, logins: Logins) -> frozenset[str]:
    member = logins.find(program, LOGIN, subject)
    return frozenset({member} if member else ())
