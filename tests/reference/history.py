"""What has happened to a member so far, and every question that a rule asks of it.

Nothing is remembered between two questions: each looks through everything again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.rulebook import ActivityCount, Level, Streak
from ladder.domain.points.rules import Period
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from tests.reference.events import day_of, fits

type Outcome = Literal["paid", "waits", "denied", "refused"]
type What = Literal["failed", "passed", "measured", "improved", "once", "every", "nth", "finished"]
type Note = tuple[What, str, str]  # of a rule or path, by key; about what, where there are several


@dataclass(frozen=True, slots=True)
class PointsLine:
    """What one rule, streak or path pays for one event. `bonuses`: by the cap on each, "" where it has none.

    `kept_base`, `kept_bonus`: what is carried over of it, once it does not wait. `is_carried`: it pays what was carried
    over.
    """

    rule: str
    outcome: Outcome
    base: int = 0
    bonuses: tuple[tuple[str, int], ...] = ()
    kept_base: int = 0
    kept_bonus: int = 0
    is_carried: bool = False

    @property
    def bonus(self) -> int:
        return sum(points for _, points in self.bonuses)

    @property
    def points(self) -> int:
        return self.base + self.bonus

    @property
    def kept(self) -> int:
        return self.kept_base + self.kept_bonus


@dataclass(slots=True)
class Happened:
    """One event that stands, as it is known now, under the version of the program that it was evaluated under.

    `week`: its first day. `noted`: what later events have to know of it, by rule. `badges`: key and tier's name.
    """

    key: Key
    kind: str
    says: Mapping[str, Plain]
    program: Program
    day: date
    week: date
    lines: list[PointsLine] = field(default_factory=list)
    was_released: bool = False  # somebody decided that what its rules hold, or some of it, is paid
    given: int = 0  # points by hand: under no cap
    noted: set[Note] = field(default_factory=set)
    badges: list[tuple[str, str]] = field(default_factory=list)
    unlocks: list[str] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Return whether it counts for badges and unlocks: it was released, or nothing of it waits or was denied."""
        waits = any(line.outcome == "waits" and (line.points or line.kept) for line in self.lines)
        return self.was_released or not (waits or any(line.outcome == "denied" for line in self.lines))

    def period(self, every: Period) -> date:
        return self.day if every == "day" else self.week

    def fits(self, match: EventFilter) -> bool:
        return fits(match, self.kind, self.says)


type History = list[Happened]  # in the order in which it happened; the last one is what happens now


def day_after(history: History, program: Program, at: datetime) -> date:
    """Return the day of what happens next: it never goes back, also where the program moved to another time zone."""
    return max([day_of(program, at), *(each.day for each in history)])


def week_after(history: History, program: Program, day: date) -> date:
    """Return the first day of a day's week. A week that has begun lasts at least seven days."""
    begins = day - timedelta(days=(day.isoweekday() - program.rulebook.work_days[0]) % 7)
    running = max((each.week for each in history), default=begins)
    return begins if (begins - running).days >= 7 else running


def lines_of(history: History) -> list[PointsLine]:
    """Return what is paid or held. It takes its place under the caps; what is denied or refused never had one."""
    return [line for each in history for line in each.lines if line.outcome in {"paid", "waits"}]


def carried_over(history: History) -> dict[str, tuple[int, int]]:
    """Return by rule, in the order in which it was kept first, what is carried over of base and bonus points."""
    kept = dict[str, tuple[int, int]]()
    for line in (line for each in history for line in each.lines if line.outcome == "paid"):
        base, bonus = kept.pop(line.rule, (0, 0)) if line.is_carried else kept.get(line.rule, (0, 0))
        if line.is_carried:
            left = base - line.base, bonus - line.bonus
        else:
            left = base + line.kept_base, bonus + line.kept_bonus
        if any(left):
            kept[line.rule] = left
    return kept


def earned(history: History) -> int:
    paid = sum(line.points for each in history for line in each.lines if line.outcome == "paid")
    return paid + sum(each.given for each in history)


def level(levels: tuple[Level, ...], history: History) -> int:
    return max(1, sum(each.points <= earned(history) for each in levels))


def tiers(program: Program, badge: str) -> list[str]:
    """Return the names of a badge's tiers, the lowest first; a judged badge has one, without a name."""
    judged = ["" for each in program.rulebook.judged if each.key == badge]
    return judged or [tier.name for each in program.rulebook.badges if each.key == badge for tier in each.tiers]


def tier(history: History, program: Program, badge: str) -> int:
    """Return the place of the highest of the badge's present tiers that the member has, 0 where they have none."""
    has = {name for each in history for key, name in each.badges if key == badge}
    return max((place for place, name in enumerate(tiers(program, badge), start=1) if name in has), default=0)


def is_unlocked(history: History, unlock: str) -> bool:
    return any(unlock in each.unlocks for each in history)


def count(history: History, wanted: ActivityCount) -> int:
    """Count matching events, or the different values of an attribute among them."""
    matching = [each for each in history if each.fits(wanted.match) and each.counts]
    if wanted.distinct is None:
        return len(matching)
    return len({subject(each, wanted.distinct) for each in matching} - {None})


def subject(happened: Happened, attribute: str) -> str | None:
    """Return what an event is about. The text "1", the number 1 and true are three; what is absent is none."""
    value = happened.says.get(attribute)
    return None if value is None else repr(value)


def noted(history: History, what: What, key: str, about: str = "") -> History:
    return [each for each in history if (what, key, about) in each.noted]


def since(history: History, what: What, key: str, about: str = "") -> History:
    """Return what happened after the last event of which this was noted."""
    places = [place for place, each in enumerate(history) if (what, key, about) in each.noted]
    return history[places[-1] + 1 :] if places else history


def steps_done(history: History, key: str) -> set[str]:
    """Return the steps of a path that count: done, each under its event's own version, once all before it count."""
    done, counts = set[str](), set[str]()
    for each in history:
        steps = [step for path in each.program.rulebook.paths if path.key == key for step in path.steps]
        done |= {step.key for step in steps if each.fits(step.match)}
        for _ in steps:  # one may wait for another, which waits for a third
            counts |= {step.key for step in steps if step.key in done and counts >= set(step.after)}
    return counts


def streak_lengths(history: History, key: str, off: set[date]) -> list[int]:
    """Return how many periods in a row there were at each period that counts for a streak."""
    lengths, counted, matches = list[int](), list[date](), list[date]()
    for each in history:
        for streak in each.program.rulebook.streaks:
            if streak.key != key or not each.fits(streak.match):
                continue
            period = each.period(streak.every)
            matches.append(period)
            if matches.count(period) >= streak.at_least and period not in counted:
                goes_on = counted and missed(streak, counted[-1], period, each.program, off) <= streak.grace
                lengths.append(lengths[-1] + 1 if goes_on else 1)
                counted.append(period)
    return lengths


def missed(streak: Streak, last: date, period: date, program: Program, off: set[date]) -> int:
    """Count the periods between two, but for those without any day on which the member was expected."""
    book, length = program.rulebook, 1 if streak.every == "day" else 7
    starts = [last + timedelta(days=n) for n in range(length, (period - last).days)]
    if streak.every == "week":
        starts = [day for day in starts if day.isoweekday() == book.work_days[0]]
    return sum(any(_is_expected(start + timedelta(days=n), program, off) for n in range(length)) for start in starts)


def _is_expected(day: date, program: Program, off: set[date]) -> bool:
    book = program.rulebook
    return day.isoweekday() in book.work_days and day not in book.holidays and day not in off
