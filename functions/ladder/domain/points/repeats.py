"""Repetition: what pays once, at every nth time, after failures, or for weeks of getting better.

Each function looks at the state, notes the activity in it, and says why the rule does not pay this time, or "".
"""

from ladder.domain.activities.activity import number
from ladder.domain.points.matching import Attributes, subject_fingerprint
from ladder.domain.points.state import OPEN_FAILURES, State, WeekMean
from ladder.domain.programs.rules import Count, Improvement, Once, Perseverance
from ladder.domain.text import quantity

WEEK = 7
LATER_WEEKS = 4  # weeks without a value that may lie among those of an improvement


def once(rule: str, wanted: Once, state: State, attributes: Attributes) -> str:
    subject = attributes.get(wanted.per)
    if subject is None:
        return f"it does not say which {wanted.per}"
    key = subject_fingerprint(rule, subject)
    last = state.last_seen(key)
    if last is not None and not _again(wanted, last, state.day):
        return f"this {wanted.per} has already counted"
    state.seen.pop(key, None)
    state.seen[key] = state.day
    return ""


def counted(rule: str, wanted: Count, state: State) -> str:
    since = state.day - wanted.within_days
    days = (*(day for day in state.windows.get(rule, ()) if day > since), state.day)
    if len(days) < wanted.of:
        state.windows[rule] = days
        return f"{len(days)} of {wanted.of} within {quantity(wanted.within_days, 'day')}"
    state.windows.pop(rule, None)
    return ""


def failed(rule: str, wanted: Perseverance, state: State, attributes: Attributes) -> None:
    """A failed try, remembered until the subject is finished."""
    subject = attributes.get(wanted.subject)
    if subject is None:
        return
    key = subject_fingerprint(rule, subject)
    tries = state.failures.pop(key, 0) + 1
    state.failures[key] = tries
    if len(state.failures) > OPEN_FAILURES:
        del state.failures[next(iter(state.failures))]


def persevered(rule: str, wanted: Perseverance, state: State, attributes: Attributes) -> bool:
    """Finished: how often it was failed before is forgotten, whether it sufficed or not."""
    tries = state.failures.pop(subject_fingerprint(rule, attributes.get(wanted.subject)), 0)
    return tries >= wanted.after_failures


def improved(rule: str, wanted: Improvement, state: State, attributes: Attributes) -> bool:
    """Judged when a new week begins, over the weeks that are complete."""
    value = number(attributes.get(wanted.attribute))
    if value is None:
        return False
    weeks, monday = state.weeks.setdefault(rule, []), state.week
    pays = False
    if not weeks or weeks[-1].monday != monday:
        pays = _sustained(wanted, weeks)
        if pays:
            weeks.clear()
        weeks.append(WeekMean(monday=monday, total=0.0, count=0))
        del weeks[: -wanted.weeks - 1]
    weeks[-1].total += value
    weeks[-1].count += 1
    return pays


def _again(wanted: Once, last: int, day: int) -> bool:
    return wanted.again_after_days is not None and day - last >= wanted.again_after_days


def _sustained(wanted: Improvement, weeks: list[WeekMean]) -> bool:
    span = weeks[-wanted.weeks :]
    if len(span) < wanted.weeks or span[-1].monday - span[0].monday > WEEK * (wanted.weeks + LATER_WEEKS):
        return False
    half = wanted.weeks // 2
    usual = sum(week.mean for week in span[:half]) / half
    margin = abs(usual) * wanted.percent / 100
    sign = 1 if wanted.direction == "higher" else -1
    return all(sign * (week.mean - usual) >= margin for week in span[half:])
