"""What the last event of a history earns: by which rules, and how much of it every cap lets pass."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from statistics import fmean

from ladder.domain.activities.activity import BADGE_GRANTED, COMPLETED, POINTS_GRANTED, TEAM_ACHIEVED
from ladder.domain.challenges.rules import CHALLENGE_COMPLETED, RewardCondition
from ladder.domain.points.rules import Rule
from tests.reference import history as past
from tests.reference.events import holds, is_number, whole
from tests.reference.history import Happened, History, Note, Outcome, PointsLine
from tests.reference.holds import Decided

BY_HAND = {POINTS_GRANTED, BADGE_GRANTED}  # no rule, path or cap knows of these


@dataclass(frozen=True, slots=True)
class Bonus:
    """Per cent of the base points. `most`: of all bonuses of this `cap` in a day; None: nothing bounds it alone."""

    percent: Fraction
    cap: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """What a rule would pay if there were no caps. `notes`: what later events have to know, unless it is denied.

    `most`: base points of the rule in a day. `is_once`: what a cap keeps of it is carried over. `is_told`: it follows
    from what the event itself says, not from others before it.
    """

    rule: str
    base: int
    bonuses: tuple[Bonus, ...] = ()
    most: int | None = None
    held: bool = False
    is_once: bool = False
    notes: AbstractSet[Note] = frozenset()
    is_told: bool = True


def pay(history: History, award: Award, decided: Decided, allowance: int | None) -> None:
    """Pay, hold or deny an award of the last event: as much of it as was decided about, and then the rest."""
    now = history[-1]
    if award.held and decided.is_denied and not decided.released:
        now.lines.append(PointsLine(award.rule, "denied"))
        return
    now.noted |= award.notes
    bonuses = _whole_points(award, now.program.caps.bonus_percent_of_base)
    worth = award.base + sum(points for _, points in bonuses)
    seen: float = worth
    rest: Outcome = "paid"
    if award.held:
        seen, rest = min(decided.released or 0, worth), "denied" if decided.is_denied else "waits"
        decided.released = None if decided.released is None else decided.released - seen
    elif award.is_told and decided.settled is not None:
        seen, rest = min(decided.settled, worth), "refused"
        decided.settled -= seen
    outcomes: list[tuple[int, int, Outcome]] = [(0, int(seen), "paid"), (int(seen), worth, rest)]
    for first, last, outcome in outcomes:
        if first < last:
            base, parts = _between(award.base, bonuses, first, last)
            now.lines.append(_line(history, award, outcome, base, parts, allowance=allowance))


def _between(
    base: int, bonuses: Sequence[tuple[Bonus, int]], first: int, last: int
) -> tuple[int, list[tuple[Bonus, int]]]:
    """Return of an award the points after the `first` up to the `last`: its base comes before its bonuses."""
    begins, parts = base, list[tuple[Bonus, int]]()
    for bonus, points in bonuses:
        parts.append((bonus, max(min(last, begins + points) - max(first, begins), 0)))
        begins += points
    return max(min(last, base) - first, 0), parts


def _line(
    history: History,
    award: Award,
    outcome: Outcome,
    base: int,
    parts: Sequence[tuple[Bonus, int]],
    *,
    allowance: int | None,
) -> PointsLine:
    line = PointsLine(award.rule, outcome)
    if outcome in {"denied", "refused"}:
        return line
    if not (history[-1].program.paused and award.is_once):
        line = _capped(history, line, base, parts, most=award.most, allowance=allowance)
    if award.is_once:
        bonus = sum(points for _, points in parts)
        line = replace(line, kept_base=base - line.base, kept_bonus=bonus - line.bonus)
    return line


def pay_carried_over(history: History, allowance: int | None) -> None:
    """Pay what is carried over of earlier events, as far as the caps of this event's day have room."""
    program = history[-1].program
    book = program.rulebook
    if program.paused or history[-1].kind in BY_HAND:
        return
    own_caps: dict[str, int | None] = {rule.key: rule.daily_points for rule in book.rules if not rule.paused}
    own_caps |= dict.fromkeys([*(each.key for each in book.streaks), *(each.key for each in book.paths)])
    for rule, (base, bonus) in past.carried_over(history[:-1]).items():
        if rule in own_caps:
            line = PointsLine(rule, "paid", is_carried=True)
            rest = [(Bonus(Fraction(0)), bonus)]
            line = _capped(history, line, base, rest, most=own_caps[rule], allowance=allowance)
            history[-1].lines += [line] if line.points else []


