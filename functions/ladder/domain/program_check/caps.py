"""Caps and reward rules: nobody is promised what can never be paid."""

import math
from collections.abc import Iterator

from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import CHALLENGE_COMPLETED, Caps, Program, RewardCondition

_COMPLETIONS = ("TIER_1", "TIER_2", "TIER_3", "ANY")


def check_caps(program: Program) -> Iterator[Problem]:
    yield from _order(program.caps)
    yield from _reachable(program)


def check_reward_rules(program: Program) -> Iterator[Problem]:
    for number, rule in enumerate(program.reward_rules):
        at = ("reward_rules", number)
        limit, day = rule.max_daily_bonus_points, program.caps.member_daily_points
        if limit is not None and day is not None and limit > day:
            yield warning(
                (*at, "max_daily_bonus_points"),
                f"{limit} is never reached: a member earns at most {day} a day",
                "Lower it, or raise caps.member_daily_points.",
            )
        for place, condition in enumerate(rule.conditions):
            yield from _condition((*at, "conditions", place), condition, program)


def _condition(at: Path, condition: RewardCondition, program: Program) -> Iterator[Problem]:
    if condition.metric != CHALLENGE_COMPLETED:
        yield from _unjudged(at, condition, program)
    elif condition.operator != "EQUALS":
        yield error((*at, "operator"), f"{condition.operator} does not fit {CHALLENGE_COMPLETED}", "Write EQUALS.")
    elif condition.value not in _COMPLETIONS:
        yield error((*at, "value"), f'"{condition.value}" is no tier', f"Write one of {', '.join(_COMPLETIONS)}.")


def _unjudged(at: Path, condition: RewardCondition, program: Program) -> Iterator[Problem]:
    if condition.metric not in {metric.key for metric in program.metrics}:
        yield warning(
            (*at, "metric"),
            f"{condition.metric} is neither {CHALLENGE_COMPLETED} nor one of the metrics, so it never adds anything",
            f"Write {CHALLENGE_COMPLETED}, or describe {condition.metric} in metrics.",
        )


def _order(caps: Caps) -> Iterator[Problem]:
    bonus, day, week = caps.member_daily_bonus_points, caps.member_daily_points, caps.member_weekly_points
    if bonus is not None and day is not None and bonus > day:
        yield error(
            ("caps", "member_daily_bonus_points"),
            f"a bonus of up to {bonus} never fits into {day} points a day",
            f"Write {day} or less, or raise member_daily_points.",
        )
    if week is not None and day is not None and week < day:
        yield error(
            ("caps", "member_weekly_points"),
            f"{day} points a day never fit into {week} a week",
            f"Write {day} or more, or lower member_daily_points.",
        )


def _reachable(program: Program) -> Iterator[Problem]:
    if not program.categories:
        return
    least = min(category.tiers[0].points for category in program.categories)
    member, whole = program.caps.member_daily_points, program.caps.program_daily_points
    if member is not None and member < least:
        yield error(
            ("caps", "member_daily_points"),
            f"the smallest tier_1 challenge is worth {least}, so with {member} a day nobody could ever play",
            f"Write {least} or more.",
        )
    if whole is not None and whole * (100 - program.caps.reserve_percent) / 100 < least:
        enough = math.ceil(100 * least / max(100 - program.caps.reserve_percent, 1))
        yield warning(
            ("caps", "program_daily_points"),
            f"less the reserve, {whole} is not enough for one tier_1 challenge",
            f"Write {enough} for each member who plays.",
        )
