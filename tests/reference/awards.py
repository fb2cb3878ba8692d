"""What the last event of a history earns: by which rules, and how much of it every cap lets pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ladder.domain.activities.activity import BADGE_GRANTED, COMPLETED, POINTS_GRANTED, TEAM_ACHIEVED
from ladder.domain.challenges.rules import CHALLENGE_COMPLETED, RewardCondition
from ladder.domain.points.rules import Rule
from tests.reference import history as past
from tests.reference.events import holds, is_number, whole
from tests.reference.history import Happened, History, HistoryLine

BONUS = "bonus"

type Bonus = tuple[Fraction, str, int | None]  # per cent of base; the cap on it, by name, and its most points


@dataclass(frozen=True, slots=True)
class Award:
    rule: str
    base: int
    bonuses: tuple[Bonus, ...] = ()
    daily: int | None = None
    hold: str | None = None


def capped(history: History, award: Award, allowance: int | None, *, waits: bool) -> HistoryLine:
    """Base first, then each bonus: whatever every cap that it falls under still has room for."""
    caps, now = history[-1].program.caps, history[-1]
    most = {BONUS: caps.member_daily_bonus_points, award.rule: award.daily}
    most |= {cap: bound for _, cap, bound in award.bonuses}
    line = HistoryLine(award.rule, (), waits)
    for wanted, under in [(award.base, (award.rule,)), *_shares(award, caps.bonus_percent_of_base)]:
        now.lines.append(line)
        rooms = [(most[cap], past.points(history, cap, day=now.day)) for cap in under]
        rooms += [(bound, past.points(history, day=now.day)) for bound in (caps.member_daily_points, allowance)]
        rooms.append((caps.member_weekly_points, past.points(history, monday=now.monday)))
        now.lines.pop()
        room = min((bound - used for bound, used in rooms if bound is not None), default=wanted)
        line = HistoryLine(award.rule, (*line.parts, (max(min(wanted, room), 0), under)), waits)
    return line


def _shares(award: Award, limit: float | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Whole points of each bonus: all together are the exact sum, rounded half up once."""
    percent, given = Fraction(0), 0
    for share, cap, _ in award.bonuses:
        percent = percent + share if limit is None else min(percent + share, Fraction(str(limit)))
        together = int((award.base * percent / 100 + Fraction(1, 2)) // 1)
        yield together - given, (BONUS, cap)
        given = together


def awards(history: History, off: set[date]) -> list[Award]:
    return [*_of_the_event_itself(history[-1]), *_of_rules(history), *_of_streaks(history, off), *_of_paths(history)]


def _of_the_event_itself(now: Happened) -> Iterator[Award]:
    says = now.attributes
    if now.kind == COMPLETED and not says.get("mirrored"):
        hold = str(says["held"]) if says.get("held") else None
        yield Award(str(says.get("category")), whole(says.get("points")), tuple(_of_reward_rules(now)), None, hold)
    if now.kind == TEAM_ACHIEVED:
        yield Award(str(says.get("achievement")), whole(says.get("points")))


def _of_rules(history: History) -> Iterator[Award]:
    now, says = history[-1], history[-1].attributes
    for rule in now.program.rulebook.rules:
        if now.fits(rule.match) and _counts_now(history, rule):
            base = max(whole(says.get(rule.points_from)), 0) if rule.points_from else rule.points
            fit = [each for each in rule.bonuses if all(holds(test, says.get(test.attribute)) for test in each.where)]
            bonuses = tuple((Fraction(str(each.percentage)), "", None) for each in fit)
            yield Award(rule.key, base, bonuses, rule.daily_points, rule.hold)


def _of_streaks(history: History, off: set[date]) -> Iterator[Award]:
    for streak in history[-1].program.rulebook.streaks:
        if history[-1].fits(streak.match) and past.matches_in_period(history, streak) == streak.at_least:
            length = past.lengths(history, streak, off)[-1]
            reached = [each for each in streak.milestones if each.length == length]
            yield from [Award(streak.key, each.points) for each in reached[:1]]


def _of_paths(history: History) -> Iterator[Award]:
    """Once each: when all steps that the path has now are done, whenever and under which version each was."""
    now = history[-1]
    for path in now.program.rulebook.paths if now.kind not in {POINTS_GRANTED, BADGE_GRANTED} else ():
        done = past.steps_done(history, path.key)
        if not past.has_finished(history, path.key) and all(step.key in done for step in path.steps):
            now.notes.append(("finished path", path.key))
            yield Award(path.key, path.points)


def _counts_now(history: History, rule: Rule) -> bool:
    """Each of the rule's conditions, in their order; what passes one is noted, as later events depend on it."""
    conditions = (_open, _persevered, _improved, _first_time, _often_enough)
    return all(condition(history, rule) for condition in conditions)


def _open(history: History, rule: Rule) -> bool:
    now = history[-1]
    unlocked = rule.requires is None or any(rule.requires in each.unlocks for each in history[:-1])
    return unlocked and (rule.starts_on or now.day) <= now.day <= (rule.ends_on or now.day)


def _persevered(history: History, rule: Rule) -> bool:
    if rule.perseverance is None:
        return True
    failed = past.failures_before(history, rule)
    history[-1].notes.append(("finished", rule.key))
    return failed >= rule.perseverance.after_failures


def _improved(history: History, rule: Rule) -> bool:
    if rule.improvement is None:
        return True
    if not is_number(history[-1].attributes.get(rule.improvement.attribute)):
        return False
    history[-1].notes.append(("improvement", rule.key))
    better = past.improved(history, rule)
    history[-1].notes.extend([("improved", rule.key)] if better else [])
    return better


def _first_time(history: History, rule: Rule) -> bool:
    if rule.once is None:
        return True
    now, again = history[-1], rule.once.again_after_days
    last = past.last_counted(history, rule, now.attributes.get(rule.once.per))
    if last is not None and (again is None or now.day - last < timedelta(days=again)):
        return False
    known = now.attributes.get(rule.once.per) is not None
    now.notes.extend([("once", rule.key)] if known else [])
    return known


def _often_enough(history: History, rule: Rule) -> bool:
    if rule.count is None:
        return True
    history[-1].notes.append(("count", rule.key))
    enough = past.matches_in_window(history, rule) >= rule.count.of
    history[-1].notes.extend([("counted out", rule.key)] if enough else [])
    return enough


def _of_reward_rules(now: Happened) -> Iterator[Bonus]:
    harder = now.attributes.get("bonus_percentage")
    if is_number(harder):
        yield Fraction(str(harder)), "", None
    for rule in now.program.challenges.reward_rules:
        met = [each.bonus_percentage for each in rule.conditions if _met(each, now)]
        yield (
            sum((Fraction(str(each)) for each in met), Fraction(0)),
            f"reward {rule.name}",
            rule.max_daily_bonus_points,
        )


def _met(condition: RewardCondition, now: Happened) -> bool:
    says = now.attributes
    if condition.metric == CHALLENGE_COMPLETED:
        return condition.value == "ANY" or condition.value == f"TIER_{says.get('tier')}"
    value = says.get("value")
    if condition.metric != says.get("metric") or not is_number(value):
        return False
    difference = float(str(value)) - float(condition.value)
    return {
        "EQUALS": difference == 0,
        "GREATER_THAN": difference > 0,
        "GREATER_THAN_OR_EQUALS": difference >= 0,
        "LESS_THAN": difference < 0,
        "LESS_THAN_OR_EQUALS": difference <= 0,
    }[condition.operator]
