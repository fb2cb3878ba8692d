"""Reward: a member's activities become entries of his ledger, each once, under every cap."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ladder.domain.activities.activity import AMENDMENTS, CORRECTED, LADDER, ORDERED, REVERSED, Activity, Key, digest
from ladder.domain.points.caps import settle_bound
from ladder.domain.points.entry import Entry
from ladder.domain.points.evaluate import evaluate, out_of_order, with_allowances
from ladder.domain.points.ledger_change import LedgerChange, StockChange
from ladder.domain.points.replay import recalculated, replay
from ladder.domain.points.state import State
from ladder.retry import Pause, until_written
from rewards.context import RewardContext, bounds_of

DECISIONS = AMENDMENTS - {CORRECTED}


@dataclass(frozen=True, slots=True)
class Rewarded:
    """`again`: activities that had an entry already; `refused`: those that came with another body."""

    entries: tuple[Entry, ...]
    again: int
    refused: int
    state: State


def reward(desk: RewardContext, activities: Sequence[Activity], *, pause: Pause) -> Rewarded:
    """Running it again with the same activities, in any order and company, changes nothing the second time.

    Every try reads the state anew. Raises Unavailable where others kept the member busy, or the ledger is.
    """
    return until_written(lambda: _rewarded(desk, activities), pause, busy=f"member {desk.member}")


def _rewarded(desk: RewardContext, activities: Sequence[Activity]) -> Rewarded:
    first = {activity.key: activity for activity in reversed(activities)}  # the first of a key within a message stands
    state, known = desk.ledger.load(desk.program, desk.member, list(first))
    changed = [each for each in activities if _differs(each, known.get(each.key) or digest(first[each.key]))]
    for activity in changed:
        desk.ledger.refuse(desk.program, desk.member, activity, at=desk.now)
    new = [activity for key, activity in first.items() if key not in known]
    entries, after = _record(desk, state, new) if new else ((), state)
    return Rewarded(entries, len(activities) - len(new) - len(changed), len(changed), after)


def _differs(activity: Activity, recorded: bytes) -> bool:
    """What Ladder itself grants may be found again by another activity: whichever came first stands."""
    return activity.source != LADDER and digest(activity) != recorded


def _record(desk: RewardContext, state: State, new: Sequence[Activity]) -> tuple[tuple[Entry, ...], State]:
    anew = out_of_order(desk.book, state, new) or state.short
    recorded = desk.ledger.entries(desk.program, desk.member, count=state.sequence) if anew else []
    bounds = bounds_of(desk, state, new, recorded)
    allowances = {day: each.points for day, each in bounds.items()}
    if anew:
        books = {version: desk.books(version) for version in {entry.program_version for entry in recorded}}
        after, entries = replay(books, desk.book, state, recorded, new, allowances=allowances)
    else:
        after, entries = evaluate(desk.book, state, new, allowances=allowances)
    settled = {
        day: settle_bound(desk.book.program, date.fromordinal(day), each, after.taken.get(day, 0))
        for day, each in bounds.items()
    }
    entries = with_allowances(after, entries, {day: each.allowance for day, each in settled.items()})
    change = LedgerChange(
        program=desk.program,
        member=desk.member,
        before=state,
        after=after,
        entries=[replace(entry, recorded_at=desk.now) for entry in entries],
        due_at=desk.now + timedelta(days=desk.book.rulebook.hold_days),
        decided=_decided(entries, recorded),
        again=_waiting_again(desk, after, recorded) if anew else (),
        draws=[each.draw for each in settled.values() if each.draw],
        stock=_given_back(desk, entries, recorded),
    )
    desk.ledger.commit(change)
    after.version += 1
    return tuple(change.entries), after


def _waiting_again(desk: RewardContext, after: State, recorded: Sequence[Entry]) -> list[Entry]:
    """Entries of before that wait now, and did not before this: a correction, or room under a cap, made them wait."""
    found = [entry for entry in recorded if entry.key in after.waiting and not entry.waits]
    if not found:
        return []
    books = {version: desk.books(version) for version in {entry.program_version for entry in recorded}}
    before, _ = recalculated(books, desk.book, recorded)
    return [replace(each, lines=after.waiting[each.key]) for each in found if each.key not in before.waiting]


def _decided(entries: Sequence[Entry], recorded: Sequence[Entry]) -> list[Key]:
    """Events that were held and are decided now, each once; a correction decides nothing."""
    held = {entry.key for entry in recorded if entry.waits}
    targets = dict.fromkeys(entry.activity.target for entry in entries if entry.activity.type in DECISIONS)
    return [target for target in targets if target in held]


def _given_back(desk: RewardContext, entries: Sequence[Entry], recorded: Sequence[Entry]) -> list[StockChange]:
    """What orders that are reversed now had taken from the catalogue; one that was reversed before gives nothing."""
    before, now = _reversed(recorded), _reversed(entries)
    orders = (entry for entry in recorded if entry.activity.type == ORDERED and entry.key in now - before)
    pieces = Counter(str(order.activity.attributes.get("item")) for order in orders)
    taken = {item: desk.allowances.stock_taken(desk.program, item) for item in pieces}
    return [StockChange(item, taken[item], -min(pieces[item], taken[item])) for item in pieces if taken[item]]


def _reversed(entries: Sequence[Entry]) -> set[Key]:
    targets = (entry.activity.target for entry in entries if entry.activity.type == REVERSED)
    return {target for target in targets if target}
