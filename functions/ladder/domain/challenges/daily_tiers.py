"""Who plays which tier on a day: what the members' own caps and the program's cap take from the tiers of record.

Axes: K selected categories, M members.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP
from ladder.domain.challenges.caps import COMPLETED, Caps
from ladder.domain.challenges.expected_completion import Triple
from ladder.domain.challenges.member_caps import Grid, point_table, points_if_completed, within_member_caps
from ladder.domain.challenges.program_cap import (
    Mask,
    ProgramCap,
    Shares,
    allocate,
    likely_completion,
    payout,
    plannable_points,
    sufficient_cap,
    within_cap,
)
from ladder.domain.challenges.rotation import ByTier
from ladder.domain.challenges.rules import TIERS, ChallengeRules


@dataclass(frozen=True, slots=True)
class DailyTiers:
    """The tiers that members play, step by step: of record, after relief, own caps, the program's cap. (K, M) each."""

    record: Grid
    relieved: Grid
    capped: Grid
    played: Grid
    budgets: list[int] | None
    enough: int | None = None  # a program cap that would lower nobody; None: it lowers nobody now

    @property
    def lowered(self) -> Mask:
        """Return the challenges that a cap makes easier."""
        easier: Mask = (self.played < self.relieved) & (self.played > 0)
        return easier

    @property
    def dropped(self) -> Mask:
        """Return the challenges that a cap removes."""
        removed: Mask = (self.relieved > 0) & (self.played == 0)
        return removed

    @property
    def capped_by(self) -> Grid:
        """Return which cap lowered a challenge last."""
        which = np.zeros_like(self.record)
        which[self.capped < self.relieved] = OWN_CAPS
        which[self.played < self.capped] = PROGRAM_CAP
        return which

    def by_tier(self, which: Mask) -> ByTier:
        """Count challenges by the tier of record of those who play them."""
        first, second, third = (int(((self.record == tier) & which).sum()) for tier in TIERS)
        return first, second, third


def daily_tiers(
    rules: ChallengeRules,
    caps: Caps,
    tonight: date,
    selected: Sequence[str],
    *,
    record: Grid,
    relieved: Grid,
    working: Shares,
    likely: Sequence[Triple | None],
) -> DailyTiers:
    """Return who plays which tier today.

    `record`: tiers of record; `relieved`: the same with relief; `working`: how likely each member is to work; `likely`:
    how often the challenges of each category's tiers are completed, where that is known.
    """
    pays = point_table([rules.category(key) for key in selected], rules.reward_rules)
    capped, available = within_member_caps(relieved, pays, caps), plannable_points(caps)
    if available is None:
        return DailyTiers(record, relieved, capped, capped, None)
    played, worth = capped, points_if_completed(capped, pays, caps)
    by_tier = np.array([[0.0, *(shares or [COMPLETED] * len(TIERS))] for shares in likely]).reshape(-1, 4)
    completed = likely_completion(capped, pays, by_tier)
    wanted, enough = payout(worth, working, completed), None
    if wanted > available:
        opt_in = np.array([rules.category(key).opt_in for key in selected], dtype=np.bool)
        cap = ProgramCap(np.maximum(record, relieved), pays, caps, working, available, opt_in, completed)
        played = within_cap(capped, cap, tonight)
        worth, enough = points_if_completed(played, pays, caps), sufficient_cap(wanted, caps)
    budgets = allocate(caps, worth=worth, working=working, completed=completed)
    return DailyTiers(record, relieved, capped, played, None if budgets is None else budgets.tolist(), enough)
