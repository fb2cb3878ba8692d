"""challenge_library, reward_rules, draw: what nights offer, and what completions earn beside their points."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator

from ladder.adapters.program_file.sections.kinds import Number, Shape, Text, Whole, as_text, says, written
from ladder.domain.program import Category, Challenge, Condition, RewardRule
from ladder.domain.program_check import Problem, error, nearest


class RungShape(Shape):
    name: Annotated[Text, says("Write the challenge's name.", stand_in="?")]
    description: Annotated[Text, says("Write what is asked, in words that a member reads.", stand_in="?")]
    metric_key: Annotated[Text, says("Write the metric's key, as in metrics.", stand_in="?")]
    target_value: Annotated[Number, says("Write the target to use while history is too thin.", stand_in=1.0)]
    points: Annotated[Whole, says("Write a whole number of points.", stand_in=1)]
    group_id: Annotated[Text, says("Write the platform's id of this tier's group, in quotes.", stand_in="?")]


class CategoryShape(Shape):
    tier_1: Annotated[RungShape, says("Write the easiest of the three challenges.")]
    tier_2: Annotated[RungShape, says("Write the middle one of the three challenges.")]
    tier_3: Annotated[RungShape, says("Write the hardest of the three challenges.")]

    @property
    def rungs(self) -> tuple[RungShape, RungShape, RungShape]:
        return self.tier_1, self.tier_2, self.tier_3


class ConditionShape(Shape):
    metric: Annotated[Text, says("Write what is looked at, such as CHALLENGE_COMPLETED.", stand_in="?")]
    operator: Annotated[Text, says("Write EQUALS.", stand_in="EQUALS")]
    value: Annotated[str, BeforeValidator(as_text), says("Write what it is compared with: TIER_3.", stand_in="TIER_3")]
    bonus_percentage: Annotated[Number, says("Write a percentage: 50 adds half of the base points.", stand_in=0)]


class RewardRuleShape(Shape):
    name: Annotated[Text, says("Write the rule's name.", stand_in="?")]
    description: Annotated[Text, says("Write what it rewards, in words that a member reads.", stand_in="?")]
    evaluation_scope: Annotated[Literal["DAILY"], says("Write DAILY.", stand_in="DAILY")]
    conditions: Annotated[list[ConditionShape], says("Write a list of conditions, each with its bonus.", stand_in=[])]
    max_daily_bonus_points: Annotated[Whole | None, says("Write a whole number of points.")] = None


class ChanceShape(Shape):
    weight: Annotated[Number | None, says("Write how likely it is beside the others; 1 is usual.")] = None
    cooldown_days: Annotated[Whole | None, says("Write how many nights it rests after it ran.")] = None


class DrawShape(Shape):
    per_night: Annotated[Whole | None, says("Write how many categories run on a night.")] = None
    always: Annotated[list[Text] | None, says("Write a list of categories that run every night.")] = None
    categories: Annotated[
        dict[str, ChanceShape] | None, says("Write a category's key and {weight: …, cooldown_days: …}.")
    ] = None


def category(key: str, library: CategoryShape, draw: DrawShape | None) -> Category:
    first, second, third = (_challenge(rung) for rung in library.rungs)
    chances = (draw and draw.categories) or {}
    return Category(
        key=key, metric=library.tier_1.metric_key, tiers=(first, second, third), **written(chances.get(key))
    )


def _challenge(shape: RungShape) -> Challenge:
    return Challenge(**written(shape, {"name", "description", "target_value", "points", "group_id"}))


def reward_rule(shape: RewardRuleShape) -> RewardRule:
    conditions = tuple(Condition(**written(condition)) for condition in shape.conditions)
    return RewardRule(**{**written(shape), "conditions": conditions})


def disagreements(library: Mapping[str, CategoryShape], draw: DrawShape | None) -> Iterator[Problem]:
    """What the shape can say and a program cannot."""
    for key, shape in library.items():
        yield from _one_metric(key, shape)
    for key in (draw and draw.categories) or {}:
        if key not in library:
            yield error(("draw", "categories", key), "is not in challenge_library", nearest(key, library))


def _one_metric(key: str, category: CategoryShape) -> Iterator[Problem]:
    first, *others = category.rungs
    for tier, rung in enumerate(others, start=2):
        if rung.metric_key != first.metric_key:
            yield error(
                ("challenge_library", key, f"tier_{tier}", "metric_key"),
                f"{rung.metric_key} is not the metric of tier_1, {first.metric_key}",
                "Keep the three tiers of a category on one metric.",
            )
