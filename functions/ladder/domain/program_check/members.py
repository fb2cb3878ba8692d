"""Is the program's cap enough for the members that it has? Asked where they are known, as when it is published."""

import math
from collections.abc import Iterator
from statistics import fmean

from ladder.domain.challenges.expected import COMPLETED, MARGIN, USUAL_ATTENDANCE
from ladder.domain.program_check.problem import Problem, warning
from ladder.domain.programs.program import CHALLENGE_COMPLETED, LEAST_RESERVE_PERCENT, TIERS, Category, Program


def check_members(program: Program, members: int) -> Iterator[Problem]:
    cap = program.caps.program_daily_points
    if cap is None or not program.categories:
        return
    kept = 1 - max(program.caps.reserve_percent, LEAST_RESERVE_PERCENT) / 100
    expected = members * USUAL_ATTENDANCE * COMPLETED * MARGIN * _worth(program)
    if expected > cap * kept:
        yield warning(
            ("caps", "program_daily_points"),
            f"{cap:,} points a day are not enough for {members:,} members: their challenges are expected to pay about "
            f"{_round(expected):,}, so every night lowers or takes away some of them",
            f"Write about {_round(expected / kept):,}, draw fewer categories a night, or let challenges pay less.",
        )


def _worth(program: Program) -> float:
    """Of one member's challenges of a night, where the tiers are as large as the bands make them."""
    night = program.draw.per_night * fmean(_of_a_member(program, category) for category in program.categories)
    most = program.caps.member_daily_points
    return night if most is None else min(night, most)


def _of_a_member(program: Program, category: Category) -> float:
    second, third = program.tier_rule.up
    shares = (second, third - second, 100 - third)
    return sum(
        share / 100 * challenge.points * (1 + _bonus(program, tier) / 100)
        for share, challenge, tier in zip(shares, category.tiers, TIERS, strict=True)
    )


def _bonus(program: Program, tier: int) -> float:
    """In per cent of base."""
    bonus = sum(
        condition.bonus_percentage
        for rule in program.reward_rules
        for condition in rule.conditions
        if condition.metric == CHALLENGE_COMPLETED and condition.value in {f"TIER_{tier}", "ANY"}
    )
    most = program.caps.bonus_percent_of_base
    return bonus if most is None else min(bonus, most)


def _round(points: float) -> int:
    """Up to two digits."""
    unit: int = 10 ** max(math.floor(math.log10(max(points, 1))) - 1, 0)
    return math.ceil(points / unit) * unit
