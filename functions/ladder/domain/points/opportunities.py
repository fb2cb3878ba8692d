"""What a member can still earn today, by which rules, and why not: by their program and their state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ladder.domain.points.achievements import monday
from ladder.domain.points.apply import blocked_reason
from ladder.domain.points.caps import DAY, left_today
from ladder.domain.points.compiled import CompiledProgram, subject_fingerprint
from ladder.domain.points.ledger import State
from ladder.domain.points.rules import Rule
from ladder.domain.text import quantity
from ladder.domain.validation.constraints import Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bound on the points of a day or a week, and what of it is used."""

    name: str  # "a day"
    most: int
    used: int

    @property
    def full(self) -> bool:
        return self.used >= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningOpportunity:
    """What a rule may still bring today. `points`: base points of one match, None where its source says.

    `left`: points, None where there is no limit. `how`: in words, when it pays. `why_not`: empty where it can.
    """

    rule: str
    name: str
    points: int | None
    left: int | None
    how: tuple[str, ...]
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunities:
    """`left`: points that can still be earned today by everything together, None where there is no limit."""

    date: date
    left: int | None
    limits: tuple[Limit, ...]
    by_rule: tuple[EarningOpportunity, ...]


def state_on_day(state: State, today: date, *, allowance: int | None) -> State:
    """Return the state as the next activity of today would meet it: what was used on an earlier day is free again."""
    now, day = state.copy(), today.toordinal()
    if now.day < day:
        now.day, now.used = day, {}
    if now.week < monday(day):
        now.week, now.week_used = monday(day), 0
    now.allowance = allowance
    return now


def opportunities(compiled: CompiledProgram, state: State, today: date, *, allowance: int | None) -> Opportunities:
    """Return what can still be earned today. `allowance`: the most by the program's cap; None: no cap."""
    now = state_on_day(state, today, allowance=allowance)
    left = left_today(compiled.caps, now)
    limits = tuple(_limits(compiled, now))
    by_rule = tuple(_opportunity(compiled, rule, now, left, limits) for rule in compiled.rulebook.rules)
    return Opportunities(date=today, left=left, limits=limits, by_rule=by_rule)


def _limits(compiled: CompiledProgram, now: State) -> Iterator[Limit]:
    caps, used = compiled.caps, now.used.get(DAY, 0)
    if caps.member_daily_points is not None:
        yield Limit(name="a day", most=caps.member_daily_points, used=used)
    if caps.member_weekly_points is not None:
        yield Limit(name="a week", most=caps.member_weekly_points, used=now.week_used)
    if now.allowance is not None:
        yield Limit(name="today from the program's points", most=now.allowance, used=used)


def _opportunity(
    compiled: CompiledProgram, rule: Rule, now: State, left: int | None, limits: tuple[Limit, ...]
) -> EarningOpportunity:
    own = None if rule.daily_points is None else max(rule.daily_points - now.used.get(rule.key, 0), 0)
    rest = min((each for each in (own, left) if each is not None), default=None)
    full = ""
    if rest == 0 and own == 0:
        full = f"this pays up to {quantity(rule.daily_points or 0, 'point')} a day"
    elif rest == 0:
        reached = (limit for limit in limits if limit.full)
        full = next((f"your limit of {quantity(each.most, 'point')} {each.name} is reached" for each in reached), "")
    why_not = blocked_reason(compiled.rulebook, rule, now) or _counted_already(rule, now) or full
    return EarningOpportunity(
        rule=rule.key,
        name=rule.name,
        points=rule.points if rule.points_from is None else None,
        left=0 if why_not else rest,
        how=tuple(_how(rule, now)),
        why_not=why_not,
    )


def _counted_already(rule: Rule, now: State) -> str:
    """Return that the rule has counted already, where it names every subject it may be about and all have counted."""
    subjects = _subjects(rule)
    if rule.once is None or not subjects:
        return ""
    last, again = [now.last_seen(subject_fingerprint(rule.key, each)) for each in subjects], rule.once.again_after_days
    if any(day is None or (again is not None and now.day - day >= again) for day in last):
        return ""
    return f"this {rule.once.per} has already counted"


def _subjects(rule: Rule) -> tuple[Plain, ...]:
    named = (test for test in rule.match.where if rule.once and test.attribute == rule.once.per)
    return next((test.one_of or ((test.equals,) if test.equals is not None else ()) for test in named), ())


def _how(rule: Rule, now: State) -> Iterator[str]:
    if rule.once:
        again = rule.once.again_after_days
        yield f"once for each {rule.once.per}" + (
            f", again after {quantity(again, 'day')}" if again is not None else ""
        )
    if rule.count:
        since = now.day - rule.count.within_days
        days = sum(day > since for day in now.windows.get(rule.key, ()))
        yield f"at every {rule.count.of} within {quantity(rule.count.within_days, 'day')}: {days} so far"
    if rule.perseverance:
        tries = rule.perseverance.after_failures
        yield f"after {tries} failed {'try' if tries == 1 else 'tries'} at the same {rule.perseverance.subject}"
    if rule.improvement:
        yield f"for getting better over {rule.improvement.weeks} weeks"
    if rule.ends_on:
        yield f"until {rule.ends_on}"
    yield from (f"{each.percentage:g} % more: {each.name}" for each in rule.bonuses)
    if rule.hold:
        yield f"it waits first: {rule.hold}"
