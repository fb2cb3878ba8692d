"""Miss streaks: who missed the hardest tier's challenge of a category three times in a row, so that a person may help.

In a row are those that they played, however many nights lie between: who was absent, handled too few contacts, or
played an easier tier, goes on where they were. So the run of misses is kept for every date, and a night goes on from
the last date before those it looks at. What is still open ends a run until it is known; then the dates after it are
counted again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.calendar import day_bounds
from ladder.domain.challenges import settlement
from ladder.domain.challenges.history import Flags
from ladder.domain.challenges.settlement import Codes
from ladder.domain.reviews.opening import MISSES_FOR_REVIEW, miss_streak_review
from ladder.domain.reviews.review import Review
from rotation.activated_dates import ActivatedDate, CategoryResult, codes

HARDEST = 3
MISSED = [settlement.outcome_code("missed"), settlement.outcome_code("gate failed")]
RESTED = [settlement.outcome_code("absent"), settlement.outcome_code("too few contacts")]

type Runs = Mapping[str, bytes]  # by category, misses in a row after a date: M bytes, from 0 to 3


@dataclass(slots=True)
class MissStreak:
    """The miss streaks of one program in one night, date by date in order. `runs`: after the last date added."""

    runs: Runs

    @classmethod
    def since(cls, recorded: Mapping[date, Runs], first: date) -> "MissStreak":
        """Return the streaks as they were before `first`."""
        before = max((day for day in recorded if day < first), default=None)
        return cls({} if before is None else recorded[before])

    def reviews(self, played: ActivatedDate, rulings: Sequence[CategoryResult], *, known: Runs) -> list[Review]:
        """Return a review for each member whose third or sixth miss in a row on this date was not `known` before."""
        _, ended = day_bounds(played.program.schedule, played.day)
        thirds = [(each.category, slot) for each in rulings for slot in self._thirds(each, known)]
        return [
            miss_streak_review(played.program.key, played.roster[slot].id, category, played.day, now=ended)
            for category, slot in thirds
        ]

    def differs(self, known: Runs) -> bool:
        """Return whether the streaks differ from the recorded ones; members who joined since have none recorded."""
        return any(key not in known or run != known[key].ljust(len(run), b"\0") for key, run in self.runs.items())

    def _thirds(self, found: CategoryResult, known: Runs) -> list[int]:
        after, hard = settlement.merge(found.before, found.after), found.question.played == HARDEST
        run = _run(codes(self.runs.get(found.category, b""), len(after)), after, hard)
        before = codes(known.get(found.category, b""), len(after))
        self.runs = {**self.runs, found.category: run.tobytes()}
        new = _third(run, after, hard) & ~_third(before, found.before, hard)
        slots: list[int] = np.flatnonzero(new).tolist()
        return slots


def _run(before: Codes, outcome: Codes, hard: Flags) -> Codes:
    """Return the streaks after this date: after the third miss, the next one is a first one again."""
    missed = np.where(hard & np.isin(outcome, MISSED), before % MISSES_FOR_REVIEW + 1, 0)
    return np.where(hard & ~np.isin(outcome, RESTED), missed, before).astype(np.uint8)


def _third(run: Codes, outcome: Codes, hard: Flags) -> Flags:
    """Return whose third miss is on this very date; later the streak stays the same until they play again."""
    third: Flags = hard & np.isin(outcome, MISSED) & (run == MISSES_FOR_REVIEW)
    return third
