"""Miss streaks: members who missed the hardest tier's challenge of a category three times in a row get help.

Nights between do not matter: members who were absent, handled too few contacts, or played an easier tier, go on where
they were. So the run of misses is kept for every date, and a night goes on from the last date before those it looks at.
An outcome that is still open ends a run until it is known; then the dates after it are counted again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.calendar.schedule import day_bounds
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

    def reviews(self, night: ActivatedDate, results: Sequence[CategoryResult], *, known: Runs) -> list[Review]:
        """Add a date; return a review for each member whose third or sixth miss in a row was not `known` before.

        After the third miss, the next one is a first one again. Members who did not play go on where they were.
        """
        _, ended = day_bounds(night.program.schedule, night.day)
        opened = []
        for result in results:
            category, hard = result.category, result.asked.tiers == HARDEST
            outcome = settlement.merge(result.before, result.after)
            before = codes(self.runs.get(category, b""), len(outcome))
            missed = np.where(hard & np.isin(outcome, MISSED), before % MISSES_FOR_REVIEW + 1, 0)
            run = np.where(hard & ~np.isin(outcome, RESTED), missed, before).astype(np.uint8)
            self.runs = {**self.runs, category: run.tobytes()}
            recorded = codes(known.get(category, b""), len(outcome))
            new = _third(run, outcome, hard) & ~_third(recorded, result.before, hard)
            opened += [
                miss_streak_review(night.program.key, night.roster[slot].id, category, night.day, now=ended)
                for slot in np.flatnonzero(new).tolist()
            ]
        return opened

    def differs(self, known: Runs) -> bool:
        """Return whether the streaks differ from the recorded ones; members who joined since have none recorded."""
        return any(key not in known or run != known[key].ljust(len(run), b"\0") for key, run in self.runs.items())


def _third(run: Codes, outcome: Codes, hard: Flags) -> Flags:
    """Return whose third miss is on this very date: (M,). Later the streak stays the same until they play again."""
    third: Flags = hard & np.isin(outcome, MISSED) & (run == MISSES_FOR_REVIEW)
    return third
