"""What activities add up to over time: repeats, streaks, levels, paths, unlocks and badges."""

from collections.abc import Iterator, Set
from datetime import date

from ladder.domain.activities.activity import MOST_DAYS_OFF, Activity, number
from ladder.domain.activities.event_filter import Perseverance
from ladder.domain.points.compiled import (
    ActivityCounter,
    Attributes,
    CompiledProgram,
    CompiledStep,
    all_met,
    level_at,
    subject_fingerprint,
)
from ladder.domain.points.ledger import FINISHED, MAX_FAILURES, State, StreakState, WeekMean
from ladder.domain.points.rulebook import BadgeTier, Milestone, Path, Rulebook, Streak
from ladder.domain.points.rules import Count, Improvement, Once
from ladder.domain.text import quantity

WEEK = 7
LATER_WEEKS = 4  # weeks without a value that may lie among those of an improvement


def once_refusal(rule: str, once: Once, state: State, attributes: Attributes) -> str:
    subject = attributes.get(once.per)
    if subject is None:
        return f"it does not say which {once.per}"
    key = subject_fingerprint(rule, subject)
    last = state.last_seen(key)
    if last is not None and not _again(once, last, state.day):
        return f"this {once.per} has already counted"
    state.seen.pop(key, None)
    state.seen[key] = state.day
    return ""


def count_refusal(rule: str, count: Count, state: State) -> str:
    since = state.day - count.within_days
    days = (*(day for day in state.windows.get(rule, ()) if day > since), state.day)
    if len(days) < count.of:
        state.windows[rule] = days
        return f"{len(days)} of {count.of} within {quantity(count.within_days, 'day')}"
    state.windows.pop(rule, None)
    return ""


def note_failure(rule: str, perseverance: Perseverance, state: State, attributes: Attributes) -> None:
    """Remember a failed try until the subject is finished."""
    subject = attributes.get(perseverance.subject)
    if subject is None:
        return
    key = subject_fingerprint(rule, subject)
    tries = state.failures.pop(key, 0) + 1
    state.failures[key] = tries
    if len(state.failures) > MAX_FAILURES:
        del state.failures[next(iter(state.failures))]


def has_persevered(rule: str, perseverance: Perseverance, state: State, attributes: Attributes) -> bool:
    """Return whether enough tries failed before; they are forgotten, as the subject is finished."""
    tries = state.failures.pop(subject_fingerprint(rule, attributes.get(perseverance.subject)), 0)
    return tries >= perseverance.after_failures


def has_improved(rule: str, improvement: Improvement, state: State, attributes: Attributes) -> bool:
    """Return whether the values improved over the weeks that are complete: it shows when a new week begins."""
    value = number(attributes.get(improvement.attribute))
    if value is None:
        return False
    weeks, monday = state.weeks.setdefault(rule, []), state.week
    pays = False
    if not weeks or weeks[-1].monday != monday:
        pays = _sustained(improvement, weeks)
        if pays:
            weeks.clear()
        weeks.append(WeekMean(monday=monday, total=0.0, count=0))
        del weeks[: -improvement.weeks - 1]
    weeks[-1].total += value
    weeks[-1].count += 1
    return pays


def _again(once: Once, last: int, day: int) -> bool:
    return once.again_after_days is not None and day - last >= once.again_after_days


def _sustained(improvement: Improvement, weeks: list[WeekMean]) -> bool:
    span = weeks[-improvement.weeks :]
    if len(span) < improvement.weeks or span[-1].monday - span[0].monday > WEEK * (improvement.weeks + LATER_WEEKS):
        return False
    half = improvement.weeks // 2
    usual = sum(week.mean for week in span[:half]) / half
    margin = abs(usual) * improvement.percent / 100
    sign = 1 if improvement.direction == "higher" else -1
    return all(sign * (week.mean - usual) >= margin for week in span[half:])


DAYS_OFF_WINDOW = 120


def match_streak(streak: Streak, state: State, rulebook: Rulebook) -> Milestone | None:
    """Count a match on the state's day, and return the milestone that its period reaches, if any.

    Streaks are a function of the set of local days; days off by schedule do not break them. What is done on a day off
    counts for it like on any other.
    """
    run = state.streaks.setdefault(streak.key, StreakState())
    period = state.day if streak.every == "day" else state.week
    if run.period != period:
        run.period, run.matches = period, 0
    run.matches += 1
    if run.matches != streak.at_least:
        return None
    run.length = run.length + 1 if is_unbroken(streak, run, period, state.days_off, rulebook) else 1
    run.last, run.best = period, max(run.best, run.length)
    return next((milestone for milestone in streak.milestones if milestone.length == run.length), None)


def is_unbroken(streak: Streak, run: StreakState, period: int, days_off: tuple[int, ...], rulebook: Rulebook) -> bool:
    """Return whether a match in `period` continues the streak: no more periods are missed than its grace allows."""
    if not run.last:
        return False
    length, missed, off = (1 if streak.every == "day" else WEEK), 0, frozenset(days_off)
    for start in range(run.last + length, period, length):
        missed += any(_scheduled(day, off, rulebook) for day in range(start, start + length))
        if missed > streak.grace:
            return False
    return True


def add_days_off(state: State, first: str, last: str) -> None:
    """Add the days off from `first` to `last`, ISO dates; those of long ago are dropped."""
    start = date.fromisoformat(first).toordinal()
    end = min(date.fromisoformat(last).toordinal(), start + MOST_DAYS_OFF - 1)
    days = {*state.days_off, *range(start, end + 1)}
    state.days_off = tuple(sorted(day for day in days if day > state.day - DAYS_OFF_WINDOW))