def _capped(
    history: History,
    line: PointsLine,
    base: int,
    bonuses: Sequence[tuple[Bonus, int]],
    *,
    most: int | None,
    allowance: int | None,
) -> PointsLine:
    """Return the line with its base, then each bonus, as far as all caps that it falls under have room.

    `most`: base points of the rule in a day; `allowance`: the member's part of the program's cap of the day.
    """
    caps, now = history[-1].program.caps, history[-1]
    today = past.lines_of([each for each in history if each.day == now.day])
    week = past.lines_of([each for each in history if each.week == now.week])
    rooms = [(allowance, _sum(today)), (caps.member_daily_points, _sum(today)), (caps.member_weekly_points, _sum(week))]
    of_rule = sum(each.base for each in today if each.rule == line.rule)
    line = replace(line, base=_room(base, 0, [*rooms, (most, of_rule)]))
    for bonus, wanted in bonuses:
        under = sum(points for each in [*today, line] for cap, points in each.bonuses if cap == bonus.cap)
        own = [(caps.member_daily_bonus_points, sum(each.bonus for each in [*today, line])), (bonus.most, under)]
        points = min(_room(wanted, line.points, rooms), _room(wanted, 0, own))
        line = replace(line, bonuses=(*line.bonuses, (bonus.cap, points)))
    return line


def _sum(lines: Sequence[PointsLine]) -> int:
    return sum(line.points for line in lines)


def _room(wanted: int, more: int, rooms: Sequence[tuple[int | None, int]]) -> int:
    """Return what fits of the wanted points. `rooms`: the most, and what is used of it; `more` is used of each."""
    return max(0, min([wanted, *(most - used - more for most, used in rooms if most is not None)]))


def _whole_points(award: Award, limit: float | None) -> list[tuple[Bonus, int]]:
    """Return what each bonus adds to the exact sum of those before it, which is rounded half up."""
    percent, before, found = Fraction(0), 0, list[tuple[Bonus, int]]()
    for bonus in award.bonuses:
        percent += bonus.percent
        if limit is not None:
            percent = min(percent, Fraction(str(limit)))
        together = int(award.base * percent / 100 + Fraction(1, 2))
        found.append((bonus, together - before))
        before = together
    return found


def awards(history: History, off: set[date]) -> Iterator[Award]:
    """Yield them in their order: the event's own, then rules, streaks and paths as the program file has them."""
    now = history[-1]
    if now.kind in BY_HAND:
        return
    yield from _of_challenge_or_team(now)
    for rule in now.program.rulebook.rules:
        if not (now.program.paused or rule.paused) and now.fits(rule.match):
            yield from _of_rule(history, rule)
    yield from _of_streaks(history, off)
    yield from _of_paths(history)


def note_failures(now: Happened) -> None:
    """Note what rules of perseverance call a failed try, unless it is what they pay for."""
    for rule in now.program.rulebook.rules:
        wanted = rule.perseverance
        if wanted and not (rule.paused or now.program.paused) and now.fits(wanted.failed) and not now.fits(rule.match):
            about = past.subject(now, wanted.subject)
            now.noted |= {("failed", rule.key, about)} if about is not None else set()


def _of_challenge_or_team(now: Happened) -> Iterator[Award]:
    if now.kind == COMPLETED and not now.says.get("mirrored"):
        points, held = whole(now.says.get("points")), bool(now.says.get("held"))
        yield Award(str(now.says.get("category")), points, tuple(_of_reward_rules(now)), held=held)
    if now.kind == TEAM_ACHIEVED:
        yield Award(str(now.says.get("achievement")), whole(now.says.get("points")))


def _of_rule(history: History, rule: Rule) -> Iterator[Award]:
    """Ask for each condition in turn. What fails one is not asked for the next, and is noted up to there."""
    now, notes = history[-1], set[Note]()
    if _is_open(history, rule) and all(asked(history, rule, notes) for asked in CONDITIONS):
        base = max(whole(now.says.get(rule.points_from)), 0) if rule.points_from else rule.points
        fit = [each for each in rule.bonuses if all(holds(test, now.says.get(test.attribute)) for test in each.where)]
        bonuses = tuple(Bonus(Fraction(str(each.percentage))) for each in fit)
        is_once = any((rule.once, rule.count, rule.perseverance, rule.improvement))
        waits = rule.hold is not None or rule.confirm is not None
        yield Award(rule.key, base, bonuses, rule.daily_points, waits, is_once, notes)
    else:
        now.noted |= notes


def _is_open(history: History, rule: Rule) -> bool:
    day = history[-1].day
    unlocked = rule.requires is None or past.is_unlocked(history[:-1], rule.requires)
    return unlocked and (rule.starts_on or day) <= day <= (rule.ends_on or day)


