"""The desk at which one member's activities are rewarded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.activities.activity import Activity
from ladder.domain.points.caps import DailyBound, daily_bound
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.entry import Entry
from ladder.domain.points.evaluate import days_of
from ladder.domain.points.ports import Allowances, Ledger
from ladder.domain.points.replay import recorded_allowances
from ladder.domain.points.state import State

type Books = Callable[[int], CompiledProgram]  # a published version of the program, made ready


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardContext:
    """His program's book, and what stands behind it."""

    member: str
    book: CompiledProgram
    books: Books
    ledger: Ledger
    allowances: Allowances
    now: datetime

    @property
    def program(self) -> str:
        return self.book.program.key


def bounds_of(
    desk: RewardContext, state: State, new: Sequence[Activity], recorded: Sequence[Entry]
) -> dict[int, DailyBound]:
    """By local day; empty where the program has no cap. An amendment may make its event's day pay, too."""
    if desk.book.program.caps.program_daily_points is None:
        return {}
    fixed = recorded_allowances(recorded)
    if state.allowance is not None:
        fixed[state.day] = state.allowance
    targets = {activity.target for activity in new}
    amended = {entry.day for entry in recorded if entry.key in targets and entry.day is not None}
    return {day: _bound(desk, date.fromordinal(day), fixed.get(day)) for day in days_of(desk.book, new) | amended}


def _bound(desk: RewardContext, day: date, fixed: int | None) -> DailyBound:
    return daily_bound(
        desk.book.program,
        fixed=fixed,
        allotment=desk.allowances.allotment(desk.program, desk.member, day),
        drawn=desk.allowances.reserve_taken(desk.program, day),
    )
