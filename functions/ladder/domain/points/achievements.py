"""Achievements: what activities add up to over time: repeats, streaks, levels, paths, unlocks and badges."""

from collections.abc import Iterable
from datetime import date

from ladder.domain.activities.activity import Activity, number
from ladder.domain.message import Message
from ladder.domain.points.compiled import (
    ActivityCounter,
    Attributes,
    CompiledProgram,
    Matcher,
    all_met,
    level_at,
    subject_fingerprint,
    tier_reached,
)
from ladder.domain.points.ledger import FINISHED, DaysOff, State, StreakState, WeekMean
from ladder.domain.points.rulebook import MOST_GRACE, Milestone, Path, Rulebook, Streak
from ladder.domain.points.rules import Improvement, Once, Rule

WEEK = 7
LOST = {"points.badge_reached": "points.badge_lost", "points.badge_given": "points.badge_taken_back"}
LATER_WEEKS = 4  # weeks without a value that may lie among those of an improvement


def repeat_refusal(rule: Rule, state: State, attributes: Attributes) -> Message | None:
    """Return why a match does not pay: its subject has counted before, or there are not enough of them yet.

    Counts the match; None where it pays.
    """
    if rule.once:
        subject = attributes.get(rule.once.per)
        if subject is None:
            return Message("points.subject_missing", {"subject": rule.once.per})
        key = subject_fingerprint(rule.key, subject)
        if not counts_again(rule.once, state.last_seen(key), state.day):
            return counted_already(rule.once)
        state.seen.pop(key, None)
        state.seen[key] = state.day
    if rule.count:
        since = state.day - rule.count.within_days
        days = (*(day for day in state.windows.get(rule.key, ()) if day > since), state.day)
        if len(days) < rule.count.of:
            state.windows[rule.key] = days
            return Message(
                "points.count_so_far",
                {"done": len(days), "needed": rule.count.of, "days": rule.count.within_days},
            )
        state.windows.pop(rule.key, None)
    return None


def counts_again(once: Once, last: int | None, day: int) -> bool:
    """Return whether a subject that counted on the day `last`, or never, counts on `day`."""
    return last is None or (once.again_after_days is not None and day - last >= once.again_after_days)


def counted_already(once: Once) -> Message:
    return Message("points.counted_already", {"subject": once.per})


def has_improved(rule: str, improvement: Improvement, state: State, attributes: Attributes) -> bool:
    """Return whether the values improved over the weeks that are complete: it shows when a new week begins.

    Each week of the second half must be better than the mean of the first, above 0, by a percentage of it.
    """
    value = number(attributes.get(improvement.attribute))
    if value is None:
        return False
    weeks = state.weeks.setdefault(rule, [])
    pays = False
    if not weeks or weeks[-1].begins != state.week:
        span = weeks[-improvement.weeks :]
        if len(span) == improvement.weeks and span[-1].begins - span[0].begins < WEEK * (len(span) + LATER_WEEKS):
            half = improvement.weeks // 2
            usual = sum(week.mean for week in span[:half]) / half
            margin = usual * improvement.percent / 100
            sign = 1 if improvement.direction == "higher" else -1
            pays = usual > 0 and all(sign * (week.mean - usual) >= margin for week in span[half:])
        if pays:
            weeks.clear()
        weeks.append(WeekMean(begins=state.week, total=0.0, count=0))
        del weeks[: -improvement.weeks - 1]
    weeks[-1].total += value
    weeks[-1].count += 1
    return pays


def match_streak(streak: Streak, state: State, rulebook: Rulebook) -> Milestone | None:
    """Count a match on the state's day, and return the milestone that its period reaches for the first time, if any.

    Streaks are a function of the set of local days; days off by schedule do not break them. What is done on a day off
    counts for it like on any other. A milestone pays once, by the longest streak ever: were it paid again, breaking a
    streak would pay better than keeping it, and a late day that joins two streaks would cost points.
    """
    run = state.streaks.setdefault(streak.key, StreakState())
    period = state.day if streak.every == "day" else state.week
    if run.period != period:
        run.period, run.matches = period, 0
    run.matches += 1
    if run.last == period or run.matches < streak.at_least:  # a period counts once, whatever an edit asks of it later
        return None
    run.length = run.length + 1 if is_unbroken(streak, run, period, state.days_off, rulebook) else 1
    run.last = period
    if run.length <= run.best:
        return None
    run.best = run.length
    return next((milestone for milestone in streak.milestones if milestone.length == run.length), None)


def is_work_day(day: int, days_off: tuple[DaysOff, ...], rulebook: Rulebook) -> bool:
    """Return whether a member with these days off works on a day, by its ordinal."""
    return (
        weekday(day) in rulebook.work_days
        and not any(first <= day <= last for first, last in days_off)
        and date.fromordinal(day) not in rulebook.holidays
    )


def is_unbroken(
    streak: Streak, run: StreakState, period: int, days_off: tuple[DaysOff, ...], rulebook: Rulebook
) -> bool:
    """Return whether a match in `period` continues the streak: no more periods are missed than its grace allows.

    A period is missed where the member was expected on one of its days.
    """
    if not run.last:
        return False
    length, missed = (1 if streak.every == "day" else WEEK), 0
    for start in range(run.last + length, period - length + 1, length):  # of a week that was longer, what is whole
        missed += any(is_work_day(day, days_off, rulebook) for day in range(start, start + length))
        if missed > streak.grace:
            return False
    return True


DECISIVE_DAYS = (MOST_GRACE + 4) * WEEK  # so many days of work without a day off break any streak


