"""rules: points for what people do.

MODULE_PASSED:
  name: a module passed
  when: learner.completed_module
  where: {score: {at_least: 80}}
  points: 50                                  # or points_from: credits, where the activity says what it is worth
  once_per: module                            # or {attribute: module, again_after_days: 180}
  every: {count: 3, within_days: 7}           # or perseverance, or improvement
  bonuses: [{name: nearly perfect, percentage: 20, where: {score: {at_least: 95}}}]
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator

from ladder.adapters.program_file.sections.kinds import Day, Number, Shape, Text, Whole, says, short_for, written
from ladder.adapters.program_file.sections.matches import MatchShape, Tests, match, tests
from ladder.domain.program import Direction
from ladder.domain.program_check import Problem, error
from ladder.domain.rules import Bonus, Count, Improvement, Once, Perseverance, Rule


class BonusShape(Shape):
    name: Annotated[Text, says("Write what it is for, in words that a member reads.", stand_in="?")]
    percentage: Annotated[Number, says("Write a percentage: 20 adds a fifth of the base points.", stand_in=0)]
    where: Annotated[Tests | None, says("Write what must hold, such as {score: {at_least: 95}}.")] = None


class OnceShape(Shape):
    attribute: Annotated[Text, says("Name the attribute that tells one from another, such as module.", stand_in="?")]
    again_after_days: Annotated[Whole | None, says("Write the days after which it pays again, such as 180.")] = None


class EveryShape(Shape):
    count: Annotated[Whole, says("Write how many it takes, such as 3.", stand_in=2)]
    within_days: Annotated[Whole, says("Write within how many days, such as 7.", stand_in=7)]


class PerseveranceShape(Shape):
    subject: Annotated[Text, says("Name the attribute of what is tried, such as module.", stand_in="?")]
    failed: Annotated[MatchShape, says("Write what a failed try is: {when: …, where: {passed: false}}.")]
    after_failures: Annotated[Whole | None, says("Write how many failed tries come before it, such as 2.")] = None


class ImprovementShape(Shape):
    attribute: Annotated[Text, says("Name the attribute that gets better, such as score.", stand_in="?")]
    percent: Annotated[Number, says("Write by how much, in per cent: 5.", stand_in=5)]
    weeks: Annotated[Whole | None, says("Write 8, 10 or 12.")] = None
    direction: Annotated[Direction | None, says('Write "lower" when a smaller number is better, or "higher".')] = None


class RuleShape(MatchShape):
    name: Annotated[Text, says("Write what it is for, as a member reads it: a module passed.", stand_in="?")]
    points: Annotated[Whole | None, says("Write a whole number of points, or points_from.")] = None
    points_from: Annotated[Text | None, says("Name the attribute that holds its worth, or write points.")] = None
    bonuses: Annotated[
        list[BonusShape] | None, says("Write a list of bonuses, each with name, percentage and where.")
    ] = None
    once_per: Annotated[
        OnceShape | None,
        BeforeValidator(partial(short_for, "attribute")),
        says("Name an attribute such as module, or write {attribute: module, again_after_days: 180}."),
    ] = None
    every: Annotated[EveryShape | None, says("Write {count: 3, within_days: 7}.")] = None
    perseverance: Annotated[
        PerseveranceShape | None, says("Write {subject: module, failed: {when: …, where: …}, after_failures: 2}.")
    ] = None
    improvement: Annotated[ImprovementShape | None, says("Write {attribute: score, percent: 5, weeks: 8}.")] = None
    daily_points: Annotated[Whole | None, says("Write the most that it pays a member in a day.")] = None
    starts_on: Annotated[Day | None, says("Write the first day: 2026-03-01.", key="from")] = None
    ends_on: Annotated[Day | None, says("Write the last day: 2026-03-31.", key="until")] = None
    requires: Annotated[Text | None, says("Name an unlock.")] = None
    hold: Annotated[Text | None, says("Write why it waits for a person: a colleague confirms it first.")] = None


def rule(key: str, shape: RuleShape) -> Rule:
    return Rule(
        key=key,
        match=match(shape),
        points=shape.points or 0,
        bonuses=tuple(_bonus(bonus) for bonus in shape.bonuses or ()),
        once=_once(shape.once_per) if shape.once_per else None,
        count=Count(of=shape.every.count, within_days=shape.every.within_days) if shape.every else None,
        perseverance=perseverance(shape.perseverance) if shape.perseverance else None,
        improvement=_improvement(shape.improvement) if shape.improvement else None,
        **written(shape, {"name", "points_from", "daily_points", "starts_on", "ends_on", "requires", "hold"}),
    )


def disagreements(rules: Mapping[str, RuleShape]) -> Iterator[Problem]:
    for key, shape in rules.items():
        if shape.points is None and shape.points_from is None:
            yield error(("rules", key, "points"), "is missing", "Write a whole number of points, or points_from.")
        if shape.points is not None and shape.points_from is not None:
            at = ("rules", key, "points_from")
            yield error(at, f"the worth is {shape.points} points already", "Keep points or points_from.")


def _bonus(shape: BonusShape) -> Bonus:
    return Bonus(name=shape.name, percentage=shape.percentage, where=tests(shape.where))


def _once(shape: OnceShape) -> Once:
    return Once(per=shape.attribute, again_after_days=shape.again_after_days)


def perseverance(shape: PerseveranceShape) -> Perseverance:
    return Perseverance(subject=shape.subject, failed=match(shape.failed), **written(shape, {"after_failures"}))


def _improvement(shape: ImprovementShape) -> Improvement:
    return Improvement(higher_is_better=shape.direction != "lower", **written(shape, {"attribute", "percent", "weeks"}))
