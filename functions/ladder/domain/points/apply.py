"""Apply activities to a member's state: what each rule pays for them, under the caps of their day."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from ladder.domain.calendar.deadlines import DUE, with_deadline_facts
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.rules import CHALLENGE_COMPLETED, RewardCondition, RewardRule
from ladder.domain.message import Message
from ladder.domain.points.achievements import (
    add_days_off,
    award_achievements,
    badge_messages,
    count_activity,
    give_tier,
    has_improved,
    level_changes,
    match_streak,
    path_finished,
    repeat_refusal,
    week_of,
)
from ladder.domain.points.award_caps import (
    DAY,
    DENIED,
    TEAM,
    Award,
    Part,
    carry_over,
    pay,
    pay_carried_over,
    reward_cap,
)
from ladder.domain.points.compiled import (
    ActivityCounter,
    ByType,
    CompiledProgram,
    fingerprint,
    level_at,
    subject_fingerprint,
    tier_reached,
)
from ladder.domain.points.entry_text import from_attribute
from ladder.domain.points.hold_decision import HoldDecision
from ladder.domain.points.ledger import (
    FINISHED,
    FOR_COLLEAGUE,
    MANUAL_GRANT,
    MAX_FAILURES,
    ApplyResult,
    Entry,
    EntryLine,
    Hold,
    KeyMark,
    State,
)
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Rule
from ladder.domain.validation.constraints import Plain

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "EQUALS": eq,
    "GREATER_THAN": gt,
    "GREATER_THAN_OR_EQUALS": ge,
    "LESS_THAN": lt,
    "LESS_THAN_OR_EQUALS": le,
}
MIRRORED = Message("points.mirrored")

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
    held = next(iter(from_attribute(attributes.get("held"))), None)
    return Award(str(attributes.get("category")), base, bonus_parts(base, shares, caps), held=held)


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
PAUSED = Message("points.paused")
NOTHING_DONE = frozenset[KeyMark]()
NO_SUCH_BADGE, HAS_BADGE = Message("points.no_such_badge"), Message("points.has_badge")
MAX_REPORTED_POINTS = 1_000_000  # that an activity may say it is worth
CLOCK_SKEW = timedelta(minutes=15)  # by which a sender's clock may be ahead of ours


def rejection_reason(compiled: CompiledProgram, activity: Activity) -> Message | None:
    """Return why an activity is recorded but never applied, by its own fields alone; None where it is, or amends."""
    if activity.is_foreign:
        return Message("points.foreign", {"source": REPORTED_BY[activity.type], "type": activity.type})
    if not in_calendar(activity.occurred_at):
        return Message("points.odd_year", {"year": str(activity.occurred_at.year)})
    if activity.type == DAY_OFF and not activity.has_span:
        return Message("points.no_span")
    late = timedelta() if activity.received_at is None else activity.received_at - activity.occurred_at
    most = compiled.rulebook.late_days
    if late > timedelta(days=most) and activity.type not in AMENDMENTS:
        return Message("points.too_late", {"days": late.days, "most": most})
    return Message("points.in_the_future") if late < -CLOCK_SKEW else None


def day_of(compiled: CompiledProgram, activity: Activity) -> int:
    """Return the local day whose caps an activity falls under."""
    return compiled.days.day(activity.occurred_at).toordinal()


def apply(
    compiled: CompiledProgram,
    state: State,
    activity: Activity,
    *,
    allowance: int | None,
    decision: HoldDecision | None = None,
    counters: ByType[ActivityCounter] | None = None,
) -> ApplyResult:
    """Apply one activity to `state`, in place. Activities come in their order; `allowance` bounds their day's points.

    `counters`: what to count for badges and unlocks, where other versions of the program ask for more than this one.
    """
    attributes = activity.attributes
    if activity.type == REBUILT:
        return ApplyResult()
    if activity.type == ORDERED:
        price = int(number(attributes.get("price")) or 0)
        state.spent += price
        return ApplyResult(spent=price)
    if activity.type == DAY_OFF:
        state.as_of, first = activity.order, str(attributes.get("first"))
        add_days_off(state, first, str(attributes.get("last", first)), compiled.rulebook)
        return ApplyResult()
    if activity.type in GRANTS:
        return _give(compiled, state, activity)
    if DUE in attributes:
        activity = with_deadline_facts(activity, compiled.schedule)
    begin_day(state, day_of(compiled, activity), compiled.rulebook)
    state.as_of, state.allowance = activity.order, allowance
    before = level_at(compiled.rulebook, state.earned)
    _remember_failures(compiled, state, activity)
    if decision is None and activity.type in compiled.holds:
        decision = HoldDecision()
    finished = list[Message]()
    lines = tuple(_entry_lines(compiled, state, activity, decision, finished))
    undecided = decision is not None and decision.released is None
    if not undecided or not [line for line in lines if line.waiting or line.because is DENIED]:
        count_activity((counters or compiled.counts).get(activity.type, ()), state, activity)
    reached = (*level_changes(compiled.rulebook, before, state.earned), *finished)
    if allowance is not None:
        state.day_points[state.day] = state.used.get(DAY, 0)
    hold = _hold(decision, lines) if decision else None
    return ApplyResult(lines, (*reached, *award_achievements(compiled, state)), state.day, allowance, hold=hold)


def _hold(decision: HoldDecision, lines: Sequence[EntryLine]) -> Hold:
    waiting = [line for line in lines if line.waiting]
    return Hold(
        worth=decision.held_worth,
        released=min(decision.released or 0, decision.held_worth),
        others=decision.free_worth,
        points=sum(line.waiting for line in waiting),
        rules=tuple(line.rule for line in waiting),
        because=tuple(dict.fromkeys(line.because for line in waiting if line.because)),
    )


def _remember_failures(compiled: CompiledProgram, state: State, activity: Activity) -> None:
    """Remember a failed try until its subject is finished. What a rule of perseverance pays for is no failed try."""
    attributes = activity.attributes
    for failed in compiled.failures.get(activity.type, ()):
        rule = failed.item
        tried = attributes.get(rule.perseverance.subject) if rule.perseverance else None
        if tried is None or rule.paused or compiled.paused or not failed.matches(attributes):
            continue
        if any(each.item is rule and each.matches(attributes) for each in compiled.rules.get(activity.type, ())):
            continue
        key = subject_fingerprint(rule.key, tried)
        state.failures[key] = state.failures.pop(key, 0) + 1
        if len(state.failures) > MAX_FAILURES:
            del state.failures[next(iter(state.failures))]


def _give(compiled: CompiledProgram, state: State, activity: Activity) -> ApplyResult:
    """Give a badge or points that a person or a judge granted: no cap of any day bounds or counts them.

    A badge is given at most once, however many cases ask for it.
    """
    attributes, day = activity.attributes, day_of(compiled, activity)
    if not state.day:  # the member's first activity
        begin_day(state, day, compiled.rulebook)
    state.as_of = activity.order
    if activity.type == POINTS_GRANTED:
        points, level = int(number(attributes.get("points")) or 0), level_at(compiled.rulebook, state.earned)
        state.earned += points
        line, reached = (
            EntryLine(MANUAL_GRANT, points, paid=points),
            level_changes(compiled.rulebook, level, state.earned),
        )
        return ApplyResult((line,), (*reached, *award_achievements(compiled, state)))
    key, tier = str(attributes.get("badge")), int(number(attributes.get("tier")) or 1)
    tiers = badge_messages(compiled.rulebook, key)
    if name := attributes.get("tier_name"):  # it was granted by its name: an edit may have moved it since
        tier = next((place for place, told in enumerate(tiers, 1) if told.parameters.get("tier") == name), 0)
    if not 0 < tier <= len(tiers):
        return ApplyResult((EntryLine(key, because=NO_SUCH_BADGE),))
    if tier_reached(compiled.tiers[key], state.badges.get(key)) >= tier:
        return ApplyResult((EntryLine(key, because=HAS_BADGE),))
    give_tier(compiled, state, key, tier)
    state.badges[key] = (state.badges[key][0], day)
    return ApplyResult((EntryLine(key),), (tiers[tier - 1], *award_achievements(compiled, state)))


def begin_day(state: State, day: int, rulebook: Rulebook) -> None:
    """Begin a later day. A day never goes back: after a move to another time zone it lasts until that has caught up."""
    if day > state.day:
        state.day, state.used, state.allowance_reached = day, {}, False
        week = week_of(state, day, rulebook)
        if week != state.week:
            state.week, state.week_used, state.week_rewards = week, 0, 0


def _entry_lines(
    compiled: CompiledProgram,
    state: State,
    activity: Activity,
    decision: HoldDecision | None,
    finished: list[Message],
) -> Iterator[EntryLine]:
    """Yield the lines of an entry. What is said of paths that the activity finishes is added to `finished`."""
    caps = compiled.caps
    if activity.type == COMPLETED:
        award = completion_award(activity.attributes, compiled.challenges.reward_rules, caps)
        if activity.attributes.get("mirrored"):
            yield EntryLine(award.rule, award.base, award.extra, because=MIRRORED)
        else:
            yield from _decided_lines(caps, state, award, decision or HoldDecision())
    elif activity.type == TEAM_ACHIEVED:
        achievement, points = activity.attributes.get("achievement"), activity.attributes.get("points")
        reward = pay(caps, state, Award(str(achievement), int(number(points) or 0)))
        state.used[TEAM] = state.used.get(TEAM, 0) + reward.paid
        state.week_rewards += reward.paid
        yield reward
    carried_over = tuple(state.carried_over) if state.carried_over and not compiled.paused else ()
    for outcome in _rule_outcomes(compiled, state, activity, decision):
        if decision and isinstance(outcome, Award):
            yield from _decided_lines(caps, state, outcome, decision)
        else:
            yield pay(caps, state, outcome) if isinstance(outcome, Award) else outcome
    for award in _streaks_and_paths(compiled, state, activity, finished):
        if compiled.paused:
            yield EntryLine(award.rule, award.base, because=PAUSED, carried=carry_over(state, award.rule, award.base))
        else:
            yield pay(caps, state, award)
    for key in carried_over:
        if key in compiled.carries and (line := pay_carried_over(caps, state, key, daily=compiled.carries[key])).paid:
            yield line


def _decided_lines(caps: Caps, state: State, award: Award, decision: HoldDecision) -> Iterator[EntryLine]:
    for part in decision.parts(award):
        yield pay(caps, state, part) if isinstance(part, Award) else part


def _rule_outcomes(
    compiled: CompiledProgram, state: State, activity: Activity, decision: HoldDecision | None
) -> Iterator[Award | EntryLine]:
    """Yield awards, and lines that say why a rule gives none."""
    for rule in compiled.rules.get(activity.type, ()):
        if not rule.matches(activity.attributes):
            continue
        if decision and decision.denied and not decision.left:  # to the rule that would hold it, it has not matched
            outcome = _rule_award(compiled, state.copy(), rule.item, activity)
            if isinstance(outcome, Award) and outcome.held:
                yield outcome
                continue
        if outcome := _rule_award(compiled, state, rule.item, activity):
            yield outcome


def _streaks_and_paths(
    compiled: CompiledProgram, state: State, activity: Activity, finished: list[Message]
) -> Iterator[Award]:
    """Yield what streaks and paths pay.

    A step of a path is known by its key, so it stays done wherever an edit moves it; one that is done before those it
    comes after counts once they do. A path pays once, when all of its steps count, even if an edit adds one later.
    """
    kind, attributes = activity.type, activity.attributes
    for streak in compiled.streaks.get(kind, ()):
        milestone = match_streak(streak.item, state, compiled.rulebook) if streak.matches(attributes) else None
        if milestone:
            yield Award(streak.item.key, milestone.points, pays_once=True)
    for step in compiled.steps.get(kind, ()):
        done = state.paths.get(step.item.path, NOTHING_DONE)
        if done.isdisjoint((step.item.mark, step.item.early)) and step.matches(attributes):
            state.paths[step.item.path] = done | {step.item.early}
    for path in compiled.paths:
        key, done = path.item.key, state.paths.get(path.item.key, NOTHING_DONE)
        if not done:
            continue
        state.paths[key] = done = path.counted(done)
        if FINISHED not in done and path.marks <= done:
            state.paths[key] = done | {FINISHED}
            finished.append(path_finished(path.item))
            yield Award(key, path.item.points, pays_once=True)


def _rule_award(compiled: CompiledProgram, state: State, rule: Rule, activity: Activity) -> Award | EntryLine | None:
    """Return what one rule makes of the activity; None where it has nothing to say.

    A rule of perseverance or improvement waits for something that most activities are not.
    """
    attributes = activity.attributes
    because = blocked_reason(compiled, rule, state)
    if because is None:
        if rule.perseverance:
            subject = subject_fingerprint(rule.key, attributes.get(rule.perseverance.subject))
            if state.failures.pop(subject, 0) < rule.perseverance.after_failures:
                return None
        if rule.improvement and not has_improved(rule.key, rule.improvement, state, attributes):
            return None
        because = repeat_refusal(rule, state, attributes)
    if because:
        return EntryLine(rule.key, because=because)
    base = rule.points
    if rule.points_from is not None:
        reported = number(attributes.get(rule.points_from)) or 0
        base = int(min(max(reported, 0), MAX_REPORTED_POINTS))
    shares = [(bonus.item, "", None) for bonus in compiled.bonuses[rule.key] if bonus.matches(attributes)]
    extra = bonus_parts(base, shares, compiled.caps) if shares else ()
    held = Message("points.reason", {"reason": rule.hold.strip().removesuffix(".")}) if rule.hold else None
    held = FOR_COLLEAGUE if rule.confirm else held
    return Award(rule.key, base, extra, daily=rule.daily_points, held=held, pays_once=rule.uses_up)


def blocked_reason(compiled: CompiledProgram, rule: Rule, state: State) -> Message | None:
    """Return why a rule pays nobody, or not this member yet, on the state's day; None where it may."""
    if rule.paused or compiled.paused:
        return PAUSED
    if rule.starts_on is not None and state.day < rule.starts_on.toordinal():
        return Message("points.counts_from", {"day": rule.starts_on.isoformat()})
    if rule.ends_on is not None and state.day > rule.ends_on.toordinal():
        return Message("points.counted_until", {"day": rule.ends_on.isoformat()})
    if rule.requires is not None and rule.requires not in state.unlocks:
        unlocks = compiled.rulebook.unlocks
        name = next((unlock.name for unlock in unlocks if unlock.key == rule.requires), rule.requires)
        return Message("points.not_unlocked", {"name": name})
    return None


