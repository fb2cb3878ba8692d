"""Reward a member: their activities become ledger entries, each once, under every cap, and count for their team."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ladder.domain.activities.activity import (
    AMENDMENTS,
    CORRECTED,
    LADDER,
    ORDERED,
    REVERSED,
    Activity,
    Delivery,
    Key,
    digest,
)
from ladder.domain.activities.ports import Activities
from ladder.domain.points.apply import allowance_days, evaluate, out_of_order, with_allowances
from ladder.domain.points.caps import DailyBound, daily_bound, settle_bound
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import Entry, LedgerChange, State, StockChange
from ladder.domain.points.ports import Allowances, Ledger, Teams
from ladder.domain.points.replay import recalculate, recorded_allowances, replay, replay_state
from ladder.domain.points.teams import Contribution, member_points, period_of, qualifying_members, team_grant
from ladder.domain.programs.rulebook import TeamAchievement
from ladder.retry import Pause, until_written

type CompiledVersion = Callable[[int], CompiledProgram]  # a published version of the program, made ready


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardContext:
    """His program's book, and what stands behind it."""

    member: str
    book: CompiledProgram
    books: CompiledVersion
    ledger: Ledger
    allowances: Allowances
    now: datetime

    @property
    def program(self) -> str:
        return self.book.program.key


def daily_bounds(
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
    return {
        day: _bound(desk, date.fromordinal(day), fixed.get(day)) for day in allowance_days(desk.book, new) | amended
    }


def _bound(desk: RewardContext, day: date, fixed: int | None) -> DailyBound:
    return daily_bound(
        desk.book.program,
        fixed=fixed,
        allotment=desk.allowances.allotment(desk.program, desk.member, day),
        drawn=desk.allowances.reserve_taken(desk.program, day),
    )


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
    bounds = daily_bounds(desk, state, new, recorded)
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
    before, _ = recalculate(books, desk.book, recorded)
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


def update_team(desk: RewardContext, rewarded: Rewarded, *, teams: Teams, queue: Activities) -> None:
    """After every commit, and again where it was killed between the two: totals are set, not added to.

    Who was granted his share is remembered, so what is done after that, the grant itself too, tells nobody again.
    """
    achievements = desk.book.rulebook.teams
    mine = teams.teammates(desk.program, desk.member) if achievements else None
    if mine is None or rewarded.state.as_of is None:
        return
    team, mates = mine
    for achievement in achievements:
        for told in _shares(desk, achievement, rewarded, team):
            together = teams.contribute(told)
            sharing = qualifying_members(
                achievement, together.points, mates
            )  # whoever completed it: also one below the floor
            new = [mate for mate in sharing if mate not in together.granted]
            if told.points and new:
                grant = team_grant(achievement, told, at=rewarded.state.as_of[0])
                queue.send([Delivery(desk.program, mate, (grant,)) for mate in new])
                teams.granted(told, new)


def _shares(desk: RewardContext, achievement: TeamAchievement, rewarded: Rewarded, team: str) -> list[Contribution]:
    """One for each period that the entries touched, besides the one that the member is in."""
    current = period_of(achievement, rewarded.state.day)
    touched = {period_of(achievement, entry.day) for entry in rewarded.entries if entry.day is not None}

    def state_at_end(period: int) -> State:
        return rewarded.state if period == current else _at_end(desk, achievement, period)

    return [
        Contribution(
            program=desk.program,
            team=team,
            achievement=achievement.key,
            period=period,
            member=desk.member,
            points=member_points(achievement, state_at_end(period), period),
            version=rewarded.state.version,
        )
        for period in sorted(touched | {current})
    ]


def _at_end(desk: RewardContext, achievement: TeamAchievement, period: int) -> State:
    """Of a period that is over for the member, by everything that happened up to its end."""
    recorded = desk.ledger.entries(desk.program, desk.member)
    until = [each for each in recorded if each.day is None or period_of(achievement, each.day) <= period]
    books = {version: desk.books(version) for version in {entry.program_version for entry in until}}
    return replay_state(books, until)
