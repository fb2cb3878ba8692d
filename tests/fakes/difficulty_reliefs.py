"""Eases in memory: they follow from the reviews that are kept there."""

from dataclasses import dataclass
from datetime import datetime

from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.reviews.decisions import relief_of
from tests.fakes.reviews import MemoryReviewQueue


@dataclass(frozen=True, slots=True)
class MemoryDifficultyReliefs:
    queue: MemoryReviewQueue

    def decided(self, program: str, *, since: datetime) -> list[DifficultyRelief]:
        return [each for each in self._all(program) if each.since >= since]

    def of(self, program: str, member: str) -> list[DifficultyRelief]:
        return [each for each in self._all(program) if each.member == member]

    def _all(self, program: str) -> list[DifficultyRelief]:
        granted = (relief_of(review) for review in self.queue.reviews.values() if review.program == program)
        return sorted(filter(None, granted), key=lambda each: each.since)
