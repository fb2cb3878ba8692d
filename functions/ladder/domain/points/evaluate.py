"""What a member's next activities earn him, where they arrive in their order.

`evaluate` is pure: the same book, state, activities and allowances always give the same state and entries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ladder.domain.activities.activity import AMENDMENTS, ORDERED, Activity
from ladder.domain.points.apply import UNBOUNDED, apply, day_of, rejection_reason
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.entry import ApplyResult, Entry
from ladder.domain.points.matching import fingerprint
from ladder.domain.points.state import State

type Allowances = Mapping[int, int | None]  # local day -> most points the member may earn on it; None: no bound


def evaluate(
    book: CompiledProgram, state: State, activities: Sequence[Activity], *, allowances: Allowances
) -> tuple[State, list[Entry]]:
    """The state after them, and an entry for each. They must be new, and not `out_of_order`."""
    after = state.copy()
    entries = [_entry(book, after, activity, allowances) for activity in sorted(activities, key=_order)]
    after.counted = book.digest
    after.tidy()
    return after, entries


def out_of_order(book: CompiledProgram, state: State, activities: Sequence[Activity]) -> bool:
    """Whether everything must be folded anew: one of them is late, amends another, or was amended before it came.

    So it is too where badges count what they did not count before: they look back over the ledger.
    """
    if state.version and state.counted != book.digest:
        return True
    return any(_disturbs(book, state, activity) for activity in activities)


def with_allowances(after: State, entries: Sequence[Entry], settled: Allowances) -> list[Entry]:
    """The entries, and the state, under what was settled for the days: a bound is only what might have been."""
    after.allowance = settled.get(after.day, after.allowance) or None
    return [
        replace(each, allowance=settled[each.day]) if each.day is not None and each.day in settled else each
        for each in entries
    ]


def days_of(book: CompiledProgram, activities: Sequence[Activity]) -> set[int]:
    """The local days whose allowances are needed to evaluate them."""
    folded = (each for each in activities if each.type not in UNBOUNDED and not rejection_reason(book, each))
    return {day_of(book, each) for each in folded}


def _entry(book: CompiledProgram, state: State, activity: Activity, allowances: Allowances) -> Entry:
    reason = rejection_reason(book, activity)
    earned, held = state.earned, state.held
    folded = ApplyResult() if reason else _folded(book, state, activity, allowances)
    state.sequence += 1
    return Entry(
        activity=activity,
        program_version=book.version,
        lines=folded.lines,
        points=state.earned - earned,
        spent=folded.spent,
        held=state.held - held,
        sentence=f"No points: {reason}." if reason else book.wording.of(activity, folded),
        reached=folded.reached,
        day=folded.day,
        allowance=folded.allowance,
        sequence=state.sequence,
    )


def _folded(book: CompiledProgram, state: State, activity: Activity, allowances: Allowances) -> ApplyResult:
    bounded = allowances and activity.type not in UNBOUNDED
    return apply(book, state, activity, allowance=allowances.get(day_of(book, activity)) if bounded else None)


def _disturbs(book: CompiledProgram, state: State, activity: Activity) -> bool:
    if activity.type in AMENDMENTS or fingerprint(*activity.key) in state.pending:
        return True
    if activity.type == ORDERED or rejection_reason(book, activity):
        return False
    return state.as_of is not None and activity.order <= state.as_of


def _order(activity: Activity) -> tuple[object, ...]:
    return activity.order
