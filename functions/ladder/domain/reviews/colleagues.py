"""Who else there is: who may decide a review, whose own case it is, and which acts of an admin take another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ladder.domain.activities.activity import LOGIN
from ladder.domain.activities.ports import Logins
from ladder.domain.errors import NotAuthorized
from ladder.domain.message import Message
from ladder.domain.programs.ports import TeamRosters
from ladder.domain.programs.program import Program, SecondPerson
from ladder.domain.reviews.permissions import Staff, may_decide, role_to_decide
from ladder.domain.reviews.ports import Declarations, Reviewers, ReviewQueue
from ladder.domain.reviews.review import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """Those who may decide reviews, and which cases are their own."""

    reviewers: Reviewers
    logins: Logins
    declarations: Declarations
    rosters: TeamRosters

    def of(self, review: Review) -> Sequence[str]:
        """Return the subjects of everybody whose role is enough for the review."""
        return self.reviewers.of(review.program, role_to_decide(review))

    def is_own(self, subject: str, review: Review) -> bool:
        """Return whether it is their own case, or that of somebody in their team."""
        own = self._own(review.program, subject)
        return bool(review.members & (own | (self.rosters.teammates(review.program, own) if own else own)))

    def has_opened(self, subject: str, review: Review) -> bool:
        """Return whether they opened it, with this login or with another one that is the same member."""
        if review.opened_by is None or not may_decide(subject, review):
            return review.opened_by is not None
        return bool(self._own(review.program, subject) & self._own(review.program, review.opened_by))

    def free(self, review: Review) -> list[str]:
        """Return everybody who may decide it: not their own case or their team's, and not opened by them."""
        subjects = self.of(review)
        return [one for one in subjects if not self.has_opened(one, review) and not self.is_own(one, review)]

    def refuse_opener(self, staff: Staff, review: Review) -> None:
        """Raise NotAuthorized for whoever opened the review, with whatever login."""
        if self.has_opened(staff.subject, review):
            raise NotAuthorized(Message("admin.opened_it_yourself"))

    def explain_own_team(self, staff: Staff, review: Review) -> None:
        """Raise NotAuthorized, with what to do, where it is their team's and nobody else may decide it either."""
        if review.members & staff.teammates - staff.own and not self.free(review):
            raise NotAuthorized(Message("admin.own_team_nobody_else", {"role": role_to_decide(review)}))

    def other_admins(self, staff: Staff) -> list[str]:
        """Return the other admins that the program has, or ever had: whoever is gone was one all the same."""
        known = {*self.reviewers.of(staff.program, "admin"), *self.declarations.admins(staff.program)}
        return sorted(known - {staff.subject})

    def _own(self, program: str, subject: str) -> frozenset[str]:
        return self.declarations.of(program, subject).own | linked(program, subject, self.logins)


type Alone = Literal["only_admin", "lowered"]  # why one admin was enough: there is no other, or the program says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Another admin has to confirm it, by deciding the review. `waits_for`: the subjects of those who may.

    `again`: it was asked for before.
    """

    review: str
    waits_for: tuple[str, ...]
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondAdmin:
    """Which acts of an admin take another one. `production`: where no program asks for less than Ladder does."""

    production: bool
    colleagues: Colleagues

    def rules(self, program: Program | None, draft: Program | None = None) -> SecondPerson:
        """Return what the program asks for; of a draft and the version that it replaces, the stricter."""
        parts = [part for part in (program, draft) if part is not None]
        asked, *more = [part.second_person for part in parts] or [SecondPerson()]
        most = min((part.rulebook.most_granted for part in parts), default=0)
        for other in [*more, *([SecondPerson()] if self.production else [])]:
            asked = asked.at_least(other, most_granted=most)
        return asked

    def alone(self, staff: Staff, *, needed: bool) -> Alone | None:
        """Return why one admin is enough; None where another has to confirm what they do."""
        if not needed:
            return "lowered"
        return None if self.colleagues.other_admins(staff) else "only_admin"

    def ask(self, staff: Staff, review: Review, reviews: ReviewQueue) -> Waiting:
        """Open the review by which another admin confirms. Running it again changes nothing."""
        again = not reviews.open(review)
        return Waiting(review=review.address, waits_for=tuple(self.colleagues.other_admins(staff)), again=again)


def linked(program: str, subject: str, logins: Logins) -> frozenset[str]:
    """Return the member whom the login leads to, if it leads to one."""
    member = logins.find(program, LOGIN, subject)
    return frozenset({member} if member else ())
