"""A small program without a mistake, and ways to change one thing about it."""

from dataclasses import replace
from datetime import time
from typing import Any

from ladder.domain.calendar.schedule import Schedule
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.metric_files import Load, Measure, MetricFiles
from ladder.domain.challenges.rules import (
    Category,
    Challenge,
    ContactType,
    Guard,
    HardContacts,
    Metric,
    Platform,
    QualityGate,
    RewardCondition,
    RewardRule,
    SelectionRule,
    SelectionWeight,
    TierRule,
)
from ladder.domain.programs.program import Program
from tests.builders.programs import composed, with_values

QUALITY = Metric(key="QA", name="quality", unit="%", direction="higher")
GATE = QualityGate(metric="QA", at_least=80)
HANDLE_TIME = Metric(
    key="AHT",
    name="handle time",
    unit="s",
    direction="lower",
    speed=True,
    normalise_by="contact_type",
    quality_gate=GATE,
)


def category(key: str, metric: str, targets: tuple[float, ...], points: tuple[int, ...] = (50, 80, 120)) -> Category:
    first, second, third = (
        Challenge(name=key, description=key, target_value=target, points=worth, group_id=f"{key}-{tier}")
        for tier, (target, worth) in enumerate(zip(targets, points, strict=True), start=1)
    )
    return Category(key=key, metric=metric, tiers=(first, second, third))


KINDS = tuple(ContactType(key=key, contacts=f"calls_{key}") for key in ("NEW", "OLD"))
SPRINT = category("SPRINT", "AHT", (215, 180, 150))
STEADY = category("STEADY", "AHT", (225, 190, 160))
CARE = category("CARE", "QA", (70, 80, 90))


def bonus(**changed: Any) -> RewardRule:
    whole = {"metric": "CHALLENGE_COMPLETED", "operator": "EQUALS", "value": "TIER_3", "bonus_percentage": 50.0}
    return RewardRule(
        name="third",
        description="third",
        evaluation_scope="DAILY",
        conditions=(RewardCondition(**{**whole, **changed}),),
    )


def program(**changed: Any) -> Program:
    schedule = Schedule(time_zone="Asia/Jerusalem", rotation_time=time(0, 15))
    good = composed(
        key="bank",
        name="Bank",
        schedule=schedule,
        platform=Platform(kind="wem"),
        metrics=(HANDLE_TIME, QUALITY),
        categories=(SPRINT, STEADY, CARE),
        contact_types=KINDS,
        reward_rules=(bonus(),),
        caps=Caps(member_daily_points=300, member_daily_bonus_points=120, program_daily_points=60_000),
        selection=SelectionRule(per_night=2),
    )
    return with_values(good, **changed)


def schedule(**changed: Any) -> Program:
    return program(schedule=replace(program().schedule, **changed))


def handle_time(**changed: Any) -> Program:
    return program(metrics=(replace(HANDLE_TIME, **changed), QUALITY))


def gate(**changed: Any) -> Program:
    return handle_time(quality_gate=replace(GATE, **changed))


def library(*categories: Category) -> Program:
    return program(categories=categories, selection=SelectionRule(per_night=1))


def care(**changed: Any) -> Program:
    return library(replace(CARE, **changed))


def chance(always: tuple[str, ...] = (), **changed: Any) -> Program:
    """CARE alone, drawn with this chance."""
    return with_values(
        care(), selection=SelectionRule(always=always, categories=(SelectionWeight(key="CARE", **changed),))
    )


def worth(*points: int) -> Program:
    return library(category("CARE", "QA", (70, 80, 90), points))


def selecting(per_night: int, *always: str) -> Program:
    return program(selection=SelectionRule(per_night=per_night, always=always))


def rule(limit: int | None = None, **changed: Any) -> Program:
    return program(reward_rules=(replace(bonus(**changed), max_daily_bonus_points=limit),))


def caps(**bounds: Any) -> Program:
    return program(caps=Caps(**bounds))


def tiers(**changed: Any) -> Program:
    return program(tier_rule=TierRule(**changed))


def kinds(*kinds: ContactType) -> Program:
    return program(contact_types=kinds)


def guarded(guard: Guard) -> Program:
    short = replace(QUALITY, key="SHORT", direction="lower")
    return program(metrics=(HANDLE_TIME, QUALITY, short), guard=guard)


def hard(contacts: HardContacts) -> Program:
    return program(hard_contacts=contacts)


def measured(*metrics: str, **names: Any) -> Program:
    """By files in which each metric has the column of its key."""
    measures = {key: Measure(columns=(key,), count="n") for key in metrics}
    return program(metric_files=MetricFiles(measures=measures, **names))


def under(load: Load, **names: Any) -> Program:
    """By files whose rows are told apart by their load."""
    return measured("AHT", "QA", **{"load": load, **names})


def stars(count: int) -> tuple[Metric, ...]:
    return tuple(replace(QUALITY, key=f"Q{n}", north_star=True) for n in range(count))


def many(count: int) -> Program:
    """Categories C0, C1 … on metrics Q0, Q1 …"""
    metrics = tuple(replace(QUALITY, key=f"Q{n}") for n in range(count))
    return program(metrics=metrics, categories=tuple(category(f"C{n}", f"Q{n}", (1, 2, 3)) for n in range(count)))


def grouped(source: Category, *groups: str) -> Category:
    first, second, third = (
        replace(challenge, group_id=group) for challenge, group in zip(source.tiers, groups, strict=True)
    )
    return replace(source, tiers=(first, second, third))


SHARES_GROUPS = grouped(CARE, "SPRINT-1", "SPRINT-2", "SPRINT-3")
SHARES_ONE_GROUP = grouped(CARE, "SPRINT-1", "CARE-2", "CARE-3")
