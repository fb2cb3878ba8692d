"""One activity, folded into a member's state: what each rule makes of it, under the caps of its day."""

from collections.abc import Iterator
from datetime import timedelta

from ladder.domain.activities.activity import (
    AMENDMENTS,
    BADGE_GRANTED,
    COMPLETED,
    DAY_OFF,
    ORDERED,
    POINTS_GRANTED,
    REBUILT,
    REPORTED_BY,
    TEAM_ACHIEVED,
    Activity,
    number,
)
from ladder.domain.calendar import in_calendar
from ladder.domain.points import recognition, repeats, streaks
from ladder.domain.points.amendments import Decision
from ladder.domain.points.base_and_bonus import MIRRORED, bonus, completion
from ladder.domain.points.caps import DAY, Award, pay
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.entry import MANUAL_GRANT, ApplyResult, EntryLine
from ladder.domain.points.requirements import level
from ladder.domain.points.state import State
from ladder.domain.programs.rulebook import Rulebook
from ladder.domain.programs.rules import Rule
from ladder.domain.text import quantity

UNBOUNDED = AMENDMENTS | {
    ORDERED,
    DAY_OFF,
    BADGE_GRANTED,
    POINTS_GRANTED,
    REBUILT,
}  # what earns nothing itself needs no day and no allowance
GIVEN = frozenset({BADGE_GRANTED, POINTS_GRANTED})
PAUSED = "it is paused"
MOST_POINTS = 1_000_000  # that an activity may say it is worth
SKEW = timedelta(minutes=15)  # by which a sender's clock may be ahead of ours


def rejection_reason(book: CompiledProgram, activity: Activity) -> str:
    """Why an activity is kept but never folded, by what it says of itself alone; "" where it is, or amends."""
    if activity.is_foreign:
        return f"only {REPORTED_BY[activity.type]} itself reports {activity.type}"
    if activity.type in AMENDMENTS:
        return ""
    if not in_calendar(activity.occurred_at):
        return f"it is dated in the year {activity.occurred_at.year}"
    if activity.type == DAY_OFF and not activity.has_span:
        return "it does not say from when to when"
    return "" if activity.received_at is None else _untimely(book, activity.received_at - activity.occurred_at)


def _untimely(book: CompiledProgram, late: timedelta) -> str:
    if late > timedelta(days=book.rulebook.late_days):
        counted = quantity(book.rulebook.late_days, "day")
        return f"it arrived {quantity(late.days, 'day')} after it happened, and counts up to {counted} back"
    return "it is dated in the future: the sender's clock is ahead" if late < -SKEW else ""


def day_of(book: CompiledProgram, activity: Activity) -> int:
    """The local day whose caps an activity falls under."""
    return book.days.day(activity.occurred_at).toordinal()


def apply(
    book: CompiledProgram,
    state: State,
    activity: Activity,
    *,
    allowance: int | None,
    decision: Decision = None,
    counting: CompiledProgram | None = None,
) -> ApplyResult:
    """Changes `state`. Activities come in their order; `allowance` bounds the points of the activity's day.

    `counting`: a newer book whose badges look back at this activity too.
    """
    if activity.type == REBUILT:
        return ApplyResult()
    if activity.type == ORDERED:
        return _spend(state, activity)
    if activity.type == DAY_OFF:
        return _take_off(state, activity)
    if activity.type in GIVEN:
        return _give(book, state, activity)
    _begin_day(state, day_of(book, activity))
    state.as_of, state.allowance = activity.order, allowance
    before = level(book.rulebook, state.earned)
    lines = tuple(_lines(book, state, activity, decision))
    recognition.count((book, counting or book), state, activity)
    levels = recognition.levels_since(book.rulebook, before, state.earned)
    if allowance is not None:
        state.taken[state.day] = state.used.get(DAY, 0)
    return ApplyResult(lines, (*levels, *recognition.recognise(book, state)), state.day, allowance)


def _spend(state: State, activity: Activity) -> ApplyResult:
    price = int(number(activity.attributes.get("price")) or 0)
    state.spent += price
    return ApplyResult(spent=price)


def _take_off(state: State, activity: Activity) -> ApplyResult:
    state.as_of = activity.order
    first = str(activity.attributes.get("first"))
    streaks.take_off(state, first, str(activity.attributes.get("last", first)))
    return ApplyResult()


