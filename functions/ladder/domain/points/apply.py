"""Apply activities to a member's state: what each rule pays for them, under the caps of their day."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from operator import eq, ge, gt, le, lt

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
    in_calendar,
    number,
)
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import CHALLENGE_COMPLETED, RewardCondition, RewardRule
from ladder.domain.points.achievements import (
    add_days_off,
    award_achievements,
    count_activity,
    count_refusal,
    finish_paths,
    has_improved,
    has_persevered,
    level_reached,
    match_streak,
    monday,
    note_failure,
    once_refusal,
    take_step,
    tiers_of,
)
from ladder.domain.points.amendments import Decision
from ladder.domain.points.caps import DAY, Award, Part, pay, reward_cap
from ladder.domain.points.compiled import CompiledProgram, fingerprint, level_at
from ladder.domain.points.ledger import MANUAL_GRANT, ApplyResult, Entry, EntryLine, State
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Rule
from ladder.domain.text import quantity
from ladder.domain.validation.constraints import Plain

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "EQUALS": eq,
    "GREATER_THAN": gt,
    "GREATER_THAN_OR_EQUALS": ge,
    "LESS_THAN": lt,
    "LESS_THAN_OR_EQUALS": le,
}
MIRRORED = "the platform pays this; it is recorded here"

type BonusShare = tuple[float, str, int | None]  # per cent of base, and the cap on it: its name and most points


def bonus_parts(base: int, shares: Iterable[BonusShare], caps: Caps) -> tuple[Part, ...]:
    """Return whole points whose sum is the exact sum of the shares, rounded half up, within the cap on bonus per base.

    Bonuses add, and are rounded once, at the end.
    """
    limit = math.inf if caps.bonus_percent_of_base is None else caps.bonus_percent_of_base
    parts, percent, awarded = [], 0.0, 0
    for share, cap, max_points in shares:
        percent = min(percent + share, limit)
        whole = math.floor(base * percent / 100 + 0.5 + 1e-9)
        parts.append(Part(whole - awarded, cap, max_points))
        awarded = whole
    return tuple(part for part in parts if part.points)


def completion_award(attributes: Mapping[str, Plain], rules: Sequence[RewardRule], caps: Caps) -> Award:
    """Return the award of a completed challenge: points, bonuses of reward rules, and that of a harder case mix."""
    base = int(number(attributes.get("points")) or 0)
    mix_bonus = number(attributes.get("bonus_percentage")) or 0.0
    shares: list[BonusShare] = [(mix_bonus, "", None)] if mix_bonus else []
    for rule in rules:
        percent = sum(condition.bonus_percentage for condition in rule.conditions if _applies(condition, attributes))
        if percent:
            shares.append((percent, reward_cap(rule), rule.max_daily_bonus_points))
    held = attributes.get("held")
    return Award(
        str(attributes.get("category")), base, bonus_parts(base, shares, caps), held=str(held) if held else None
    )


def _applies(condition: RewardCondition, attributes: Mapping[str, Plain]) -> bool:
    if condition.metric == CHALLENGE_COMPLETED:
        return condition.value in {"ANY", f"TIER_{attributes.get('tier')}"}
    value = number(attributes.get("value"))
    compare, bound = OPERATORS.get(condition.operator), _bound(condition.value)
    if condition.metric != attributes.get("metric") or compare is None or value is None or bound is None:
        return False
    return compare(value, bound)


def _bound(text: str) -> float | None:
    try:
        bound = float(text)
    except ValueError:
        return None
    return bound if math.isfinite(bound) else None


WITHOUT_ALLOWANCE = AMENDMENTS | {
    ORDERED,
    DAY_OFF,
    BADGE_GRANTED,
    POINTS_GRANTED,
    REBUILT,
}  # what earns nothing itself needs no day and no allowance
GRANTS = frozenset({BADGE_GRANTED, POINTS_GRANTED})
PAUSED = "it is paused"
MAX_REPORTED_POINTS = 1_000_000  # that an activity may say it is worth
CLOCK_SKEW = timedelta(minutes=15)  # by which a sender's clock may be ahead of ours


def rejection_reason(compiled: CompiledProgram, activity: Activity) -> str:
    """Return why an activity is recorded but never applied, by its own fields alone; "" where it is, or amends."""
    if activity.is_foreign:
        return f"only {REPORTED_BY[activity.type]} itself reports {activity.type}"
    if activity.type in AMENDMENTS:
        return ""
    if not in_calendar(activity.occurred_at):
        return f"it is dated in the year {activity.occurred_at.year}"
    if activity.type == DAY_OFF and not activity.has_span:
        return "it does not say from when to when"
    return "" if activity.received_at is None else _time_error(compiled, activity.received_at - activity.occurred_at)


def _time_error(compiled: CompiledProgram, late: timedelta) -> str:
    if late > timedelta(days=compiled.rulebook.late_days):
        counted = quantity(compiled.rulebook.late_days, "day")
        return f"it arrived {quantity(late.days, 'day')} after it happened, and counts up to {counted} back"
    return "it is dated in the future: the sender's clock is ahead" if late < -CLOCK_SKEW else ""


def day_of(compiled: CompiledProgram, activity: Activity) -> int:
    """Return the local day whose caps an activity falls under."""
    return compiled.days.day(activity.occurred_at).toordinal()


def apply(
    compiled: CompiledProgram,
    state: State,
    activity: Activity,
    *,
    allowance: int | None,
    decision: Decision = None,
    counting: CompiledProgram | None = None,
) -> ApplyResult:
    """Apply one activity to `state`, in place. Activities come in their order; `allowance` bounds their day's points.

    `counting`: a newer version of the program, whose badges count this activity too.
    """
    if activity.type == REBUILT:
        return ApplyResult()
    if activity.type == ORDERED:
        return _spend(state, activity)
    if activity.type == DAY_OFF:
        return _take_off(state, activity)
    if activity.type in GRANTS:
        return _give(compiled, state, activity)
    _begin_day(state, day_of(compiled, activity))
    state.as_of, state.allowance = activity.order, allowance
    before = level_at(compiled.rulebook, state.earned)
    lines = tuple(_entry_lines(compiled, state, activity, decision))
    count_activity((compiled, counting or compiled), state, activity)
    levels = level_reached(compiled.rulebook, before, state.earned)
    if allowance is not None:
        state.day_points[state.day] = state.used.get(DAY, 0)
    return ApplyResult(lines, (*levels, *award_achievements(compiled, state)), state.day, allowance)


def _spend(state: State, activity: Activity) -> ApplyResult:
    price = int(number(activity.attributes.get("price")) or 0)
    state.spent += price
    return ApplyResult(spent=price)


def _take_off(state: State, activity: Activity) -> ApplyResult:
    state.as_of = activity.order
    first = str(activity.attributes.get("first"))
    add_days_off(state, first, str(activity.attributes.get("last", first)))
    return ApplyResult()


def _give(compiled: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """Apply a badge or points that a person or a judge granted: no cap of any day counts them."""
    if not state.day:  # the member's first activity
        _begin_day(state, day_of(compiled, activity))
    state.as_of = activity.order
    return _grant(compiled, state, activity) if activity.type == BADGE_GRANTED else _credit(compiled, state, activity)


def _grant(compiled: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """Grant a badge, at most once, however many cases ask for it."""
    key, tier = str(activity.attributes.get("badge")), int(number(activity.attributes.get("tier")) or 1)
    names = tiers_of(compiled.rulebook, key)
    if not 0 < tier <= len(names):
        return ApplyResult((EntryLine(key, because="this program has no such badge"),))
    if key in state.badges and state.badges[key][0] >= tier:
        return ApplyResult((EntryLine(key, because="you had this badge already"),))
    state.badges[key] = (tier, day_of(compiled, activity))
    return ApplyResult((EntryLine(key),), (f"badge: {names[tier - 1]}", *award_achievements(compiled, state)))


def _credit(compiled: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """Add points granted by hand, which correct what the rules got wrong: no cap bounds them or counts them."""
    points, before = int(number(activity.attributes.get("points")) or 0), level_at(compiled.rulebook, state.earned)
    state.earned += points
    levels = level_reached(compiled.rulebook, before, state.earned)
    return ApplyResult((EntryLine(MANUAL_GRANT, points, paid=points),), (*levels, *award_achievements(compiled, state)))


def _begin_day(state: State, day: int) -> None:
    """Begin a later day. A day never goes back: after a move to another time zone it lasts until that has caught up."""
    if day > state.day:
        state.day, state.used, state.allowance_reached = day, {}, False
        week = monday(day)
        if week != state.week:
            state.week, state.week_used = week, 0


def _entry_lines(
    compiled: CompiledProgram, state: State, activity: Activity, decision: Decision
) -> Iterator[EntryLine]:
    caps, decided = compiled.caps, {"denied": decision == "denied", "released": decision == "released"}
    if activity.type == COMPLETED:
        award = completion_award(activity.attributes, compiled.challenges.reward_rules, caps)
        if activity.attributes.get("mirrored"):
            yield EntryLine(award.rule, award.base, award.extra, because=MIRRORED)
        else:
            yield pay(caps, state, award, **decided)
    elif activity.type == TEAM_ACHIEVED:
        attributes = activity.attributes
        yield pay(
            caps,
            state,
            Award(str(attributes.get("achievement")), int(number(attributes.get("points")) or 0)),
            **decided,
        )
    for outcome in _awards(compiled, state, activity):
        if isinstance(outcome, Award) and compiled.paused:
            yield EntryLine(outcome.rule, outcome.base, outcome.extra, because=PAUSED)
        else:
            yield pay(caps, state, outcome, **decided) if isinstance(outcome, Award) else outcome


def _awards(compiled: CompiledProgram, state: State, activity: Activity) -> Iterator[Award | EntryLine]:
    """Yield awards, and lines that say why a rule gives none."""
    kind, attributes = activity.type, activity.attributes
    for rule in compiled.failures.get(kind, ()):
        if rule.item.perseverance and rule.matches(attributes):
            note_failure(rule.item.key, rule.item.perseverance, state, attributes)
    for rule in compiled.rules.get(kind, ()):
        if rule.matches(attributes) and (award := _rule_award(compiled, state, rule.item, activity)):
            yield award
    for streak in compiled.streaks.get(kind, ()):
        milestone = match_streak(streak.item, state, compiled.rulebook) if streak.matches(attributes) else None
        if milestone:
            yield Award(streak.item.key, milestone.points)
    for step in compiled.steps.get(kind, ()):
        if step.matches(attributes):
            take_step(step.item, state)
    for path in finish_paths(compiled, state):
        yield Award(path.key, path.points)


def _rule_award(compiled: CompiledProgram, state: State, rule: Rule, activity: Activity) -> Award | EntryLine | None:
    """Return what one rule makes of the activity; None where it has nothing to say."""
    reason = blocked_reason(compiled.rulebook, rule, state) or _refusal(rule, state, activity)
    if reason is None:
        return None
    if reason:
        return EntryLine(rule.key, because=reason)
    base = rule.points
    if rule.points_from is not None:
        reported = number(activity.attributes.get(rule.points_from)) or 0
        base = int(min(max(reported, 0), MAX_REPORTED_POINTS))
    shares = [(each.item, "", None) for each in compiled.bonuses[rule.key] if each.matches(activity.attributes)]
    extra = bonus_parts(base, shares, compiled.caps) if shares else ()
    return Award(rule.key, base, extra, daily=rule.daily_points, held=rule.hold)


def blocked_reason(rulebook: Rulebook, rule: Rule, state: State) -> str:
    """Return why a rule pays nobody, or not this member yet, on the state's day; "" where it may."""
    if rule.paused:
        return PAUSED
    if rule.starts_on is not None and state.day < rule.starts_on.toordinal():
        return f"it counts from {rule.starts_on}"
    if rule.ends_on is not None and state.day > rule.ends_on.toordinal():
        return f"it counted until {rule.ends_on}"
    if rule.requires is not None and rule.requires not in state.unlocks:
        name = next((each.name for each in rulebook.unlocks if each.key == rule.requires), rule.requires)
        return f"you have not unlocked {name} yet"
    return ""


