"""Bounds: what of the program's daily cap the member may have earned on each day that is evaluated."""

from collections.abc import Sequence
from datetime import date

from ladder.domain.activity import Activity
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.evaluate import days_of
from ladder.domain.rewards.refold import recorded_allowances
from ladder.domain.rewards.reserve import Bound, bound
from ladder.domain.rewards.state import State
from rewards.desk import Desk


def bounds_of(desk: Desk, state: State, new: Sequence[Activity], recorded: Sequence[Entry]) -> dict[int, Bound]:
    """By local day; empty where the program has no cap. An amendment may make its event's day pay, too."""
    if desk.book.program.caps.program_daily_points is None:
        return {}
    fixed = recorded_allowances(recorded)
    if state.allowance is not None:
        fixed[state.day] = state.allowance
    targets = {activity.target for activity in new}
    amended = {entry.day for entry in recorded if entry.key in targets and entry.day is not None}
    return {day: _bound(desk, date.fromordinal(day), fixed.get(day)) for day in days_of(desk.book, new) | amended}


def _bound(desk: Desk, day: date, fixed: int | None) -> Bound:
    return bound(
        desk.book.program,
        fixed=fixed,
        allotment=desk.purse.allotment(desk.program, desk.member, day),
        drawn=desk.purse.drawn(desk.program, day),
    )
