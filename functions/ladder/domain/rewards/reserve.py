"""The program's daily cap for members without a budget: what is kept back, and how much of it one of them may take.

A budget is allotted by the night; who joined later, or learns in a program that has no nights, draws on the reserve.
"""

import math

from ladder.domain.program import LEAST_RESERVE_PERCENT, Program

SHARES = 20  # of the reserve, where no cap on a member says how much one may take


def reserve(program: Program) -> int | None:
    """Points of a date that no budget allots; None where the program has no cap."""
    most = program.caps.program_daily_points
    if most is None or not program.categories:
        return most
    percent = max(program.caps.reserve_percent, LEAST_RESERVE_PERCENT)
    return most - math.floor(most * (100 - percent) / 100)


def chunk(program: Program, drawn: int) -> int:
    """What a member takes at his first award of a date, once: his cap, or what is left."""
    whole = reserve(program) or 0
    usual = program.caps.member_daily_points or max(whole // SHARES, 1)
    return max(min(usual, whole - drawn), 0)
