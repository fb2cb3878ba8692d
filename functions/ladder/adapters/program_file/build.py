"""The shape to domain values. What the file leaves out keeps the domain's default."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from ladder.adapters.program_file.schema import (
    CategoryShape,
    ContactTypeShape,
    MetricFilesShape,
    MetricShape,
    ProgramShape,
    RewardRuleShape,
    RungShape,
    TierRuleShape,
)
from ladder.domain.program import (
    LITERAL,
    Caps,
    Category,
    Challenge,
    Condition,
    ContactType,
    Draw,
    Guard,
    HardContacts,
    Measure,
    Metric,
    MetricFiles,
    Peers,
    Platform,
    Program,
    QualityGate,
    RewardRule,
    Schedule,
    TierRule,
)
from ladder.domain.program_check import Problem, error, nearest


def build(shape: ProgramShape) -> Program:
    return Program(
        key=shape.program,
        name=shape.name,
        schedule=Schedule(**_written(shape, {"time_zone", "rotation_time", "day_starts_at", "propagation_seconds"})),
        platform=Platform(**_written(shape.platform)),
        metrics=tuple(_metric(key, metric) for key, metric in shape.metrics.items()),
        categories=tuple(_category(key, shape) for key in shape.challenge_library),
        reward_rules=tuple(_reward_rule(rule) for rule in shape.reward_rules or ()),
        caps=Caps(**_written(shape.caps)),
        tier_rule=_tier_rule(shape.tiers),
        draw=Draw(**_written(shape.draw, {"per_night", "always"})),
        peers=Peers(**_written(shape.peers)),
        contact_types=tuple(_contact_type(key, each) for key, each in (shape.contact_types or {}).items()),
        guard=Guard(**_written(shape.guard)) if shape.guard else None,
        hard_contacts=HardContacts(**_written(shape.hard_contacts)) if shape.hard_contacts else None,
        metric_files=_metric_files(shape.metric_files) if shape.metric_files else None,
        **_written(shape, {"payer"}),
    )


def disagreements(shape: ProgramShape) -> Iterator[Problem]:
    """What the shape can say and a program cannot."""
    for key, category in shape.challenge_library.items():
        yield from _one_metric(key, category)
    chances = shape.draw.categories if shape.draw else None
    for key in chances or {}:
        if key not in shape.challenge_library:
            hint = nearest(key, shape.challenge_library)
            yield error(("draw", "categories", key), "is not in challenge_library", hint)


def _one_metric(key: str, category: CategoryShape) -> Iterator[Problem]:
    first, *others = category.rungs
    for tier, rung in enumerate(others, start=2):
        if rung.metric_key != first.metric_key:
            yield error(
                ("challenge_library", key, f"tier_{tier}", "metric_key"),
                f"{rung.metric_key} is not the metric of tier_1, {first.metric_key}",
                "Keep the three tiers of a category on one metric.",
            )


def _metric(key: str, shape: MetricShape) -> Metric:
    written = _written(shape)
    gate = written.pop("quality_gate", None)
    return Metric(key=key, quality_gate=QualityGate(**gate) if gate else None, **written)


def _contact_type(key: str, shape: ContactTypeShape) -> ContactType:
    return ContactType(**{"key": key, "contacts": f"calls_{key}", **_written(shape)})


def _metric_files(shape: MetricFilesShape) -> MetricFiles:
    measures = {key: Measure(**_written(measure)) for key, measure in shape.measures.items()}
    return MetricFiles(**{**_written(shape), "measures": measures})


def _category(key: str, shape: ProgramShape) -> Category:
    library = shape.challenge_library[key]
    first, second, third = (_challenge(rung) for rung in library.rungs)
    chances = (shape.draw and shape.draw.categories) or {}
    return Category(
        key=key, metric=library.tier_1.metric_key, tiers=(first, second, third), **_written(chances.get(key))
    )


def _challenge(shape: RungShape) -> Challenge:
    return Challenge(**_written(shape, {"name", "description", "target_value", "points", "group_id"}))


def _reward_rule(shape: RewardRuleShape) -> RewardRule:
    conditions = tuple(Condition(**_written(condition)) for condition in shape.conditions)
    return RewardRule(**{**_written(shape), "conditions": conditions})


def _tier_rule(shape: TierRuleShape | None) -> TierRule:
    written = _written(shape)
    rule = written.pop("rule", "bands")
    return replace(LITERAL if rule == "literal" else TierRule(), **written)


def _written(shape: BaseModel | None, keys: set[str] | None = None) -> dict[str, Any]:
    """What the file says, by key, with tuples for lists; what it leaves out is not there."""
    values = shape.model_dump(include=keys, exclude_none=True) if shape else {}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