def add_days_off(state: State, first: str, last: str, rulebook: Rulebook) -> None:
    """Add the days off from `first` to `last`, ISO dates; those that no streak can be saved by any more are dropped."""
    added = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    spans = list[DaysOff]()
    for begins, ends in sorted((*state.days_off, added)):
        if spans and begins <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], max(ends, spans[-1][1])
        else:
            spans.append((begins, ends))
    expected, until = 0, state.day
    for place in reversed(range(len(spans))):
        begins, ends = spans[place]
        expected += sum(weekday(day) in rulebook.work_days for day in range(ends + 1, until))
        if expected >= DECISIVE_DAYS:
            del spans[: place + 1]
            break
        until = min(begins, until)
    state.days_off = tuple(spans)


def weekday(day: int) -> int:
    return (day - 1) % WEEK + 1  # ordinal 1 is a Monday


def week_start(day: int, rulebook: Rulebook) -> int:
    """Return the first day of the day's week: it begins with the first work day that the program names."""
    return day - (day - rulebook.work_days[0]) % WEEK


def week_of(state: State, day: int, rulebook: Rulebook) -> int:
    """Return the first day of the member's week on a day that is not before the state's.

    A week lasts seven days at least, also where an edit lets weeks begin on another day.
    """
    begins = week_start(day, rulebook)
    return begins if begins >= state.week + WEEK else state.week


def count_activity(counters: Iterable[Matcher[ActivityCounter]], state: State, activity: Activity) -> None:
    """Count an activity wherever badges and unlocks ask for it. `counters`: of its type.

    Each value of a counter's `distinct` counts once, and an activity without one does not.
    """
    for counter in counters:
        if not counter.matches(activity.attributes):
            continue
        counted, distinct = counter.item.fingerprint, counter.item.distinct
        if distinct is not None:
            subject = activity.attributes.get(distinct)
            key = subject_fingerprint(counted.hex(), subject)
            if subject is None or state.last_seen(key) is not None:
                continue
            state.seen[key] = state.day
        state.counts[counted] = state.counts.get(counted, 0) + 1


def award_achievements(compiled: CompiledProgram, state: State) -> list[Message]:
    """Open the unlocks and give the badges whose requirements are met now, each of which may meet others'.

    Returns what is new.
    """
    new = list[Message]()
    while True:
        before = len(new)
        opened = [
            unlock for unlock, goals in compiled.unlocks if unlock.key not in state.unlocks and all_met(goals, state)
        ]
        if opened:
            state.unlocks |= {unlock.key for unlock in opened}
            new += [Message("points.unlocked", {"name": unlock.name}) for unlock in opened]
        for badge, tiers in compiled.badges:
            marks, held = compiled.tiers[badge.key], state.badges.get(badge.key)
            if held and marks[-1] in held[0]:  # the highest, as most have in time: this runs for every activity
                continue
            reached = tier_reached(marks, held)
            while reached < len(tiers) and all_met(tiers[reached], state):
                reached += 1
                give_tier(compiled, state, badge.key, reached)
                new.append(
                    Message("points.badge_reached", {"badge": badge.name, "tier": badge.tiers[reached - 1].name})
                )
        if len(new) == before:
            return new


def give_tier(compiled: CompiledProgram, state: State, badge: str, tier: int) -> None:
    """Give a tier of a badge, and with it those below it."""
    before, _ = state.badges.get(badge, (frozenset(), 0))
    state.badges[badge] = (before | {*compiled.tiers[badge][:tier]}, state.day)


def badge_messages(rulebook: Rulebook, badge: str) -> list[Message]:
    """Return what is said of each tier of a badge once it is reached, lowest first.

    A judged badge has one tier, an unknown key none.
    """
    judged = [Message("points.badge_given", {"badge": item.name}) for item in rulebook.judged if item.key == badge]
    return judged or [
        Message("points.badge_reached", {"badge": item.name, "tier": tier.name})
        for item in rulebook.badges
        if item.key == badge
        for tier in item.tiers
    ]


def path_finished(path: Path) -> Message:
    return Message("points.path_finished", {"name": path.name})


def level_changes(rulebook: Rulebook, before: int, earned: int) -> list[Message]:
    """Return the level that `earned` points reach, or fall back to; empty where it is still `before`."""
    now = level_at(rulebook, earned)
    if now == before:
        return []
    name = rulebook.levels[now - 1].name
    return [Message("points.level_reached" if now > before else "points.level_lost", {"number": now, "name": name})]


def achievement_changes(compiled: CompiledProgram, before: State, after: State) -> tuple[Message, ...]:
    """Return what is reached, and what is no longer reached, after a replay."""
    rulebook = compiled.rulebook
    changes = level_changes(rulebook, level_at(rulebook, before.earned), after.earned)
    for key in [*(badge.key for badge in rulebook.badges), *(badge.key for badge in rulebook.judged)]:
        had, has = (tier_reached(compiled.tiers[key], state.badges.get(key)) for state in (before, after))
        if has == had:
            continue
        reached = badge_messages(rulebook, key)[max(had, has) - 1]
        if has < had:
            reached = Message(LOST[reached.code], reached.parameters)
        changes.append(reached)
    changes += [
        path_finished(path)
        for path in rulebook.paths
        if FINISHED in after.paths.get(path.key, ()) and FINISHED not in before.paths.get(path.key, ())
    ]
    opened = [unlock.name for unlock in rulebook.unlocks if unlock.key in after.unlocks - before.unlocks]
    return (*changes, *(Message("points.unlocked", {"name": name}) for name in opened))
