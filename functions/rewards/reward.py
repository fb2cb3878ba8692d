"""Reward a member: their activities become ledger entries, each once, under every cap, and count for their team."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ladder.domain.activities.activity import (
    AMENDMENTS,
    CORRECTED,
    LADDER,
    ORDERED,
    REVERSED,
    Activity,
    Key,
    digest,
)
from ladder.domain.points.apply import allowance_days, evaluate, needs_replay
from ladder.domain.points.award_caps import DailyBound, allowance_for, daily_bound
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, LedgerChange, Pause, State, StockChange, until_written
from ladder.domain.points.ports import Allowances, Ledger
from ladder.domain.points.replay import CompiledVersions, recorded_allowances, replay, versions_of
from ladder.domain.reviews.opening import sampled

DECISIONS = AMENDMENTS - {CORRECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardContext:
    """The member, their program as compiled now and in its published versions, and the stores behind it."""

    member: str
    compiled: CompiledProgram
    compiled_version: Callable[[int], CompiledProgram]
    ledger: Ledger
    allowances: Allowances
    now: datetime

    @property
    def program(self) -> str:
        return self.compiled.key

    def versions_of(self, entries: Iterable[Entry]) -> CompiledVersions:
        """Return every version of the program that the entries were written under."""
        return versions_of(entries, self.compiled_version)


@dataclass(frozen=True, slots=True)
class Rewarded:
    """`again`: activities that had an entry already; `refused`: those that came with another body."""

    entries: tuple[Entry, ...]
    again: int
    refused: int
    state: State


def reward(context: RewardContext, activities: Sequence[Activity], *, pause: Pause) -> Rewarded:
    """Record the activities. Running it again with the same ones, in any order and batches, changes nothing.

    Every try reads the state again. Raises Unavailable where others kept the member busy, or the ledger is.
    """

    def attempt() -> Rewarded:
        first = {activity.key: activity for activity in reversed(activities)}  # of one key in a message, the first
        state, known = context.ledger.load(context.program, context.member, list(first))
        # What Ladder itself grants may be granted again by another activity: whichever came first stands.
        changed = [
            activity
            for activity in activities
            if activity.source != LADDER
            and digest(activity) != (known.get(activity.key) or digest(first[activity.key]))
        ]
        for activity in changed:
            context.ledger.refuse(context.program, context.member, activity, at=context.now)
        new = [activity for key, activity in first.items() if key not in known]
        entries, after = _record(context, state, new) if new else ((), state)
        return Rewarded(entries, len(activities) - len(new) - len(changed), len(changed), after)

    return until_written(attempt, pause, busy=f"member {context.member}")


def _record(context: RewardContext, state: State, new: Sequence[Activity]) -> tuple[tuple[Entry, ...], State]:
    compiled, ledger = context.compiled, context.ledger
    replays = needs_replay(compiled, state, new)
    recorded = ledger.entries(context.program, context.member, count=state.sequence) if replays else []
    earlier_allowances = recorded_allowances(recorded) if replays else {}
    if state.allowance is not None:
        earlier_allowances[state.day] = state.allowance
    bounds = dict[int, DailyBound]()
    if compiled.caps.program_daily_points is not None:
        bounds = _bounds(context, state, new, recorded, earlier_allowances)
    allowances_before = {day: bound.points for day, bound in bounds.items()}
    if replays:
        after, entries = replay(
            context.versions_of(recorded), compiled, state, recorded, new, allowances=allowances_before
        )
    else:
        after, entries = evaluate(compiled, state, new, allowances=allowances_before)
    settled = {
        day: allowance_for(
            compiled.caps, compiled.challenges, date.fromordinal(day), bound, after.day_points.get(day, 0)
        )
        for day, bound in bounds.items()
    }
    # The bounds, of the state and of the entries, become the allowances that were settled for their days.
    allowances_after = {day: bound.allowance for day, bound in settled.items()}
    after.allowance = allowances_after.get(after.day, after.allowance) or None
    entries = [
        replace(
            entry,
            recorded_at=context.now,
            allowance=entry.allowance if entry.day is None else allowances_after.get(entry.day, entry.allowance),
        )
        for entry in entries
    ]
    days = {entry.day for entry in entries}
    others = {day: points for day, points in allowances_after.items() if day not in days and points is not None}
    entries[-1] = replace(entries[-1], other_allowances=others)
    per_thousand = compiled.rulebook.audited_per_thousand
    change = LedgerChange(
        program=context.program,
        member=context.member,
        before=state,
        after=after,
        entries=entries,
        due_at=context.now + timedelta(days=compiled.rulebook.hold_days),
        decided=_decided(after, entries, recorded),
        sampled=[
            entry for entry in entries if sampled(context.program, context.member, entry, per_thousand=per_thousand)
        ],
        withdrawals=[bound.withdrawal for bound in settled.values() if bound.withdrawal],
        stock=_returned_stock(context, entries, recorded),
    )
    ledger.commit(change)
    after.version += 1
    return tuple(entries), after


def _bounds(
    context: RewardContext,
    state: State,
    new: Sequence[Activity],
    recorded: Sequence[Entry],
    earlier_allowances: Mapping[int, int],
) -> dict[int, DailyBound]:
    """Return the bounds, under the program's cap, of the days that the new activities are about, or change.

    An amendment is about its event's day. A replay may bring another day more than its earlier allowance: the third
    task of a week may be one that paid nothing when it came, as the first was still on its way.
    `recorded`: the ledger, where it is replayed; `earlier_allowances`: the allowances stored before, by day.
    """
    compiled, bounds = context.compiled, dict[int, DailyBound]()
    targets = {activity.target for activity in new}
    days = allowance_days(compiled, new) | {entry.day for entry in recorded if entry.key in targets and entry.day}
    others = {entry.day for entry in recorded if entry.day is not None} - days
    while True:
        for day in days:
            at = date.fromordinal(day)
            bounds[day] = daily_bound(
                compiled.caps,
                compiled.challenges,
                earlier_allowance=earlier_allowances.get(day),
                allotment=context.allowances.allotment(context.program, context.member, at),
                withdrawn=context.allowances.reserve_taken(context.program, at),
            )
        if not recorded:
            return bounds
        unbounded = dict.fromkeys(others, compiled.caps.program_daily_points)
        known = unbounded | {day: bound.points for day, bound in bounds.items()}
        after, _ = replay(context.versions_of(recorded), compiled, state, recorded, new, allowances=known)
        days = {
            day
            for day, points in after.day_points.items()
            if day not in bounds and points > earlier_allowances.get(day, 0)
        }
        if not days:
            return bounds


def _decided(after: State, entries: Sequence[Entry], recorded: Sequence[Entry]) -> list[Key]:
    """Return the events that waited, and do no longer or for something else, each once.

    A decision of what no rule holds any longer ends the wait, too.
    """
    held = {entry.key for entry in recorded if entry.is_held}
    targets = dict.fromkeys(entry.activity.target for entry in entries if entry.activity.type in DECISIONS)
    changed = dict.fromkeys(key for key, hold in after.waited.items() if after.waiting.get(key) != hold)
    over = {target for target in targets if target in held and target not in after.waiting}
    return [*changed, *(over - changed.keys())]


def _returned_stock(context: RewardContext, entries: Sequence[Entry], recorded: Sequence[Entry]) -> list[StockChange]:
    """Return what orders that are reversed now had taken from the catalogue; one reversed before returns nothing."""
    before, now = (
        {entry.activity.target for entry in reversing if entry.activity.type == REVERSED}
        for reversing in (recorded, entries)
    )
    orders = (entry for entry in recorded if entry.activity.type == ORDERED and entry.key in now - before)
    pieces = Counter(str(order.activity.attributes.get("item")) for order in orders)
    taken = {item: context.allowances.stock_taken(context.program, item) for item in pieces}
    return [StockChange(item, taken[item], -min(pieces[item], taken[item])) for item in pieces if taken[item]]
