"""A member's progress: level, streaks, badges, unlocks and paths, and what comes next of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ladder.domain.message import Message
from ladder.domain.points.achievements import is_unbroken, week_of
from ladder.domain.points.compiled import CompiledProgram, Goal, key_mark, level_at, tier_reached
from ladder.domain.points.ledger import FINISHED, State, StreakState
from ladder.domain.points.rulebook import Path, Requirement, Rulebook, Streak
from ladder.domain.points.rules import Period

NEEDS = {  # what a requirement asks for, but for a count
    "level": "points.need_level",
    "points": "points.need_points",
    "streak": "points.need_streak",
    "path": "points.need_path",
    "badge": "points.need_badge",
    "unlock": "points.need_unlock",
}


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

    what: Message
    have: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTier:
    name: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeNow:
    """`tier`: None where none is reached, and where the badge has none; `reached_on` says when it was."""

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
    """ "later": steps before it are still to be done; if it was done before them, it counts once they are."""

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
class CarriedOver:
    """Points that were earned once, and that caps or a pause kept: a later event pays them, oldest rule first.

    `paused`: their rule or the program is paused, or the rule is not in the program now; they wait until it is again.
    """

    key: str
    name: Message
    points: int
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberProgress:
    """`next`: what is ahead."""

    level: LevelReached | None
    streaks: tuple[StreakNow, ...]
    badges: tuple[BadgeNow, ...]
    unlocks: tuple[UnlockNow, ...]
    paths: tuple[PathNow, ...]
    carried_over: tuple[CarriedOver, ...]
    next: tuple[Message, ...]


def member_progress(compiled: CompiledProgram, state: State, today: date) -> MemberProgress:
    rulebook = compiled.rulebook
    number, level = level_at(rulebook, state.earned), None
    if rulebook.levels:
        ahead = [
            NextLevel(name=above.name, points=above.points, missing=above.points - state.earned)
            for above in rulebook.levels[number : number + 1]
        ]
        level = LevelReached(number=number, name=rulebook.levels[number - 1].name, next=next(iter(ahead), None))
    streaks = tuple(_streak(streak, state, today.toordinal(), rulebook) for streak in rulebook.streaks)
    judged = [  # without tiers; their criteria are for everybody to read
        BadgeNow(
            key=badge.key,
            name=badge.name,
            description=f"{badge.description} {badge.criteria}",
            tier=None,
            reached_on=date.fromordinal(state.badges[badge.key][1]) if badge.key in state.badges else None,
            next=None,
        )
        for badge in rulebook.judged
    ]
    badges = (*_badges(compiled, state), *judged)
    return MemberProgress(
        level=level,
        streaks=streaks,
        badges=badges,
        unlocks=tuple(
            UnlockNow(
                key=unlock.key,
                name=unlock.name,
                open=unlock.key in state.unlocks,
                needs=_needs(goals, state, rulebook),
            )
            for unlock, goals in compiled.unlocks
        ),
        paths=tuple(_path(path, state) for path in rulebook.paths),
        carried_over=tuple(_carried_over(compiled, state)),
        next=tuple(_next(level, streaks, badges)),
    )


def _streak(streak: Streak, state: State, today: int, rulebook: Rulebook) -> StreakNow:
    run = state.streaks.get(streak.key, StreakState())
    period = today if streak.every == "day" else week_of(state, today, rulebook)
    alive = run.last == period or is_unbroken(streak, run, period, state.days_off, rulebook)  # it can go on today
    current = run.length if alive else 0
    ahead = (
        NextLength(length=milestone.length, points=milestone.points, missing=milestone.length - current)
        for milestone in streak.milestones
        if milestone.length > run.best  # each pays once
    )
    return StreakNow(
        key=streak.key,
        name=streak.name,
        every=streak.every,
        current=current,
        best=run.best,
        counted=bool(run.last) and run.last == period,
        next=next(ahead, None),
    )


def _badges(compiled: CompiledProgram, state: State) -> Iterator[BadgeNow]:
    for badge, tiers in compiled.badges:
        held = state.badges.get(badge.key)
        reached = tier_reached(compiled.tiers[badge.key], held)
        more = tiers[reached : reached + 1]
        yield BadgeNow(
            key=badge.key,
            name=badge.name,
            description=badge.description,
            tier=badge.tiers[reached - 1].name if reached else None,
            reached_on=date.fromordinal(held[1]) if held and reached else None,
            next=NextTier(name=badge.tiers[reached].name, needs=_needs(more[0], state, compiled.rulebook))
            if more
            else None,
        )


def _path(path: Path, state: State) -> PathNow:
    taken = state.paths.get(path.key, frozenset())
    done = {step.key for step in path.steps if key_mark(step.key) in taken}
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


def _carried_over(compiled: CompiledProgram, state: State) -> Iterator[CarriedOver]:
    for key, (base, bonus) in state.carried_over.items():
        yield CarriedOver(
            key=key,
            name=compiled.texts.names.get(key) or Message("points.name_of_earlier"),  # of a rule that is gone
            points=base + bonus,
            paused=compiled.paused or key not in compiled.carries,
        )


def _needs(goals: Iterable[Goal], state: State, rulebook: Rulebook) -> tuple[Need, ...]:
    return tuple(
        Need(
            what=what_is_needed(goal.requirement, rulebook),
            have=max(min(goal.amount(state), goal.needed), 0),
            needed=goal.needed,
        )
        for goal in goals
    )


def what_is_needed(requirement: Requirement, rulebook: Rulebook) -> Message:
    """Return what is asked, in the rulebook's own names; a count has none, so its activity types are listed."""
    if count := requirement.count:
        kinds = ", ".join(kind.replace(".", " ").replace("_", " ") for kind in count.match.types)
        if count.distinct:
            return Message("points.need_distinct", {"activities": kinds, "subject": count.distinct})
        return Message("points.need_count", {"activities": kinds})
    sections = (rulebook.streaks, rulebook.paths, rulebook.badges, rulebook.judged, rulebook.unlocks)
    names = {item.key: item.name for items in sections for item in items}
    key = requirement.key
    return Message(NEEDS[requirement.need], {"name": names.get(key, key)} if key else {})


def _next(level: LevelReached | None, streaks: Iterable[StreakNow], badges: Iterable[BadgeNow]) -> Iterator[Message]:
    if level and (ahead := level.next):
        yield Message("points.next_level", {"points": ahead.missing, "number": level.number + 1, "name": ahead.name})
    for streak in streaks:
        if length := streak.next:
            yield Message(
                "points.next_length",
                {"name": streak.name, "every": streak.every, "periods": length.missing, "points": length.points},
            )
    for badge in badges:
        if tier := badge.next:
            needs = tuple(
                Message("points.need", {"what": need.what, "have": need.have, "needed": need.needed})
                for need in tier.needs
            )
            yield Message("points.next_tier", {"badge": badge.name, "tier": tier.name, "needs": needs})
