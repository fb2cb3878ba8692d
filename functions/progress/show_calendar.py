"""Show a calendar: what each local day paid, by rule, and which streaks counted it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ladder.domain.calendar.deadlines import with_deadline_facts
from ladder.domain.calendar.schedule import day_bounds, local_day
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import ADJUSTED, Entry, State
from ladder.domain.points.ports import Ledger
from ladder.domain.points.rules import Period
from ladder.web.me import Me

ENTRIES_READ = 250  # by one call
CLOCKS_DIFFER = timedelta(days=1)  # at most, between what reports an event and what records it


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBy:
    """`rule`: its key; what an entry changed for earlier days is a line of its own."""

    rule: str
    name: Message
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """`points`: the sum of what is `paid`; `streaks`: keys of those that something done on this day matched."""

    day: date
    points: int
    paid: tuple[PaidBy, ...]
    streaks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarStreak:
    key: str
    name: str
    every: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsCalendar:
    """`days`: oldest first, those on which something happened; `days_off`: dates on which streaks rest."""

    first: date
    last: date
    streaks: tuple[CalendarStreak, ...]
    days: tuple[CalendarDay, ...]
    days_off: tuple[date, ...]


def show_calendar(
    me: Me,
    *,
    first: date,
    last: date,
    compiled: CompiledProgram,
    version: Callable[[int], CompiledProgram],
    ledger: Ledger,
) -> PointsCalendar:
    """Return the days from `first` to `last`, by the entries that were recorded since.

    What happened on a day is recorded on it or later. `version`: a published version, in whose names entries are read.
    """
    state = ledger.states_of(me.program, [me.member]).get(me.member, State())
    by_day, since = defaultdict[date, list[Entry]](list), day_bounds(compiled.schedule, first)[0] - CLOCKS_DIFFER
    for entry in ledger.latest(me.program, me.member, page=ENTRIES_READ):
        happened = entry.activity.occurred_at
        if (entry.recorded_at or happened) < since:
            break
        day = local_day(compiled.schedule, happened) if entry.day is None else date.fromordinal(entry.day)
        if first <= day <= last:
            by_day[day].append(entry)
    days_off = [
        date.fromordinal(day)
        for begins, ends in state.days_off
        for day in range(max(begins, first.toordinal()), min(ends, last.toordinal()) + 1)
    ]
    for entries in by_day.values():
        entries.reverse()
    return PointsCalendar(
        first=first,
        last=last,
        streaks=tuple(
            CalendarStreak(key=streak.key, name=streak.name, every=streak.every) for streak in compiled.rulebook.streaks
        ),
        days=tuple(_day(day, by_day[day], compiled, version) for day in sorted(by_day)),
        days_off=tuple(days_off),
    )


def _day(
    day: date, entries: Sequence[Entry], compiled: CompiledProgram, version: Callable[[int], CompiledProgram]
) -> CalendarDay:
    paid = defaultdict[tuple[str, Message], int](int)
    for entry in entries:
        texts = version(entry.program_version).texts
        for line in entry.lines:
            name = texts.names[ADJUSTED] if line.rule == ADJUSTED else texts.name(line.rule, entry.activity)
            paid[line.rule, name] += line.paid
    return CalendarDay(
        day=day,
        points=sum(paid.values()),
        paid=tuple(PaidBy(rule=rule, name=name, points=points) for (rule, name), points in paid.items() if points),
        streaks=tuple(dict.fromkeys(_matched(entries, compiled))),
    )


def _matched(entries: Iterable[Entry], compiled: CompiledProgram) -> Iterator[str]:
    for entry in entries:
        activity = with_deadline_facts(entry.activity, compiled.schedule)
        for matcher in compiled.streaks.get(activity.type, ()):
            if matcher.matches(activity.attributes):
                yield matcher.item.key
