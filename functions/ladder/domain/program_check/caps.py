"""Check caps and reward rules: no program promises points that it can never pay."""

import math
from collections.abc import Iterator
from statistics import fmean

from ladder.domain.challenges.assumptions import COMPLETED, MARGIN, USUAL_ATTENDANCE
from ladder.domain.program_check.problem import Problem, error, warning
from ladder.domain.programs.program import CHALLENGE_COMPLETED, LEAST_RESERVE_PERCENT, TIERS, Category, Program

_COMPLETIONS = ("TIER_1", "TIER_2", "TIER_3", "ANY")


def check_caps(program: Program) -> Iterator[Problem]:
    """Check that a smaller cap fits into a larger one, and that each cap pays for at least one challenge."""
    caps = program.caps
    bonus, day, week = caps.member_daily_bonus_points, caps.member_daily_points, caps.member_weekly_points
    if bonus is not None and day is not None and bonus > day:
        yield error(
            ("caps", "member_daily_bonus_points"),
            f"a bonus of up to {bonus} does not fit into {day} points a day",
            f"Write {day} or less, or raise member_daily_points.",
        )
    if week is not None and day is not None and week < day:
        yield error(
            ("caps", "member_weekly_points"),
            f"{day} points a day do not fit into {week} a week",
            f"Write {day} or more, or lower member_daily_points.",
        )
    if not program.categories:
        return
    least = min(category.tiers[0].points for category in program.categories)
    if day is not None and day < least:
        yield error(
            ("caps", "member_daily_points"),
            f"the smallest tier_1 challenge pays {least} points, so nobody can complete one within {day} a day",
            f"Write {least} or more.",
        )
    total = caps.program_daily_points
    if total is not None and total * (100 - caps.reserve_percent) / 100 < least:
        enough = math.ceil(100 * least / max(100 - caps.reserve_percent, 1))
        yield warning(
            ("caps", "program_daily_points"),
            f"less the reserve, {total} points do not pay for one tier_1 challenge",
            f"Write {enough} for each member who plays.",
        )


def check_reward_rules(program: Program) -> Iterator[Problem]:
    metrics = {metric.key for metric in program.metrics}
    for number, rule in enumerate(program.reward_rules):
        limit, day = rule.max_daily_bonus_points, program.caps.member_daily_points
        if limit is not None and day is not None and limit > day:
            yield warning(
                ("reward_rules", number, "max_daily_bonus_points"),
                f"{limit} is never reached: a member earns at most {day} a day",
                "Lower it, or raise caps.member_daily_points.",
            )
        for index, condition in enumerate(rule.conditions):
            path = ("reward_rules", number, "conditions", index)
            if condition.metric not in metrics | {CHALLENGE_COMPLETED}:
                yield warning(
                    (*path, "metric"),
                    f"{condition.metric} is neither {CHALLENGE_COMPLETED} nor one of the metrics, "
                    "so it never adds anything",
                    f"Write {CHALLENGE_COMPLETED}, or describe {condition.metric} in metrics.",
                )
            elif condition.metric == CHALLENGE_COMPLETED and condition.operator != "EQUALS":
                message = f"{CHALLENGE_COMPLETED} cannot be compared by {condition.operator}"
                yield error((*path, "operator"), message, "Write EQUALS.")
            elif condition.metric == CHALLENGE_COMPLETED and condition.value not in _COMPLETIONS:
                message = f'"{condition.value}" is not a tier'
                yield error((*path, "value"), message, f"Write one of {', '.join(_COMPLETIONS)}.")


def check_members(program: Program, members: int) -> Iterator[Problem]:
    """Warn where the program's cap does not pay for the members it has; asked when a program is published."""
    cap = program.caps.program_daily_points
    if cap is None or not program.categories:
        return
    available = 1 - max(program.caps.reserve_percent, LEAST_RESERVE_PERCENT) / 100
    mean = fmean(_expected_points(program, category) for category in program.categories)
    of_a_member = min(program.draw.per_night * mean, program.caps.member_daily_points or math.inf)
    expected = members * USUAL_ATTENDANCE * COMPLETED * MARGIN * of_a_member
    if expected > cap * available:
        yield warning(
            ("caps", "program_daily_points"),
            f"{cap:,} points a day are not enough for {members:,} members: their challenges are expected to pay about "
            f"{_round_up(expected):,}, so every night lowers or removes some of them",
            f"Write about {_round_up(expected / available):,}, draw fewer categories a night, or let challenges "
            "pay less.",
        )


def _expected_points(program: Program, category: Category) -> float:
    """Return the mean points of a completed challenge, where the tiers are as large as the bands make them."""
    second, third = program.tier_rule.up
    shares = (second, third - second, 100 - third)
    points = 0.0
    for share, challenge, tier in zip(shares, category.tiers, TIERS, strict=True):
        bonus = sum(
            condition.bonus_percentage
            for rule in program.reward_rules
            for condition in rule.conditions
            if condition.metric == CHALLENGE_COMPLETED and condition.value in {f"TIER_{tier}", "ANY"}
        )
        most = program.caps.bonus_percent_of_base
        points += share / 100 * challenge.points * (1 + (bonus if most is None else min(bonus, most)) / 100)
    return points


def _round_up(points: float) -> int:
    """Round up to two significant digits."""
    unit: int = 10 ** max(math.floor(math.log10(max(points, 1))) - 1, 0)
    return math.ceil(points / unit) * unit
