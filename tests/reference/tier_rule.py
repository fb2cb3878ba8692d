"""Members who climb: through the vectorised code day by day, and each looked at alone by the whole rule."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ladder.domain.challenges.history import Values
from ladder.domain.challenges.rules import TierRule
from ladder.domain.challenges.tiers import TierState, apply_day
from tests.builders.planning import NAN, row, standing

NO_MEMORY = TierRule(up=(48, 74), down=(42, 68), down_after_days=5, previous_kept_days=0)
BANDS = replace(NO_MEMORY, smoothing_days=10)
MEMORY = TierRule(up=(51, 76), down=(43, 68), down_after_days=5, previous_after_days=40, smoothing_days=15)
A_DAY_OFF = None


def lived(
    ranks: Sequence[float | None],
    rule: TierRule = BANDS,
    *,
    placed: bool = True,
    tier: int = 1,
    days_a_week: float = 5,
    **columns: int,
) -> list[TierState]:
    """One member after each day, through the vectorised code; None is a day off."""
    worked = rule.placed_after_days if placed else 0
    start = {"tier": tier, "worked": worked, **columns}
    rungs = TierState.of(standing(1, **{name: bytes([value]) for name, value in start.items()}))
    days = []
    for rank in ranks:
        known = row(50 if rank is A_DAY_OFF else rank)
        here = np.array([rank is not A_DAY_OFF])
        rungs = apply_day(rungs, known, worked_today=here, days_a_week=row(days_a_week), rule=rule)
        days.append(rungs)
    return days


def climb(ranks: Sequence[float | None], rule: TierRule = BANDS, **start: Any) -> list[int]:
    """The tier of one member after each day."""
    return [int(rungs.tier[0]) for rungs in lived(ranks, rule, **start)]


@dataclass
class OneMember:
    """The whole rule for one member, a day at a time."""

    tier: int = 1
    worked: int = 0
    above: int = 0
    below: int = 0
    tier_days: int = 0
    previous_tier: int = 0
    memory_days: int = 0
    return_days: int = 0

    def forgets(self) -> None:
        """Keep the tier alone."""
        vars(self).update(vars(OneMember(tier=self.tier)))

    def works(self, rank: float, rule: TierRule, days_a_week: float = 5) -> None:
        if self.worked < rule.placed_after_days:
            self.arrives(rank, rule, days_a_week)
            return
        if math.isnan(rank):
            return
        self.counts(rank, rule)
        was, held_for_long = self.tier, self.tier_days >= rule.previous_after_days
        self.tier_days = min(self.tier_days + 1, rule.previous_after_days)
        self.memory_days = max(self.memory_days - 1, 0)
        up, back, down = (
            scalar_days_needed(days, days_a_week)
            for days in (rule.up_after_days, rule.return_after_days, rule.down_after_days)
        )
        if self.above >= up or self.return_days >= back:
            self.tier += 1
        elif self.below >= down:
            if held_for_long and self.tier >= self.previous_tier and rule.previous_kept_days:
                self.previous_tier, self.memory_days = self.tier, rule.previous_kept_days
            self.tier -= 1
        if self.tier != was:
            self.above = self.below = self.return_days = self.tier_days = 0
        if self.tier >= self.previous_tier or self.memory_days == 0:
            self.previous_tier = self.memory_days = 0

    def arrives(self, rank: float, rule: TierRule, days_a_week: float) -> None:
        enough = self.worked + 1 >= scalar_days_needed(rule.placed_after_days, days_a_week)
        if not enough or math.isnan(rank):
            self.worked = min(self.worked + 1, rule.placed_after_days - 1)
        else:
            self.worked = rule.placed_after_days
            self.tier = 1 + sum(rank >= band for band in rule.up)

    def counts(self, rank: float, rule: TierRule) -> None:
        good = self.tier < 3 and rank >= rule.up[self.tier - 1]
        poor = self.tier > 1 and rank < rule.down[self.tier - 2]
        fair = self.tier < self.previous_tier and rank >= rule.down[self.tier - 1] + rule.return_margin
        self.above = self.above + 1 if good else 0
        self.below = self.below + 1 if poor else 0
        self.return_days = self.return_days + 1 if fair else 0


def scalar_days_needed(days: int, days_a_week: float) -> int:
    if days_a_week >= 4:
        return days
    least = min(days, 4)
    return round(least + max(days_a_week - 2, 0) / 2 * (days - least))


COUNTS = st.integers(1, 4)
RULES = st.builds(
    TierRule,
    up=st.just((48.0, 74.0)),
    down=st.just((42.0, 68.0)),
    up_after_days=COUNTS,
    down_after_days=COUNTS,
    placed_after_days=COUNTS,
    previous_after_days=st.integers(0, 5),
    previous_kept_days=st.integers(0, 12),
    return_after_days=COUNTS,
    return_margin=st.sampled_from((0.0, 3.0, 6.0)),
)
AROUND_THE_BANDS = row(0, 41, 42, 44, 45, 47, 48, 60, 67, 68, 70, 71, 73, 74, 100, NAN)


def weathers(rng: np.random.Generator, days: int, members: int) -> Values:
    """Ranks that last for some days, so that counts fill: (D, M)."""
    lasting = [np.repeat(rng.choice(AROUND_THE_BANDS, days), rng.integers(1, 9, days))[:days] for _ in range(members)]
    return np.stack(lasting, axis=1)
