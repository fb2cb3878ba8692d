"""A member's progress: level, streaks, badges, unlocks and paths, and what comes next of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ladder.domain.points.achievements import is_streak_alive, monday
from ladder.domain.points.compiled import CompiledProgram, Goal, level_at, step_mark
from ladder.domain.points.ledger import FINISHED, State, StreakState
from ladder.domain.points.rulebook import Path, Requirement, Rulebook, Streak
from ladder.domain.points.rules import Period
from ladder.domain.text import opening, quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLevel:
    name: str
    points: int  # at which it is reached
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelReached:
    number: int
    name: str
    next: NextLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextLength:
    length: int
    points: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakNow:
    """`current`: 0 where it is broken; `counted`: this day or week is in it already."""

    key: str
    name: str
    every: Period
    current: int
    best: int
    counted: bool
    next: NextLength | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`have` of `needed`, in the unit of what is asked."""

    what: str
    have: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTier:
    name: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeNow:
    key: str
    name: str
    description: str
    tier: str | None
    reached_on: date | None
    next: NextTier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockNow:
    key: str
    name: str
    open: bool
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNow:
    """ "later": steps before it are still to be done."""

    key: str
    name: str
    state: Literal["done", "open", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathNow:
    key: str
    name: str
    points: int
    done: bool
    steps: tuple[StepNow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberProgress:
    """`next`: what is ahead, a sentence each."""

    level: LevelReached | None
    streaks: tuple[StreakNow, ...]
    badges: tuple[BadgeNow, ...]
    unlocks: tuple[UnlockNow, ...]
    paths: tuple[PathNow, ...]
    next: tuple[str, ...]


def member_progress(compiled: CompiledProgram, state: State, today: date) -> MemberProgress:
    reached = _level(compiled.rulebook, state)
    runs = tuple(_streak(each, state, today.toordinal(), compiled.rulebook) for each in compiled.rulebook.streaks)
    badges = (*_badges(compiled, state), *_judged(compiled, state))
    return MemberProgress(
        level=reached,
        streaks=runs,
        badges=badges,
        unlocks=tuple(_unlocks(compiled, state)),
        paths=tuple(_path(each, state) for each in compiled.rulebook.paths),
        next=(*_ahead(reached, runs), *(_badge_ahead(each.name, each.next) for each in badges if each.next)),
    )


def _level(rulebook: Rulebook, state: State) -> LevelReached | None:
    if not rulebook.levels:
        return None
    number = level_at(rulebook, state.earned)
    ahead = [
        NextLevel(name=each.name, points=each.points, missing=each.points - state.earned)
        for each in rulebook.levels[number : number + 1]
    ]
    return LevelReached(number=number, name=rulebook.levels[number - 1].name, next=next(iter(ahead), None))


def _streak(streak: Streak, state: State, today: int, rulebook: Rulebook) -> StreakNow:
    run = state.streaks.get(streak.key, StreakState())
    current = run.length if is_streak_alive(streak, run, today, state.days_off, rulebook) else 0
    ahead = (
        NextLength(length=each.length, points=each.points, missing=each.length - current)
        for each in sorted(streak.milestones, key=lambda each: each.length)
        if each.length > current
    )
    return StreakNow(
        key=streak.key,
        name=streak.name,
        every=streak.every,
        current=current,
        best=run.best,
        counted=bool(run.last) and run.last == (today if streak.every == "day" else monday(today)),
        next=next(ahead, None),
    )


def _badges(compiled: CompiledProgram, state: State) -> Iterator[BadgeNow]:
    for badge, tiers in compiled.badges:
        reached, day = state.badges.get(badge.key, (0, 0))
        reached = min(reached, len(tiers))  # an edit may have taken tiers away
        more = reached < len(tiers)
        yield BadgeNow(
            key=badge.key,
            name=badge.name,
            description=badge.description,
            tier=badge.tiers[reached - 1].name if reached else None,
            reached_on=date.fromordinal(day) if reached else None,
            next=NextTier(name=badge.tiers[reached].name, needs=_needs(tiers[reached], state, compiled))
            if more
            else None,
        )


def _judged(compiled: CompiledProgram, state: State) -> Iterator[BadgeNow]:
    """Yield the judged badges: they have no tiers, and their criteria are for everybody to read."""
    for badge in compiled.rulebook.judged:
        has, day = state.badges.get(badge.key, (0, 0))
        yield BadgeNow(
            key=badge.key,
            name=badge.name,
            description=f"{badge.description} {badge.criteria}",
            tier="awarded" if has else None,
            reached_on=date.fromordinal(day) if has else None,
            next=None,
        )


def _unlocks(compiled: CompiledProgram, state: State) -> Iterator[UnlockNow]:
    for unlock, goals in compiled.unlocks:
        opened = unlock.key in state.unlocks
        yield UnlockNow(key=unlock.key, name=unlock.name, open=opened, needs=_needs(goals, state, compiled))


def _path(path: Path, state: State) -> PathNow:
    taken = state.paths.get(path.key, frozenset())
    done = {step.key for step in path.steps if step_mark(step.key) in taken}
    return PathNow(
        key=path.key,
        name=path.name,
        points=path.points,
        done=FINISHED in taken or len(done) == len(path.steps),
        steps=tuple(
            StepNow(
                key=step.key,
                name=step.name,
                state="done" if step.key in done else "open" if done.issuperset(step.after) else "later",
            )
            for step in path.steps
        ),
    )


def _needs(goals: Iterable[Goal], state: State, compiled: CompiledProgram) -> tuple[Need, ...]:
    return tuple(
        Need(
            what=_what(goal.requirement, compiled.rulebook),
            have=max(min(goal.amount(state), goal.needed), 0),
            needed=goal.needed,
        )
        for goal in goals
    )


def _what(asked: Requirement, rulebook: Rulebook) -> str:
    """Return the requirement in the rulebook's own names; a count has none, so its activity types are listed."""
    if asked.count:
        kinds = " or ".join(kind.replace(".", " ").replace("_", " ") for kind in asked.count.match.types)
        return f"{kinds}, each {asked.count.distinct} once" if asked.count.distinct else kinds
    named = {
        each.key: each.name
        for things in (rulebook.streaks, rulebook.paths, rulebook.badges, rulebook.unlocks)
        for each in things
    }
    name = named.get(asked.key or "", asked.key)
    words = {
        "level": "level",
        "points": "points earned",
        "streak": f"{name}, the longest so far",
        "path": f"{name}, finished",
        "badge": f"tiers of the badge {name}",
    }
    return words.get(asked.need, f"{name}, unlocked")


def _ahead(reached: LevelReached | None, runs: Iterable[StreakNow]) -> Iterator[str]:
    if reached and reached.next:
        yield f"{quantity(reached.next.missing, 'point')} to level {reached.number + 1}: {reached.next.name}."
    for run in runs:
        if run.next:
            more = f"{quantity(run.next.missing, run.every)} more for {quantity(run.next.points, 'point')}"
            yield f"{opening(run.name)}: {more}."


def _badge_ahead(badge: str, tier: NextTier) -> str:
    return f"Badge {badge}, {tier.name}: {'; '.join(f'{n.what}: {n.have:,} of {n.needed:,}' for n in tier.needs)}."