def _refusal(rule: Rule, state: State, activity: Activity) -> str | None:
    """Return why a rule that may pay does not, "" where it does; None where it has nothing to say.

    A rule of perseverance or improvement waits for something that most activities are not.
    """
    attributes = activity.attributes
    if rule.perseverance and not has_persevered(rule.key, rule.perseverance, state, attributes):
        return None
    if rule.improvement and not has_improved(rule.key, rule.improvement, state, attributes):
        return None
    if rule.once and (reason := once_refusal(rule.key, rule.once, state, attributes)):
        return reason
    return count_refusal(rule.key, rule.count, state) if rule.count else ""


type Allowances = Mapping[int, int | None]  # local day -> most points the member may earn on it; None: no bound


def evaluate(
    compiled: CompiledProgram, state: State, activities: Sequence[Activity], *, allowances: Allowances
) -> tuple[State, list[Entry]]:
    """Return the state after the activities, and an entry for each. They must be new, and not `out_of_order`.

    Pure: the same program, state, activities and allowances always give the same state and entries.
    """
    after = state.copy()
    entries = [_entry(compiled, after, activity, allowances) for activity in sorted(activities, key=_order)]
    after.counted = compiled.digest
    after.tidy()
    return after, entries


def out_of_order(compiled: CompiledProgram, state: State, activities: Sequence[Activity]) -> bool:
    """Return whether all must be replayed: one of them is late, amends another, or was amended before it came.

    All is replayed too where badges count what they did not count before: they look back over the ledger.
    """
    if state.version and state.counted != compiled.digest:
        return True
    return any(_requires_replay(compiled, state, activity) for activity in activities)


