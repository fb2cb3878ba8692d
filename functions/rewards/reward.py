"""Reward: a member's activities become entries of his ledger, each once, under every cap."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ladder.domain.activity import AMENDMENTS, CORRECTED, LADDER, ORDERED, REVERSED, Activity, Key, digest
from ladder.domain.errors import Superseded, Unavailable
from ladder.domain.rewards.book import Book
from ladder.domain.rewards.change import Change, Draw, Taken
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.evaluate import days_of, evaluate, out_of_order
from ladder.domain.rewards.refold import recorded_allowances, refold
from ladder.domain.rewards.reserve import chunk
from ladder.domain.rewards.state import State
from ladder.ports import Ledger, Purse

TRIES = 8
DECISIONS = AMENDMENTS - {CORRECTED}

type Pause = Callable[[int], None]
type Books = Callable[[int], Book]  # a published version of the program, made ready


@dataclass(frozen=True, slots=True)
class Rewarded:
    """`again`: activities that had an entry already; `refused`: those that came with another body."""

    entries: tuple[Entry, ...]
    again: int
    refused: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where one member's activities are rewarded: his program's book, and what stands behind it."""

    member: str
    book: Book
    books: Books
    ledger: Ledger
    purse: Purse
    now: datetime

    @property
    def program(self) -> str:
        return self.book.program.key


def reward(desk: Desk, activities: Sequence[Activity], *, pause: Pause) -> Rewarded:
    """Running it again with the same activities, in any order and company, changes nothing the second time.

    Every try reads the state anew. Raises Unavailable where others kept the member busy, or the ledger is.
    """
    for tries in range(TRIES):
        try:
            return _rewarded(desk, activities)
        except Superseded:
            pause(tries)
    raise Unavailable(f"others kept member {desk.member} busy through {TRIES} tries")


def _rewarded(desk: Desk, activities: Sequence[Activity]) -> Rewarded:
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


def _record(desk: Desk, state: State, new: Sequence[Activity]) -> tuple[tuple[Entry, ...], State]:
    anew = out_of_order(desk.book, state, new)
    recorded = desk.ledger.entries(desk.program, desk.member) if anew else []
    fixed = {state.day: state.allowance, **recorded_allowances(recorded)}
    fresh = {day: _allowance(desk, date.fromordinal(day)) for day in days_of(desk.book, new) if fixed.get(day) is None}
    allowances = {**fixed, **{day: each.points for day, each in fresh.items()}}
    if anew:
        books = {version: desk.books(version) for version in {entry.program_version for entry in recorded}}
        after, entries = refold(books, desk.book, state, recorded, new, allowances=allowances)
    else:
        after, entries = evaluate(desk.book, state, new, allowances=allowances)
    used = {entry.day for entry in entries if entry.allowance}
    change = Change(
        program=desk.program,
        member=desk.member,
        before=state,
        after=after,
        entries=[replace(entry, recorded_at=desk.now) for entry in entries],
        due_at=desk.now + timedelta(days=desk.book.rulebook.hold_days),
        decided=_decided(entries, recorded),
        draws=[each.draw for day, each in fresh.items() if each.draw and day in used],
        stock=_given_back(desk, entries, recorded),
    )
    desk.ledger.commit(change)
    after.version += 1
    return tuple(change.entries), after


@dataclass(frozen=True, slots=True)
class Allowance:
    """`points` None: the program has no cap. `draw`: what of it comes from the reserve, if it does."""

    points: int | None
    draw: Draw | None = None


def _allowance(desk: Desk, day: date) -> Allowance:
    """The member's budget for the day; without one, a part of the program's reserve."""
    if desk.book.program.caps.program_daily_points is None:
        return Allowance(None)
    budget = desk.purse.budget(desk.program, desk.member, day)
    if budget is not None:
        return Allowance(budget)
    drawn = desk.purse.drawn(desk.program, day)
    points = chunk(desk.book.program, drawn)
    return Allowance(points, Draw(day, drawn, points))


def _decided(entries: Sequence[Entry], recorded: Sequence[Entry]) -> list[Key]:
    """Events that were held and are decided now, each once; a correction decides nothing."""
    held = {entry.key for entry in recorded if entry.waits}
    targets = dict.fromkeys(entry.activity.target for entry in entries if entry.activity.type in DECISIONS)
    return [target for target in targets if target in held]


def _given_back(desk: Desk, entries: Sequence[Entry], recorded: Sequence[Entry]) -> list[Taken]:
    """What orders that are reversed now had taken from the catalogue; one that was reversed before gives nothing."""
    before, now = _reversed(recorded), _reversed(entries)
    orders = (entry for entry in recorded if entry.activity.type == ORDERED and entry.key in now - before)
    pieces = Counter(str(order.activity.attributes.get("item")) for order in orders)
    taken = {item: desk.purse.taken(desk.program, item) for item in pieces}
    return [Taken(item, taken[item], -min(pieces[item], taken[item])) for item in pieces if taken[item]]


def _reversed(entries: Sequence[Entry]) -> set[Key]:
    targets = (entry.activity.target for entry in entries if entry.activity.type == REVERSED)
    return {target for target in targets if target}