def monday(day: int) -> int:
    return day - (day - 1) % WEEK  # ordinal 1 is a Monday


def _scheduled(day: int, days_off: Set[int], rulebook: Rulebook) -> bool:
    """Return whether the member was expected on the day."""
    weekday = (day - 1) % WEEK + 1
    return weekday in rulebook.work_days and day not in days_off and date.fromordinal(day) not in rulebook.holidays


def is_streak_alive(
    streak: Streak, run: StreakState, today: int, days_off: tuple[int, ...], rulebook: Rulebook
) -> bool:
    """Return whether the streak can still continue today, and is shown to its member as current."""
    period = today if streak.every == "day" else monday(today)
    return run.last == period or is_unbroken(streak, run, period, days_off, rulebook)


def level_reached(rulebook: Rulebook, before: int, earned: int) -> list[str]:
    """Return the level that was reached, in words; empty where it is still `before`."""
    now = level_at(rulebook, earned)
    return [f"level {now}: {rulebook.levels[now - 1].name}"] if now > before else []


def achievement_changes(compiled: CompiledProgram, before: State, after: State) -> tuple[str, ...]:
    """Return what is reached, and what is no longer reached, after a replay, in words."""
    rulebook = compiled.rulebook
    old, new = level_at(rulebook, before.earned), level_at(rulebook, after.earned)
    moved = [f"{'now' if new > old else 'back to'} level {new}: {rulebook.levels[new - 1].name}"] if new != old else []
    for badge in rulebook.badges:
        had, has = (state.badges.get(badge.key, (0, 0))[0] for state in (before, after))
        if has > had:
            moved.append(f"badge: {badge.name}, {tier_name(badge.tiers, has)}")
        elif has < had:
            moved.append(f"no longer reached: badge {badge.name}, {tier_name(badge.tiers, had)}")
    for judged in rulebook.judged:
        if (judged.key in before.badges) != (judged.key in after.badges):
            moved.append(f"{'badge' if judged.key in after.badges else 'no longer reached: badge'}: {judged.name}")
    opened = [unlock.name for unlock in rulebook.unlocks if unlock.key in after.unlocks - before.unlocks]
    return (*moved, *(f"unlocked: {name}" for name in opened))


def take_step(step: CompiledStep, state: State) -> None:
    """Mark a step as done. It is known by its key, so it stays done wherever an edit of the path moves it."""
    done = state.paths.get(step.path, frozenset())
    if step.mark not in done and step.after <= done:
        state.paths[step.path] = done | {step.mark}


def finish_paths(compiled: CompiledProgram, state: State) -> Iterator[Path]:
    """Yield the paths whose steps are all done now, each once, even if an edit adds a step to it later."""
    for path, steps in compiled.paths:
        done = state.paths.get(path.key)
        if done and FINISHED not in done and steps <= done:
            state.paths[path.key] = done | {FINISHED}
            yield path


def count_activity(programs: tuple[CompiledProgram, CompiledProgram], state: State, activity: Activity) -> None:
    """Count an activity once wherever badges and unlocks of either program version ask for it."""
    first, second = (program.counts.get(activity.type, ()) for program in programs)
    counted = {counter.item.mark for counter in first}
    for counter in (
        first if first is second else (*first, *(counter for counter in second if counter.item.mark not in counted))
    ):
        if counter.matches(activity.attributes) and _is_new(counter.item, state, activity.attributes):
            state.counts[counter.item.mark] = state.counts.get(counter.item.mark, 0) + 1


def award_achievements(compiled: CompiledProgram, state: State) -> list[str]:
    """Open the unlocks and give the badges whose requirements are met now; return what is new, in words."""
    new = list[str]()
    while reached := [*_unlocked(compiled, state), *_awarded(compiled, state)]:
        new += reached
    return new


def tiers_of(rulebook: Rulebook, badge: str) -> list[str]:
    """Return the names of a badge's tiers, lowest first; a judged badge has one, an unknown key none."""
    judged = [each.name for each in rulebook.judged if each.key == badge]
    return judged or [
        f"{each.name}, {tier.name}" for each in rulebook.badges if each.key == badge for tier in each.tiers
    ]


def tier_name(tiers: tuple[BadgeTier, ...], reached: int) -> str:
    return tiers[reached - 1].name


def _unlocked(compiled: CompiledProgram, state: State) -> list[str]:
    new = [unlock for unlock, goals in compiled.unlocks if unlock.key not in state.unlocks and all_met(goals, state)]
    state.unlocks |= {unlock.key for unlock in new}
    return [f"unlocked: {unlock.name}" for unlock in new]


def _awarded(compiled: CompiledProgram, state: State) -> list[str]:
    new = list[str]()
    for badge, tiers in compiled.badges:
        reached = state.badges[badge.key][0] if badge.key in state.badges else 0
        while reached < len(tiers) and all_met(tiers[reached], state):
            reached += 1
            state.badges[badge.key] = (reached, state.day)
            new.append(f"badge: {badge.name}, {tier_name(badge.tiers, reached)}")
    return new


def _is_new(counted: ActivityCounter, state: State, attributes: Attributes) -> bool:
    """Return whether it counts: each value of `distinct` does once, an activity without one does not."""
    if counted.distinct is None:
        return True
    subject = attributes.get(counted.distinct)
    key = subject_fingerprint(counted.mark.hex(), subject)
    if subject is None or state.last_seen(key) is not None:
        return False
    state.seen[key] = state.day
    return True