def _persevered(history: History, rule: Rule, notes: set[Note]) -> bool:
    """Of one subject: enough failed tries since it was finished last."""
    if rule.perseverance is None:
        return True
    about = past.subject(history[-1], rule.perseverance.subject)
    if about is None:
        return False
    notes.add(("passed", rule.key, about))
    failed = past.noted(past.since(history[:-1], "passed", rule.key, about), "failed", rule.key, about)
    return len(failed) >= rule.perseverance.after_failures


def _improved(history: History, rule: Rule, notes: set[Note]) -> bool:
    """At the first value of a week: whether the weeks before it are as much better as the rule asks."""
    wanted, now = rule.improvement, history[-1]
    if wanted is None:
        return True
    if not is_number(now.says.get(wanted.attribute)):
        return False
    notes.add(("measured", rule.key, ""))
    measured = past.noted(history[:-1], "measured", rule.key)
    improved = [place for place, each in enumerate(measured) if ("improved", rule.key, "") in each.noted]
    values = dict[date, list[float]]()
    for each in measured[improved[-1] if improved else 0 :]:  # of the week that paid, from the value on that paid
        values.setdefault(each.week, []).append(float(str(each.says[wanted.attribute])))
    weeks = sorted(values)[-wanted.weeks :]
    if now.week in values or len(weeks) < wanted.weeks or weeks[-1] - weeks[0] >= timedelta(weeks=wanted.weeks + 4):
        return False
    means = [fmean(values[week]) for week in weeks]
    usual, sign = fmean(means[: wanted.weeks // 2]), 1 if wanted.direction == "higher" else -1
    better = [sign * (mean - usual) >= usual * wanted.percent / 100 for mean in means[wanted.weeks // 2 :]]
    notes |= {("improved", rule.key, "")} if usual > 0 and all(better) else set()
    return usual > 0 and all(better)


def _first_time(history: History, rule: Rule, notes: set[Note]) -> bool:
    if rule.once is None:
        return True
    about, again = past.subject(history[-1], rule.once.per), rule.once.again_after_days
    counted = past.noted(history[:-1], "once", rule.key, about or "")
    if about is None or (counted and (again is None or (history[-1].day - counted[-1].day).days < again)):
        return False
    notes.add(("once", rule.key, about))
    return True


def _often_enough(history: History, rule: Rule, notes: set[Note]) -> bool:
    """The nth within so many days, counted since the last one that was an nth."""
    if rule.count is None:
        return True
    notes.add(("every", rule.key, ""))
    unpaid = past.noted(past.since(history[:-1], "nth", rule.key), "every", rule.key)
    recent = [each for each in unpaid if (history[-1].day - each.day).days < rule.count.within_days]
    enough = len(recent) + 1 >= rule.count.of
    notes |= {("nth", rule.key, "")} if enough else set()
    return enough


CONDITIONS = (_persevered, _improved, _first_time, _often_enough)


def _of_streaks(history: History, off: set[date]) -> Iterator[Award]:
    """Where this event completes a period, and the streak is longer than it ever was: the milestone of its length."""
    for streak in history[-1].program.rulebook.streaks:
        longest = max(past.streak_lengths(history[:-1], streak.key, off), default=0)
        length = max(past.streak_lengths(history, streak.key, off), default=0)
        reached = [each for each in streak.milestones if each.length == length > longest]
        yield from (Award(streak.key, each.points, is_once=True, is_told=False) for each in reached)


def _of_paths(history: History) -> Iterator[Award]:
    """Once each: when all steps that the path has now are done, whenever and under which version each was."""
    for path in history[-1].program.rulebook.paths:
        done = past.steps_done(history, path.key)
        if done >= {step.key for step in path.steps} and not past.noted(history, "finished", path.key):
            yield Award(path.key, path.points, is_once=True, is_told=False, notes={("finished", path.key, "")})


def _of_reward_rules(now: Happened) -> Iterator[Bonus]:
    harder = now.says.get("bonus_percentage")
    if is_number(harder):
        yield Bonus(Fraction(str(harder)))
    for rule in now.program.challenges.reward_rules:
        met = [Fraction(str(each.bonus_percentage)) for each in rule.conditions if _is_met(each, now)]
        yield Bonus(sum(met, Fraction(0)), rule.name, rule.max_daily_bonus_points)


def _is_met(condition: RewardCondition, now: Happened) -> bool:
    if condition.metric == CHALLENGE_COMPLETED:
        return condition.value == "ANY" or condition.value == f"TIER_{now.says.get('tier')}"
    value = now.says.get("value")
    if condition.metric != now.says.get("metric") or not is_number(value):
        return False
    difference = float(str(value)) - float(condition.value)
    return {
        "EQUALS": difference == 0,
        "GREATER_THAN": difference > 0,
        "GREATER_THAN_OR_EQUALS": difference >= 0,
        "LESS_THAN": difference < 0,
        "LESS_THAN_OR_EQUALS": difference <= 0,
    }[condition.operator]
