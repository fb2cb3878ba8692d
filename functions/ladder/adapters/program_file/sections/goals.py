"""streaks, unlocks, paths, badges: what people work towards.

streaks: {LEARNING_DAYS: {name: …, when: …, every: day, at_least: 1, grace: 1, milestones: {5: 50, 20: 200}}}
unlocks: {MENTORING: {name: …, requires: [{level: 3}]}}
paths:   {ONBOARDING: {name: …, points: 200, steps: {A: {name: …, when: …}, B: {name: …, when: …, after: [A]}}}}
badges:  {SHARER: {name: …, description: …, owner: …, review_on: 2027-05-01, tiers: {bronze: [{level: 3}]}}}
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator

from ladder.adapters.program_file.sections.kinds import Day, Shape, Text, Whole, one_or_more, says, written
from ladder.adapters.program_file.sections.matches import MatchShape, match
from ladder.adapters.program_file.sections.needs import NeedShape, requirements
from ladder.adapters.program_file.sections.needs import disagreements as in_needs
from ladder.domain.program_check import Path, Problem, error
from ladder.domain.rulebook import Badge, BadgeTier, Milestone, Step, Streak, Unlock
from ladder.domain.rulebook import Path as LearningPath
from ladder.domain.rules import Period


class StreakShape(MatchShape):
    name: Annotated[Text, says("Write what a member reads, such as learning days in a row.", stand_in="?")]
    every: Annotated[Period | None, says("Write day or week.")] = None
    at_least: Annotated[Whole | None, says("Write how many a day or a week takes, such as 1.")] = None
    grace: Annotated[Whole | None, says("Write how many may be missed in a row, such as 1.")] = None
    milestones: Annotated[
        dict[str, Whole] | None, says("Write lengths with their points, such as {5: 50, 20: 200}.")
    ] = None


class UnlockShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as mentoring.", stand_in="?")]
    requires: Annotated[list[NeedShape], says("Write a list such as [{level: 3}, {path: ONBOARDING}].", stand_in=[])]


class StepShape(MatchShape):
    name: Annotated[Text, says("Write what a member reads, such as the first call.", stand_in="?")]
    after: Annotated[
        list[Text] | None, BeforeValidator(one_or_more), says("Name the steps that come before it, such as [A].")
    ] = None


class PathShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as the first month.", stand_in="?")]
    points: Annotated[Whole | None, says("Write what its last step adds, in points.")] = None
    steps: Annotated[
        dict[str, StepShape], says("Write each step's key and {name: …, when: …, where: …, after: […]}.", stand_in={})
    ]


class BadgeShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as knowledge sharer.", stand_in="?")]
    description: Annotated[Text, says("Write what it is given for, in words that a member reads.", stand_in="?")]
    owner: Annotated[Text, says("Name who answers for it.", stand_in="?")]
    review_on: Annotated[
        Day, says("Write the day on which somebody looks whether it still fits: 2027-05-01.", stand_in="2027-05-01")
    ]
    tiers: Annotated[
        dict[str, list[NeedShape]], says("Write each tier and what it takes: {bronze: [{level: 3}]}.", stand_in={})
    ]


def streak(key: str, shape: StreakShape) -> Streak:
    milestones = [Milestone(length=int(length), points=worth) for length, worth in _lengths(shape).items()]
    return Streak(
        key=key,
        match=match(shape),
        milestones=tuple(sorted(milestones, key=lambda milestone: milestone.length)),
        **written(shape, {"name", "every", "at_least", "grace"}),
    )


def unlock(key: str, shape: UnlockShape) -> Unlock:
    return Unlock(key=key, name=shape.name, requires=requirements(shape.requires))


def path(key: str, shape: PathShape) -> LearningPath:
    steps = (
        Step(key=name, name=step.name, match=match(step), after=tuple(step.after or ()))
        for name, step in shape.steps.items()
    )
    return LearningPath(key=key, steps=tuple(steps), **written(shape, {"name", "points"}))


def badge(key: str, shape: BadgeShape) -> Badge:
    tiers = tuple(BadgeTier(name=name, requires=requirements(needs)) for name, needs in shape.tiers.items())
    return Badge(key=key, tiers=tiers, **written(shape, {"name", "description", "owner", "review_on"}))


def in_streak(at: Path, shape: StreakShape) -> Iterator[Problem]:
    for length in shape.milestones or {}:
        if length not in _lengths(shape):
            yield error(
                (*at, "milestones", length), f'"{length}" is no length', "Write 5: 50, a length and its points."
            )


def in_unlock(at: Path, shape: UnlockShape) -> Iterator[Problem]:
    yield from in_needs((*at, "requires"), shape.requires)


def in_badge(at: Path, shape: BadgeShape) -> Iterator[Problem]:
    for name, needs in shape.tiers.items():
        yield from in_needs((*at, "tiers", name), needs)


def _lengths(shape: StreakShape) -> dict[str, int]:
    """Keys are text: {5: 50} gives the length "5"."""
    milestones = shape.milestones or {}
    return {length: worth for length, worth in milestones.items() if length.isascii() and length.isdigit()}
