"""Two reviewers' desk on fakes: they decide, assign and list what was opened there."""

from collections.abc import Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from admin import review_routes
from admin.api_models import AssignmentBody
from admin.decide_review import decide_review, deliver_remaining
from admin.review_queue import ReviewPage, To
from ladder.domain.members.roster import Member
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from ladder.domain.reviews.colleagues import Colleagues
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.permissions import Role, Staff
from ladder.domain.reviews.review import Review, Terms
from ladder.web.reviews import DecisionResult
from publishing.decide_review import decide_review as decide_program_review
from tests.builders.academy import academy
from tests.builders.academy_events import MONDAY, at
from tests.builders.admin_requests import admin_request
from tests.builders.judged_badges import CHAMPION
from tests.builders.reviews import APPROVE, BADGES, MEMBER
from tests.fakes import MemoryActivities, MemoryDeclarations, MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryPublications
from tests.fakes.members import MemoryLedger
from tests.fakes.reviews import MemoryReviewQueue

NOW = at(MONDAY, 18)
PEER = entry_review("peer", "academy", MEMBER, ("academy", "e"), now=NOW, opened_by="anna", reason="they say so")
ANNA = Staff("anna", "academy", "reviewer", declared=True)
OLE = Staff("ole", "academy", "admin", frozenset({"1" * 32}), declared=True)


@dataclass(slots=True)
class ReviewServices:
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    logins: MemoryIdentities = field(default_factory=MemoryIdentities)
    declarations: MemoryDeclarations = field(default_factory=MemoryDeclarations)
    reviewers: dict[str, list[str]] = field(default_factory=lambda: {"academy": ["anna", "ole"]})

    teams: Sequence[Set[str]] = ()
    roster: Sequence[Member] = ()

    def of(self, program: str, least: Role = "reviewer") -> list[str]:
        return self.reviewers.get(program, [])

    def names(self, program: str) -> Mapping[str, str]:
        return {subject: subject.title() for subject in self.of(program)}

    def find(self, program: str, member: str) -> Member | None:
        return next((known for known in self.roster if known.id == member), None)

    def teammates(self, program: str, members: Set[str]) -> frozenset[str]:
        return frozenset().union(*(team for team in self.teams if team & members))

    def opened(self, *reviews: Review) -> "ReviewServices":
        for review in reviews:
            self.reviews.open(review)
        return self

    def decide(
        self,
        review: Review,
        terms: Terms = APPROVE,
        *,
        by: Staff = ANNA,
        reason: str = "as it says",
        badges: Sequence[str] = BADGES,
        program: Program | None = None,
    ) -> DecisionResult:
        """Decide by the function that changes what the review is about."""
        if review.about_program:
            programs = MemoryPrograms()
            return decide_program_review(
                by,
                review.address,
                terms,
                reason,
                now=NOW,
                models={},
                programs=programs,
                publications=MemoryPublications(programs),
                reviews=self.reviews,
                colleagues=Colleagues(reviewers=self, logins=self.logins, declarations=self.declarations, rosters=self),
            )
        return decide_review(
            by,
            review.address,
            terms,
            reason,
            now=NOW,
            **rules(program or academy(judged=badges_of(badges))),
            reviews=self.reviews,
            ledger=self.ledger,
            queue=self.queue,
        )

    def assign(self, review: Review, to: To = "me", *, by: Staff = ANNA) -> str | None:
        with self.asked(by):
            return review_routes.assign_review(review.address, AssignmentBody(to=to)).assigned_to

    def asked(self, by: Staff) -> AbstractContextManager[None]:
        return admin_request(
            review_routes.routes,
            by,
            now=NOW,
            reviews=self.reviews,
            reviewers=self,
            logins=self.logins,
            declarations=self.declarations,
            rosters=self,
        )

    def shown(self, *, by: Staff = ANNA, limit: int = 25, **wanted: Any) -> ReviewPage:
        with self.asked(by):
            return review_routes.show_reviews(limit=limit, **wanted)

    def swept(self) -> int:
        programs = MemoryPrograms()
        programs.publish(academy())
        return deliver_remaining(programs=programs, reviews=self.reviews, queue=self.queue)

    @property
    def told(self) -> set[tuple[str, str]]:
        return {each.key for each in self.queue.activities}


def rules(program: Program) -> dict[str, Any]:
    """The versions that a decision takes, by argument."""
    book = compile_program(program)
    return {"current": lambda: book, "version": lambda version: book}


def badges_of(keys: Sequence[str]) -> tuple[JudgedBadge, ...]:
    return tuple(replace(CHAMPION, key=key) for key in keys)


def many(count: int) -> list[Review]:
    return [
        replace(
            entry_review("audit", "academy", f"{n:032x}", ("academy", f"e{n}"), now=NOW),
            created_at=NOW - timedelta(hours=n),
        )
        for n in range(count)
    ]