def _give(book: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """What a person or a judge gives; no cap of any day is touched."""
    if not state.day:  # his first activity of all
        _begin_day(state, day_of(book, activity))
    state.as_of = activity.order
    return _grant(book, state, activity) if activity.type == BADGE_GRANTED else _credit(book, state, activity)


def _grant(book: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """A badge, at most once, however many cases speak for it."""
    key, tier = str(activity.attributes.get("badge")), int(number(activity.attributes.get("tier")) or 1)
    names = recognition.tiers_of(book.rulebook, key)
    if not 0 < tier <= len(names):
        return ApplyResult((EntryLine(key, because="this program has no such badge"),))
    if key in state.badges and state.badges[key][0] >= tier:
        return ApplyResult((EntryLine(key, because="you had this badge already"),))
    state.badges[key] = (tier, day_of(book, activity))
    return ApplyResult((EntryLine(key),), (f"badge: {names[tier - 1]}", *recognition.recognise(book, state)))


def _credit(book: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """Points by hand right what the rules got wrong: no cap bounds them, and they use up none."""
    points, before = int(number(activity.attributes.get("points")) or 0), level(book.rulebook, state.earned)
    state.earned += points
    levels = recognition.levels_since(book.rulebook, before, state.earned)
    return ApplyResult((EntryLine(MANUAL_GRANT, points, paid=points),), (*levels, *recognition.recognise(book, state)))


def _begin_day(state: State, day: int) -> None:
    """A day never goes back: where the program moved to another time zone, it goes on until that has caught up."""
    if day > state.day:
        state.day, state.used, state.short = day, {}, False
        week = streaks.monday(day)
        if week != state.week:
            state.week, state.week_used = week, 0


def _lines(book: CompiledProgram, state: State, activity: Activity, decision: Decision) -> Iterator[EntryLine]:
    caps, decided = book.program.caps, {"denied": decision == "denied", "released": decision == "released"}
    if activity.type == COMPLETED:
        award = completion(activity.attributes, book.program.reward_rules, caps)
        if activity.attributes.get("mirrored"):
            yield EntryLine(award.rule, award.base, award.extra, because=MIRRORED)
        else:
            yield pay(caps, state, award, **decided)
    elif activity.type == TEAM_ACHIEVED:
        told = activity.attributes
        yield pay(caps, state, Award(str(told.get("achievement")), int(number(told.get("points")) or 0)), **decided)
    for found in _found(book, state, activity):
        if isinstance(found, Award) and book.program.paused:
            yield EntryLine(found.rule, found.base, found.extra, because=PAUSED)
        else:
            yield pay(caps, state, found, **decided) if isinstance(found, Award) else found


def _found(book: CompiledProgram, state: State, activity: Activity) -> Iterator[Award | EntryLine]:
    """Awards, and lines that say why a rule gives none."""
    kind, attributes = activity.type, activity.attributes
    _note_failures(book, state, activity)
    for rule in book.rules.get(kind, ()):
        if rule.fits(attributes) and (found := _by_rule(book, state, rule.thing, activity)):
            yield found
    for streak in book.streaks.get(kind, ()):
        milestone = streaks.matched(streak.thing, state, book.rulebook) if streak.fits(attributes) else None
        if milestone:
            yield Award(streak.thing.key, milestone.points)
    for step in book.steps.get(kind, ()):
        if step.fits(attributes):
            recognition.take_step(step.thing, state)
    for path in recognition.finished(book, state):
        yield Award(path.key, path.points)


def _note_failures(book: CompiledProgram, state: State, activity: Activity) -> None:
    for rule in book.failures.get(activity.type, ()):
        if rule.thing.perseverance and rule.fits(activity.attributes):
            repeats.failed(rule.thing.key, rule.thing.perseverance, state, activity.attributes)


def _by_rule(book: CompiledProgram, state: State, rule: Rule, activity: Activity) -> Award | EntryLine | None:
    """None where it has nothing to say."""
    reason = blocked_reason(book.rulebook, rule, state) or _not_this_time(rule, state, activity)
    if reason is None:
        return None
    if reason:
        return EntryLine(rule.key, because=reason)
    base = rule.points
    if rule.points_from is not None:
        told = number(activity.attributes.get(rule.points_from)) or 0
        base = int(min(max(told, 0), MOST_POINTS))
    shares = [(each.thing, "", None) for each in book.bonuses[rule.key] if each.fits(activity.attributes)]
    extra = bonus(base, shares, book.program.caps) if shares else ()
    return Award(rule.key, base, extra, daily=rule.daily_points, held=rule.hold)


def blocked_reason(book: Rulebook, rule: Rule, state: State) -> str:
    """Why a rule pays nobody, or not this member yet, on the state's day; "" where it may."""
    if rule.paused:
        return PAUSED
    if rule.starts_on is not None and state.day < rule.starts_on.toordinal():
        return f"it counts from {rule.starts_on}"
    if rule.ends_on is not None and state.day > rule.ends_on.toordinal():
        return f"it counted until {rule.ends_on}"
    if rule.requires is not None and rule.requires not in state.unlocks:
        name = next((each.name for each in book.unlocks if each.key == rule.requires), rule.requires)
        return f"you have not unlocked {name} yet"
    return ""


def _not_this_time(rule: Rule, state: State, activity: Activity) -> str | None:
    """None where the rule has nothing to say: it waits for something that most activities are not."""
    attributes = activity.attributes
    if rule.perseverance and not repeats.persevered(rule.key, rule.perseverance, state, attributes):
        return None
    if rule.improvement and not repeats.improved(rule.key, rule.improvement, state, attributes):
        return None
    if rule.once and (reason := repeats.once(rule.key, rule.once, state, attributes)):
        return reason
    return repeats.counted(rule.key, rule.count, state) if rule.count else ""
