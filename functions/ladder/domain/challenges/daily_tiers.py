"""Who plays which tier today, and with which budget. Axes: K drawn categories, M members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP
from ladder.domain.challenges.budgets import allocate, plannable_points
from ladder.domain.challenges.cap_forecast import Grid, point_table, points_if_completed, within_member_caps
from ladder.domain.challenges.forecast import Shares, payout
from ladder.domain.challenges.program_cap import Mask, ProgramCap, sufficient_cap, within_cap
from ladder.domain.challenges.rotation import ByTier
from ladder.domain.programs.program import TIERS, Program
from ladder.domain.text import quantity


@dataclass(frozen=True, slots=True)
class DailyTiers:
    """Who plays what, step by step: by the tiers of record, eased by people, by the member's caps, by the program's."""

    record: Grid
    eased: Grid
    capped: Grid
    played: Grid
    budgets: list[int] | None
    enough: int | None = None  # the program's cap under which nobody would be lowered by it; None: nobody is

    @property
    def capped_by(self) -> Grid:
        """Which cap lowered a challenge last."""
        found = np.zeros_like(self.record)
        found[self.capped < self.eased] = OWN_CAPS
        found[self.played < self.capped] = PROGRAM_CAP
        return found


def daily_tiers(
    program: Program, tonight: date, drawn: Sequence[str], *, record: Grid, eased: Grid, working: Shares
) -> DailyTiers:
    """`record`: tiers of record; `eased`: the same, eased by people; `working`: how likely each member is to work."""
    pays = point_table([program.category(key) for key in drawn], program.reward_rules)
    capped, most = within_member_caps(eased, pays, program.caps), plannable_points(program.caps)
    if most is None:
        return DailyTiers(record, eased, capped, capped, None)
    played, worth_of = capped, points_if_completed(capped, pays, program.caps)
    wanted = payout(worth_of, working)
    if wanted > most:
        played = within_cap(capped, ProgramCap(record, pays, program.caps, working, most), tonight)
        worth_of = points_if_completed(played, pays, program.caps)
    budgets = allocate(program.caps, worth=worth_of, working=working)
    points = None if budgets is None else budgets.tolist()
    return DailyTiers(
        record, eased, capped, played, points, sufficient_cap(wanted, program.caps) if wanted > most else None
    )


def by_tier(record: Grid, which: Mask) -> ByTier:
    first, second, third = (int(((record == tier) & which).sum()) for tier in TIERS)
    return first, second, third


def program_cap_warning(program: Program, play: DailyTiers, enough: int) -> str:
    """What the program's cap took, and what would mend it."""
    lower = play.played < play.capped
    marks = {"lowers those of": lower & (play.played > 0), "takes some away from": lower & (play.played == 0)}
    told = [
        f"{verb} {quantity(int(which.any(axis=0).sum()), 'member')} (of tier 1 / 2 / 3: "
        f"{' / '.join(map(str, by_tier(play.record, which)))} challenges)"
        for verb, which in marks.items()
        if which.any()
    ]
    return (
        f"the program's cap of {program.caps.program_daily_points or 0:,} points is too small for tonight's "
        f"challenges: it {' and '.join(told)}; raise caps.program_daily_points to about {enough:,}, draw fewer "
        "categories a night, or let challenges pay less"
    )
