"""What a member reads of his team's goals: the team's numbers and his own, and none from which another's award follows.

The total and whether enough have their share are told once two others have brought something in the period. So a team
of one or two is never told them, nor somebody who knows that all but one of his colleagues were away. What the others
brought is told in steps: else who looks before and after a colleague's award would read it off the difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from ladder.domain.rewards.teams import enough_there, period_of
from ladder.domain.rulebook import TeamAchievement
from ladder.domain.rules import Period

FEWEST_OTHERS = 2
STEPS = 10  # of the target; nobody moves them by points of his own, which are told in full


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamGoal:
    """Of the running day or week, which began on `since`. `mine`: as the team's total has it, by the newest award.

    `total` is `mine` and what the others brought, rounded down to a tenth of the target; once the target is reached, at
    least that. It and `enough_have_floor` (as many as the goal asks for) are None where too few brought something.
    """

    key: str
    name: str
    every: Period
    since: date
    target: int
    total: int | None
    mine: int
    floor: int
    enough_have_floor: bool | None


def goals(
    achievements: Sequence[TeamAchievement],
    member: str,
    mates: Sequence[str],
    today: date,
    points: Mapping[str, Mapping[str, int]],
) -> Iterator[TeamGoal]:
    """`mates`: his team, with him; `points`: by achievement, what each of them brought in its running period."""
    for each in achievements:
        brought = {mate: points[each.key].get(mate, 0) for mate in mates}
        mine = brought.pop(member, 0)  # who plays no longer is in no team's total
        told = sum(others > 0 for others in brought.values()) >= FEWEST_OTHERS
        yield TeamGoal(
            key=each.key,
            name=each.name,
            every=each.every,
            since=date.fromordinal(period_of(each, today.toordinal())),
            target=each.target,
            total=_total(each, mine, sum(brought.values())) if told else None,
            mine=mine,
            floor=each.floor,
            enough_have_floor=enough_there(each, points[each.key], mates) if told else None,
        )


def _total(achievement: TeamAchievement, mine: int, others: int) -> int:
    step = ceil(achievement.target / STEPS)
    told = mine + others // step * step
    return max(told, achievement.target) if mine + others >= achievement.target else told
