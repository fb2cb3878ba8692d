"""Eases in memory: they follow from the reviews that are kept there."""

from dataclasses import dataclass
from datetime import datetime

from ladder.adapters.memory.reviews import MemoryReviewQueue
from ladder.domain.ease import Ease, ease_of


@dataclass(frozen=True, slots=True)
class MemoryEases:
    queue: MemoryReviewQueue

    def decided(self, program: str, *, since: datetime) -> list[Ease]:
        return [each for each in self._all(program) if each.since >= since]

    def of(self, program: str, member: str) -> list[Ease]:
        return [each for each in self._all(program) if each.member == member]

    def _all(self, program: str) -> list[Ease]:
        granted = (ease_of(review) for review in self.queue.reviews.values() if review.program == program)
        return sorted(filter(None, granted), key=lambda each: each.since)
