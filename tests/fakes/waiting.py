"""What waits for people, in memory."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ladder.domain.reviews.review import OpenReview


@dataclass(frozen=True, slots=True)
class MemoryWaiting:
    reviews: list[OpenReview] = field(default_factory=list)
    colleagues: set[tuple[str, str]] = field(default_factory=set)  # member and review

    def open(self, program: str) -> list[OpenReview]:
        return sorted(self.reviews, key=lambda review: review.order)

    def for_colleagues(self, program: str, members: Collection[str]) -> set[tuple[str, str]]:
        return {(member, review) for member, review in self.colleagues if member in members}
