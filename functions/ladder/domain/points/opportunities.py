"""Opportunities: what a member can still earn today, by which rules, and why not: by their program and their state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ladder.domain.message import Message
from ladder.domain.points.achievements import counted_already, counts_again
from ladder.domain.points.apply import begin_day, blocked_reason
from ladder.domain.points.award_caps import DAY, left_today, limit_reached, rule_limit
from ladder.domain.points.compiled import CompiledProgram, subject_fingerprint
from ladder.domain.points.ledger import State
from ladder.domain.points.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bound on the points of a day or a week, and what of it is used.

    `kind`: "program" is what the program's own points of the day allow the member.
    """

    kind: Literal["day", "week", "program"]
    most: int
    used: int
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class EarningOpportunity:
    """The points that a rule may still bring today. `points`: base points of one match, None where its source says.

    `left`: points, None where there is no limit. `how`: when it pays. `why_not`: None where it can.
    """

    rule: str
    name: str
    points: int | None
    left: int | None
    how: tuple[Message, ...]
    why_not: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunities:
    """`left`: points that can still be earned today by everything together, None where there is no limit."""

    date: date
    left: int | None
    limits: tuple[Limit, ...]
    by_rule: tuple[EarningOpportunity, ...]


def opportunities(compiled: CompiledProgram, state: State, today: date, *, allowance: int | None) -> Opportunities:
    """Return what can still be earned today. `allowance`: the most by the program's cap; None: no cap."""
    now, day = state.copy(), today.toordinal()  # as the next activity of today would meet it
    begin_day(now, day, compiled.rulebook)
    now.allowance = allowance
    caps, used, limits = compiled.caps, now.used.get(DAY, 0), list[Limit]()
    if (most := caps.member_daily_points) is not None:
        message = Message("points.used_of_day", {"used": used, "most": most})
        limits.append(Limit(kind="day", most=most, used=used, message=message))
    if (most := caps.member_weekly_points) is not None:
        message = Message("points.used_of_week", {"used": now.week_used, "most": most})
        limits.append(Limit(kind="week", most=most, used=now.week_used, message=message))
    if allowance is not None:
        message = Message("points.used_of_program", {"used": used, "most": allowance})
        limits.append(Limit(kind="program", most=allowance, used=used, message=message))
    return Opportunities(
        date=today,
        left=left_today(caps, now),
        limits=tuple(limits),
        by_rule=tuple(_opportunity(compiled, rule, now) for rule in compiled.rulebook.rules),
    )


def _opportunity(compiled: CompiledProgram, rule: Rule, now: State) -> EarningOpportunity:
    caps = compiled.caps
    left, why_not = left_today(caps, now), blocked_reason(compiled, rule, now)
    if rule.once and not why_not:
        # The rule may name every subject that it can be about, and all of them may have counted.
        tests = (test for test in rule.match.where if test.attribute == rule.once.per)
        subjects = next((test.one_of or ((test.equals,) if test.equals is not None else ()) for test in tests), ())
        last = [now.last_seen(subject_fingerprint(rule.key, subject)) for subject in subjects]
        if subjects and not any(counts_again(rule.once, day, now.day) for day in last):
            why_not = counted_already(rule.once)
    if rule.daily_points is not None:
        own = max(rule.daily_points - now.used.get(rule.key, 0), 0)
        left = own if left is None else min(own, left)
        why_not = why_not or (None if own else rule_limit(rule.daily_points))
    if left == 0:
        why_not = why_not or limit_reached(caps, now)
    return EarningOpportunity(
        rule=rule.key,
        name=rule.name,
        points=rule.points if rule.points_from is None else None,
        left=0 if why_not else left,
        how=tuple(_how(rule, now)),
        why_not=why_not,
    )


def _how(rule: Rule, now: State) -> Iterator[Message]:
    if once := rule.once:
        yield (
            Message("points.once", {"subject": once.per})
            if once.again_after_days is None
            else Message("points.once_in", {"subject": once.per, "days": once.again_after_days})
        )
    if count := rule.count:
        done = sum(day > now.day - count.within_days for day in now.windows.get(rule.key, ()))
        yield Message("points.every_few", {"needed": count.of, "days": count.within_days, "done": done})
    if failed := rule.perseverance:
        yield Message("points.after_failures", {"tries": failed.after_failures, "subject": failed.subject})
    if rule.improvement:
        yield Message("points.for_improving", {"weeks": rule.improvement.weeks})
    if rule.ends_on:
        yield Message("points.until", {"day": rule.ends_on.isoformat()})
    for bonus in rule.bonuses:
        yield Message("points.bonus", {"percent": bonus.percentage, "name": bonus.name})
    if rule.hold:
        yield Message("points.pending_first", {"reason": rule.hold.strip().removesuffix(".")})
