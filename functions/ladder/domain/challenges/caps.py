"""The section of a program on caps: upper bounds of what members earn, alone and all together.

The assumptions are about members whose history is still empty.
"""

import math
from dataclasses import dataclass
from typing import Annotated

from ladder.domain.validation.constraints import Percentage, Positive, Says, Within

COMPLETED = 0.65  # share of challenges that members who work complete: what the targets of the three tiers come to
USUAL_ATTENDANCE = 5 / 7  # share of days on which a member works
MARGIN = 1.05  # attendance and completions of a program rise and fall together
LEAST_RESERVE_PERCENT = 5.0  # of the program's daily cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Upper bounds in points; None means unbounded."""

    member_daily_points: Annotated[
        Positive | None, Says("Write a whole number of points, base and bonus together, or leave the cap out.")
    ] = None
    member_weekly_points: Annotated[
        Positive | None, Says("Write a whole number of points in a week, or leave the cap out.")
    ] = None
    member_daily_bonus_points: Annotated[
        Positive | None, Says("Write a whole number of points, or leave the cap out.")
    ] = None
    bonus_percent_of_base: Annotated[Percentage | None, Says("Write a percentage such as 50.")] = None
    program_daily_points: Annotated[Positive | None, Says("Write a whole number of points, or leave the cap out.")] = (
        None
    )
    reserve_percent: Annotated[  # for what members earn beyond their budget, or without one
        float,
        Within(LEAST_RESERVE_PERCENT, 90),
        Says("Write the percentage of the program's cap that is kept in reserve, such as 5."),
    ] = LEAST_RESERVE_PERCENT


def round_up(points: float) -> int:
    """Round up to two significant digits."""
    unit: int = 10 ** max(math.floor(math.log10(max(points, 1))) - 1, 0)
    return math.ceil(points / unit) * unit