def with_allowances(after: State, entries: Sequence[Entry], settled: Allowances) -> list[Entry]:
    """Replace the bounds, of entries and state, by the allowances that were settled for their days."""
    after.allowance = settled.get(after.day, after.allowance) or None
    return [
        replace(entry, allowance=settled[entry.day]) if entry.day is not None and entry.day in settled else entry
        for entry in entries
    ]


def allowance_days(compiled: CompiledProgram, activities: Sequence[Activity]) -> set[int]:
    """Return the local days whose allowances are needed to evaluate the activities."""
    earning = (
        activity
        for activity in activities
        if activity.type not in WITHOUT_ALLOWANCE and not rejection_reason(compiled, activity)
    )
    return {day_of(compiled, activity) for activity in earning}


def _entry(compiled: CompiledProgram, state: State, activity: Activity, allowances: Allowances) -> Entry:
    reason = rejection_reason(compiled, activity)
    earned, held = state.earned, state.held
    result = ApplyResult() if reason else _apply_next(compiled, state, activity, allowances)
    state.sequence += 1
    return Entry(
        activity=activity,
        program_version=compiled.version,
        lines=result.lines,
        points=state.earned - earned,
        spent=result.spent,
        held=state.held - held,
        sentence=f"No points: {reason}." if reason else compiled.texts.of(activity, result),
        reached=result.reached,
        day=result.day,
        allowance=result.allowance,
        sequence=state.sequence,
    )


def _apply_next(compiled: CompiledProgram, state: State, activity: Activity, allowances: Allowances) -> ApplyResult:
    bounded = allowances and activity.type not in WITHOUT_ALLOWANCE
    return apply(compiled, state, activity, allowance=allowances.get(day_of(compiled, activity)) if bounded else None)


def _requires_replay(compiled: CompiledProgram, state: State, activity: Activity) -> bool:
    if activity.type in AMENDMENTS or fingerprint(*activity.key) in state.pending:
        return True
    if activity.type == ORDERED or rejection_reason(compiled, activity):
        return False
    return state.as_of is not None and activity.order <= state.as_of


def _order(activity: Activity) -> tuple[object, ...]:
    return activity.order