type Allowances = Mapping[int, int | None]  # local day -> most points the member may earn on it; None: no bound


def evaluate(
    compiled: CompiledProgram, state: State, activities: Sequence[Activity], *, allowances: Allowances
) -> tuple[State, list[Entry]]:
    """Return the state after the activities, and an entry for each. They must be new, and need no replay.

    Pure: the same program, state, activities and allowances always give the same state and entries.
    """
    after, entries = state.copy(), list[Entry]()
    for activity in sorted(activities, key=lambda activity: activity.order):
        rejected = rejection_reason(compiled, activity)
        earned, held = after.earned, after.held
        bounded = allowances and activity.type not in WITHOUT_ALLOWANCE
        allowance = allowances.get(day_of(compiled, activity)) if bounded and not rejected else None
        result = ApplyResult() if rejected else apply(compiled, after, activity, allowance=allowance)
        if result.hold and result.hold.waits:
            after.waiting[activity.key] = result.hold
        after.sequence += 1
        entries.append(
            Entry(
                activity=activity,
                program_version=compiled.version,
                lines=result.lines,
                points=after.earned - earned,
                spent=result.spent,
                held=after.held - held,
                notes=(Message("points.not_counted", {"reason": rejected}),) if rejected else (),
                reached=result.reached,
                day=result.day,
                allowance=result.allowance,
                sequence=after.sequence,
            )
        )
    after.counted = compiled.digest
    after.tidy()
    return after, entries


def needs_replay(compiled: CompiledProgram, state: State, activities: Sequence[Activity]) -> bool:
    """Return whether all must be replayed: one of them is late, amends another, or was amended before it came.

    All is replayed too where badges count what they did not count before, as they look back over the ledger, and where
    the program's cap kept back points of the day, as there may be room for them now.
    """
    if state.allowance_reached or (state.version and state.counted != compiled.digest):
        return True
    for activity in activities:
        if activity.type in AMENDMENTS or fingerprint(*activity.key) in state.amended_before_arrival:
            return True
        never_applied = activity.type == ORDERED or rejection_reason(compiled, activity)
        if state.as_of is not None and activity.order <= state.as_of and not never_applied:
            return True
    return False


def allowance_days(compiled: CompiledProgram, activities: Sequence[Activity]) -> set[int]:
    """Return the local days whose allowances are needed to evaluate the activities."""
    return {
        day_of(compiled, activity)
        for activity in activities
        if activity.type not in WITHOUT_ALLOWANCE and not rejection_reason(compiled, activity)
    }
