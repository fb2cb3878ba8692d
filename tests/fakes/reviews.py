"""Reviews in memory, with what the audit knows of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ladder.domain.audit.records import Record
from ladder.domain.errors import Conflict
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from ladder.domain.reviews.audit_records import review_assigned, review_decided, review_opened
from ladder.domain.reviews.decisions import effects
from ladder.domain.reviews.permissions import DailyGrant
from ladder.domain.reviews.review import REMOVED_ONCE_DECIDED, OpenReview, Review, ReviewDecision
from tests.fakes.administration import MemoryPublications
from tests.fakes.identities import MemoryLinks
from tests.fakes.staff import MemoryGiven

type At = tuple[str, str, str]  # program, member and id


class MemoryReviewQueue:
    """`due`: decisions whose effect is still to be delivered."""

    def __init__(
        self,
        given: MemoryGiven | None = None,
        links: MemoryLinks | None = None,
        publications: MemoryPublications | None = None,
    ) -> None:
        self.reviews: dict[At, Review] = {}
        self.due: set[At] = set()
        self.audit: list[Record] = []
        self.given = given or MemoryGiven()
        self.links = links
        self.publications = publications

    def open(self, review: Review) -> bool:
        if _at(review) in self.reviews:
            return False
        self.reviews[_at(review)] = review
        self.audit += [review_opened(review, by=review.opened_by)] if review.opened_by else []
        return True

    def waiting(self, program: str) -> list[OpenReview]:
        found = [_waiting(each) for each in self.reviews.values() if each.program == program and each.status == "open"]
        return sorted(found, key=lambda each: each.order)

    def find(self, program: str, places: Sequence[tuple[str, str]]) -> list[Review]:
        wanted = [(program, member, review) for member, review in places]
        return [self.reviews[at] for at in wanted if at in self.reviews]

    def assign(self, review: Review, to: str | None, *, by: str, at: datetime) -> bool:
        stored = self.reviews.get(_at(review))
        if stored is None or stored.status != "open" or stored.assigned_to != review.assigned_to:
            return False
        self.reviews[_at(review)] = replace(stored, assigned_to=to)
        self.audit.append(review_assigned(stored, to, by=by, at=at))
        return True

    def decide(
        self,
        review: Review,
        decided: ReviewDecision,
        grant: DailyGrant | None = None,
        publication: tuple[Program, Record] | None = None,
    ) -> bool:
        stored = self.reviews.get(_at(review))
        if stored is None or stored.status != "open":
            return False
        if grant:
            self.given.count(grant)
        if publication and self.publications:
            published = self.publications.publish(*publication)
            if published is None or published.program != publication[0]:
                raise Conflict(Message("admin.published_at_same_moment"))
        if review.kind == "link":
            if self.links and decided.terms.action == "approve":
                self.links.approve(stored, decided)
            left = {name: text for name, text in stored.summary.items() if name not in REMOVED_ONCE_DECIDED}
            stored = replace(stored, summary=left)
        self.reviews[_at(review)] = replace(stored, decided=decided)
        self.audit.append(review_decided(review, decided, salted=b"salted"))
        if effects(self.reviews[_at(review)]):
            self.due.add(_at(review))
        return True

    def delivered(self, review: Review) -> None:
        self.due.discard(_at(review))

    def undelivered(self, program: str) -> list[Review]:
        return [self.reviews[at] for at in sorted(self.due) if at[0] == program and at in self.reviews]

    def erase(self, program: str, member: str) -> None:
        """As the store has it once everything of a member is forgotten."""
        for at in [each for each in self.reviews if each[:2] == (program, member)]:
            del self.reviews[at]


def _at(review: Review) -> At:
    return review.program, review.member, review.id


def _waiting(review: Review) -> OpenReview:
    return OpenReview(
        opened_at=review.created_at,
        kind=review.kind,
        member=review.member,
        id=review.id,
        assigned_to=review.assigned_to,
    )
