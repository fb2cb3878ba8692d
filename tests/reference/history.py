"""What has happened to a member so far, and every question that a rule asks of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.points.rulebook import Requirement, Rulebook, Streak
from ladder.domain.points.rules import Rule
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from tests.reference.events import day_of, fits


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What was paid or is held of one award, each part with the caps that it fell under."""

    rule: str
    parts: tuple[tuple[int, tuple[str, ...]], ...]
    held: bool

    @property
    def points(self) -> int:
        return sum(points for points, _ in self.parts)


@dataclass(slots=True)
class Happened:
    """`notes`: what rules noted of it, such as that it counted for the once of a rule."""

    kind: str
    attributes: dict[str, Plain]
    at: datetime
    program: Program
    lines: list[HistoryLine] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    badges: list[tuple[str, str]] = field(default_factory=list)  # and the name of a tier
    unlocks: list[str] = field(default_factory=list)
    given: int = 0  # points by hand: under no cap

    @property
    def day(self) -> date:
        return day_of(self.program, self.at)

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    def fits(self, match: EventFilter) -> bool:
        return fits(match, self.kind, self.attributes)


type History = list[Happened]  # in order; the last one is what happens now


def points(history: History, cap: str = "", *, day: date | None = None, monday: date | None = None) -> int:
    """Points that were paid or are held, under a cap, of a day or a week."""
    among = [each for each in history if day in {None, each.day} and monday in {None, each.monday}]
    lines = [line for each in among for line in each.lines]
    return sum(points for line in lines for points, caps in line.parts if not cap or cap in caps)


def earned(history: History) -> int:
    paid = sum(line.points for each in history for line in each.lines if not line.held)
    return paid + sum(each.given for each in history)


def level(book: Rulebook, history: History) -> int:
    return max(1, sum(each.points <= earned(history) for each in book.levels))


def tiers(book: Rulebook, badge: str) -> list[str]:
    """Their names, lowest first; a judged badge has one without a name."""
    judged = ["" for each in book.judged if each.key == badge]
    return judged or [tier.name for each in book.badges if each.key == badge for tier in each.tiers]


def tier(book: Rulebook, history: History, badge: str) -> int:
    """The number of the highest of the badge's tiers that somebody has by its name."""
    has = {name for each in history for key, name in each.badges if key == badge}
    return max((number for number, name in enumerate(tiers(book, badge), start=1) if name in has), default=0)


def last_counted(history: History, rule: Rule, subject: Plain) -> date | None:
    """The last day on which this subject counted for the rule."""
    per = rule.once.per if rule.once else ""
    counted = [
        each.day for each in history if ("once", rule.key) in each.notes and _same(each.attributes.get(per), subject)
    ]
    return counted[-1] if counted else None


def matches_in_window(history: History, rule: Rule) -> int:
    """Matches not yet paid for, the present one among them."""
    count, now = rule.count, history[-1].day
    if count is None:
        return 0
    unpaid = _since([each for each in history if ("count", rule.key) in each.notes], ("counted out", rule.key))
    return sum(each.day > now - timedelta(days=count.within_days) for each in unpaid)


def failures_before(history: History, rule: Rule) -> int:
    """Failed tries at the present subject since it was finished last."""
    wanted = rule.perseverance
    if wanted is None:
        return 0
    subject = history[-1].attributes.get(wanted.subject)
    about = [each for each in history if _same(each.attributes.get(wanted.subject), subject)]
    since = _since(about[:-1], ("finished", rule.key))
    return sum(each.fits(wanted.failed) for each in [*since, about[-1]]) if subject is not None else 0


def improved(history: History, rule: Rule) -> bool:
    """Whether the weeks before this one, as they are complete now, show the improvement that the rule pays for."""
    wanted, now = rule.improvement, history[-1]
    if wanted is None:
        return False
    told = [each for each in history if ("improvement", rule.key) in each.notes]
    paid = [place for place, each in enumerate(told) if ("improved", rule.key) in each.notes]
    values = dict[date, list[float]]()
    for each in told[paid[-1] if paid else 0 :]:
        values.setdefault(each.monday, []).append(float(str(each.attributes[wanted.attribute])))
    if len(values.pop(now.monday)) > 1 or len(values) < wanted.weeks:
        return False
    mondays = sorted(values)[-wanted.weeks :]
    if mondays[-1] - mondays[0] > timedelta(weeks=wanted.weeks + 4):
        return False
    means = [sum(values[monday]) / len(values[monday]) for monday in mondays]
    first, second = means[: wanted.weeks // 2], means[wanted.weeks // 2 :]
    usual = sum(first) / len(first)
    better = [mean - usual if wanted.direction == "higher" else usual - mean for mean in second]
    return all(each >= abs(usual) * wanted.percent / 100 for each in better)


def steps_done(history: History, path: str) -> set[str]:
    """By key. Each counted under the version of the path that was in force when it happened."""
    done = set[str]()
    for each in history:
        steps = [step for known in each.program.rulebook.paths if known.key == path for step in known.steps]
        for step in steps:
            if each.fits(step.match) and set(step.after) <= done:
                done.add(step.key)
    return done


def has_finished(history: History, path: str) -> bool:
    return any(("finished path", path) in each.notes for each in history)


def lengths(history: History, streak: Streak, off: set[date]) -> list[int]:
    """The streak's length at each of its periods that counted."""
    found, last = list[int](), None
    for period in periods(history, streak):
        unbroken = last is not None and _missed(streak, last, period, off, history[-1].program.rulebook) <= streak.grace
        found.append(found[-1] + 1 if unbroken else 1)
        last = period
    return found


def periods(history: History, streak: Streak) -> list[date]:
    """Those with enough matches, in order."""
    matches = [each.day if streak.every == "day" else each.monday for each in history if each.fits(streak.match)]
    return sorted(period for period in set(matches) if matches.count(period) >= streak.at_least)


def matches_in_period(history: History, streak: Streak) -> int:
    now = history[-1]
    if streak.every == "day":
        return sum(each.fits(streak.match) and each.day == now.day for each in history)
    return sum(each.fits(streak.match) and each.monday == now.monday for each in history)


def counted(history: History, wanted: Requirement) -> int:
    if wanted.count is None:
        return 0
    distinct = wanted.count.distinct
    matching = [each for each in history if each.fits(wanted.count.match)]
    if distinct is None:
        return len(matching)
    return len({repr(each.attributes.get(distinct)) for each in matching} - {repr(None)})


def _missed(streak: Streak, last: date, period: date, off: set[date], book: Rulebook) -> int:
    """Periods between the two in which the member was expected and did not match enough."""
    length = timedelta(days=1 if streak.every == "day" else 7)
    missed, start = 0, last + length
    while start < period:
        missed += any(_expected(day, off, book) for day in _days(start, start + length))
        start += length
    return missed


def _expected(day: date, off: set[date], book: Rulebook) -> bool:
    return day.isoweekday() in book.work_days and day not in book.holidays and day not in off


def _days(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((end - first).days))


def _since(history: History, note: tuple[str, str]) -> History:
    """What happened after the last one of which this was noted."""
    noted = [place for place, each in enumerate(history) if note in each.notes]
    return history[noted[-1] + 1 :] if noted else history


def _same(one: Plain, other: Plain) -> bool:
    return repr(one) == repr(other)
